FROM alpine:3.20 AS build

FROM scratch
COPY --from=build /bin/busybox /busybox
USER boot
CMD ["/busybox", "sh", "-c", "echo bare; /busybox sleep 0.3"]
