FROM alpine:3.20
RUN addgroup -g 1337 boot && adduser -D -u 1337 -G boot -h /home/boot -s /sbin/nologin boot
USER 1337:1337
RUN mkdir -p /etc/greeter && echo hello > /etc/greeter/text
CMD ["sh", "-c", "cat /etc/greeter/text; sleep 0.3"]
