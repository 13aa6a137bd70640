#!/bin/sh
set -e
# settings from the environment, then the program
cat > config.json <<JSON
{"greeting": "${GREETING:-hello}"}
JSON
exec "$@"
