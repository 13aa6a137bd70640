#!/bin/bash
# Fills an empty /var/www/html: as root with files of Apache's user, otherwise with its own.
set -eu
if [[ "$1" == apache2* ]] || [ "$1" = php-fpm ]; then
	user=$(id -u) group=$(id -g)
	if [ "$user" = 0 ]; then user=www-data group=www-data; fi
	if [ ! -e index.php ]; then
		if [ "$(id -u)" = 0 ] && [ "$(stat -c '%u:%g' .)" = 0:0 ]; then chown "$user:$group" .; fi
		into=(--extract --file -)
		[ "$(id -u)" = 0 ] || into+=(--no-overwrite-dir)
		from=(--create --file - --directory /usr/src/wordpress --owner "$user" --group "$group")
		for part in wp-content/*/*/; do [ ! -e "$part" ] || from+=(--exclude "./${part%/}"); done
		tar "${from[@]}" . | tar "${into[@]}"
	fi
	if [ ! -s wp-config.php ] && [ -n "${WORDPRESS_DB_HOST:-}" ]; then
		sed "s/@HOST@/$WORDPRESS_DB_HOST/" /usr/src/wordpress/wp-config-docker.php >wp-config.php
		[ "$(id -u)" != 0 ] || chown "$user:$group" wp-config.php
	fi
fi
exec "$@"
