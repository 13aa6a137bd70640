#!/bin/sh
set -e
echo "window.api = \"$API_URL\";" > /usr/share/nginx/html/env.js
