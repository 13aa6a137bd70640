#!/bin/bash
set -euo pipefail
install -d -o svc -g svc /run/svc
chown svc /opt/svc
exec setpriv --reuid svc --regid svc --clear-groups /bin/sh -c "echo $1 > /run/svc/state && echo \"$1 by \$(id -u)\""
