# The image of dfharden: the program alone. The build context is a folder that holds it as
# PLATFORM/dfharden, such as linux/amd64/dfharden; `make image` fills one.
FROM scratch
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/dfharden /usr/local/bin/dfharden
# It ends by itself: there is nothing to ask after its health.
HEALTHCHECK NONE
USER 1337:1337
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/dfharden"]
CMD ["check"]
