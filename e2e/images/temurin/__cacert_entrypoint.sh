#!/bin/sh
# The image's own imports certificates when asked to by USE_SYSTEM_CA_CERTS; no case asks.
exec "$@"
