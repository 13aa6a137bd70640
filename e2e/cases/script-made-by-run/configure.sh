#!/bin/sh
# Fills in the template of the start script, which stands below.
set -e
sed -n 's/^#> //p' "$0" | sed "s/@STATE@/state/g" > launch.sh
exit

#> #!/bin/sh
#> mkdir -p @STATE@ && date > @STATE@/started
#> exec python serve.py
