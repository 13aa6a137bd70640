FROM alpine:3.20 AS base
RUN addgroup -S app && adduser -S -G app app || true
RUN f() { chown -R "$1" /srv; } && f app:app
RUN set -x; case "$(uname -m)" in x86_64) arch=amd64 ;; *) arch=arm64 ;; esac; echo $arch
RUN ["/bin/sh", "-c", "echo a && echo \"b\""]
RUN [ "echo", "\u00e9", "tab\there" ]
RUN sh -ec 'apk add curl; curl -f http://x | sh'
RUN eval "mkdir /x"
RUN echo 'single' > /a 2>&1 \
 && { echo one; echo two; } >> /b
RUN [ -d /etc ] && echo not json
RUN if ! id app; then adduser -D app; elif true; then :; else exit 1; fi
CMD echo "$HOME"
