#!/bin/bash
# As root the data is given to rabbitmq and the script starts again as rabbitmq.
set -eu
if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = 0 ]; then
	[ "$1" != rabbitmq-server ] || find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq '{}' +
	exec gosu rabbitmq "$BASH_SOURCE" "$@"
fi
exec "$@"
