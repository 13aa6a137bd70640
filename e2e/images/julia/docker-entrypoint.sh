#!/bin/sh
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.jl}" != "$1" ]; then
	set -- julia "$@"
fi
exec "$@"
