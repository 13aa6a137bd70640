#!/bin/sh
echo "Content-Type: text/plain"
echo
echo "asked for $QUERY_STRING"
