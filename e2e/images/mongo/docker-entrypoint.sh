#!/bin/bash
# As root the directories are given to mongodb and the script starts again as mongodb.
set -eu
[ "${1:0:1}" != - ] || set -- mongod "$@"
if [[ "$1" == mongo* ]] && [ "$(id -u)" = 0 ]; then
	[ "$1" != mongod ] || find -L /data/configdb /data/db \! -user mongodb -exec chown mongodb '{}' +
	chown --dereference mongodb "/proc/$$/fd/1" "/proc/$$/fd/2" || :
	exec gosu mongodb "$BASH_SOURCE" "$@"
fi
exec "$@"
