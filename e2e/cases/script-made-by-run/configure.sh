#!/bin/sh
# writes the start script, as generators of projects do
cat > launch.sh <<'S'
#!/bin/sh
mkdir -p state && date > state/started
exec python serve.py
S
