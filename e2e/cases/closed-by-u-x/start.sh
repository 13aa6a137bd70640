#!/bin/sh
echo "shop started"
exec sleep 3
