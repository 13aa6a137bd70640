#!/bin/sh
# Fills /var/www/html for a new version: as root with files of www-data's, otherwise with its own.
set -eu
as_user() {
	if [ "$(id -u)" = 0 ]; then su -p www-data -s /bin/sh -c "$1"; else sh -c "$1"; fi
}
if [ "$1" = php-fpm ]; then
	owner=
	[ "$(id -u)" != 0 ] || owner='-og --chown www-data:www-data'
	[ -z "${REDIS_HOST:-}" ] || echo "session.save_path = \"tcp://$REDIS_HOST:6379\"" >/usr/local/etc/php/conf.d/redis-session.ini
	(
		flock 9
		if ! cmp -s /usr/src/nextcloud/version.php version.php; then
			# $owner is several words.
			rsync -rlD $owner --delete --exclude=/config/ --exclude=/data/ --exclude=/nextcloud-init-sync.lock /usr/src/nextcloud/ /var/www/html/
			for dir in config data; do
				[ -d "$dir" ] || rsync -rlD $owner --include "/$dir/" --exclude '/*' /usr/src/nextcloud/ /var/www/html/
			done
			as_user 'php /var/www/html/occ install'
		fi
	) 9>/var/www/html/nextcloud-init-sync.lock
fi
exec "$@"
