# syntax=docker/dockerfile:1
FROM debian:12
RUN <<SCRIPT
set -e
apt-get update
useradd -u 1000 app
SCRIPT
COPY <<one.conf <<"two.conf" /etc/app/
user root
USER root
# not a comment
one.conf
RUN echo \
$HOME
two.conf
RUN cat <<EOF > /etc/motd && chmod 644 /etc/motd
FROM nothing
EOF
RUN <<-EOF
	mkdir -p /srv/app
		chown app /srv/app
	EOF
RUN python3 - <<'PY' && \
    echo done
import os
print(os.getuid())
PY
RUN <<EOF
#!/usr/bin/env python3
print("hello")
EOF
RUN <<A cat && <<-B tr a b
a
A
	b
	B
COPY --chown=app:app <<EOF /home/app/.profile
EOF
ONBUILD COPY <<EOF /marker
built
EOF
CMD ["sleep", "infinity"]
