#!/bin/bash
# As root the directories are made and given to postgres and the script starts
# again as postgres; then an empty PGDATA is filled, and the command runs.
set -eo pipefail
[ "${1:0:1}" != - ] || set -- postgres "$@"

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
	mkdir -p "$PGDATA" && chmod 00700 "$PGDATA"
	mkdir -p /var/run/postgresql && chmod 03775 /var/run/postgresql
	find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
	find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
	exec gosu postgres "$BASH_SOURCE" "$@"
fi

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
	if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
		echo 'Error: POSTGRES_PASSWORD is not set' >&2
		exit 1
	fi
	chmod 00700 "$PGDATA" || :
	initdb --username=postgres --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-x}") >/dev/null
	echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
	pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
	for file in /docker-entrypoint-initdb.d/*; do
		case "$file" in
		*.sh) bash "$file" ;;
		*.sql) psql -v ON_ERROR_STOP=1 --username postgres -f "$file" ;;
		esac
	done
	pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
	set -- "$@" -c "listen_addresses=*"
	echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@"
