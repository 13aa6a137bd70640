#!/bin/bash
# As root the data directory and that of the socket are given to mysql and the
# script starts again as mysql; then an empty data directory is filled.
set -eo pipefail
[ "${1:0:1}" != - ] || set -- mariadbd "$@"
if [ "$1" = mysqld ] || [ "$1" = mariadbd ]; then
	socket=/var/run/mysqld/mysqld.sock # the official ones ask the server for this too
	data=$(mariadbd --verbose --help 2>/dev/null | awk '$1 == "datadir" { print $2; exit }')
	mkdir -p "$data"
	if [ "$(id -u)" = 0 ]; then
		find "$data" \! -user mysql -exec chown mysql '{}' +
		find "${socket%/*}" -maxdepth 0 \! -user mysql -exec chown mysql '{}' \;
		exec gosu mysql "$BASH_SOURCE" "$@"
	fi
	if [ ! -d "$data/mysql" ]; then
		[ "$MYSQL_ROOT_PASSWORD" ] || { echo 'MYSQL_ROOT_PASSWORD is not set' >&2; exit 1; }
		mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
		"$@" --skip-networking & server=$!
		sql() { mariadb --protocol=socket -uroot --socket="$socket" "$@"; }
		until sql -e 'SELECT 1' >/dev/null 2>&1; do kill -0 $server && sleep 0.2; done
		[ -z "$MYSQL_DATABASE" ] || sql -e "CREATE DATABASE \`$MYSQL_DATABASE\`"
		for file in /docker-entrypoint-initdb.d/*.sql; do [ ! -f "$file" ] || sql ${MYSQL_DATABASE:+-D "$MYSQL_DATABASE"} -N <"$file"; done
		sql -e "ALTER USER root@localhost IDENTIFIED BY '$MYSQL_ROOT_PASSWORD'"
		kill $server && wait $server
		echo 'MySQL init process done. Ready for start up.'
	fi
fi
exec "$@"
