#!/bin/sh
mkdir -p /data && chown app /data
exec setpriv --reuid app --regid app --clear-groups "$@"
