#!/bin/sh
# Runs what stands in /docker-entrypoint.d before nginx, in the order of the names, then the command.
set -e
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
	for script in /docker-entrypoint.d/*; do
		[ -x "$script" ] || continue
		case "$script" in
		*.envsh) . "$script" ;;
		*.sh) "$script" ;;
		esac
	done
fi
exec "$@"
