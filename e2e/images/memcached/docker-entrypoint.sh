#!/bin/sh
# An option is meant for memcached.
set -e
[ "${1#-}" = "$1" ] || set -- memcached "$@"
exec "$@"
