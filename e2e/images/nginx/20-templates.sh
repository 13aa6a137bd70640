#!/bin/sh
# Fills the templates in with the environment; does nothing where it cannot write.
set -e
from=/etc/nginx/templates to=/etc/nginx/conf.d
[ -d $from ] || exit 0
[ -w $to ] || { echo "ERROR: $to is not writable"; exit 0; }
names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
for file in $from/*.template; do
	name=$(basename "$file" .template)
	envsubst "$names" <"$file" >"$to/$name"
done
