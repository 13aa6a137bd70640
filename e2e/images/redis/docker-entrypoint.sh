#!/bin/sh
# An option or a configuration is meant for redis-server. As root the data is
# given to redis and the server started as redis; as anyone else it just starts.
set -e
case "$1" in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
	find . \! -user redis -exec chown redis '{}' +
	exec gosu redis "$0" "$@"
fi
if [ "$1" = redis-server ]; then umask 0077; fi
exec "$@"
