FROM alpine:3.20
WORKDIR /app
RUN mkdir data
COPY --chown=1337:1337 count.sh .
RUN rm -rf /sbin/apk /etc/apk /lib/apk /usr/share/apk /var/lib/apk
RUN mkdir -p /home/boot && chown 1337:1337 /app /app/data /home/boot
USER 1337
CMD ["sh", "count.sh"]
