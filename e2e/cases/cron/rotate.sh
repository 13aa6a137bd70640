#!/bin/sh
echo "rotated by $(id -u)" > /proc/1/fd/1
