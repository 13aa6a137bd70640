#!/bin/sh
set -e

# start as root only to own the spool, whatever volume was mounted there
if [ "$1" = 'worker' ]; then
	chown -R worker:worker /spool
	exec gosu worker "$@"
fi

exec "$@"
