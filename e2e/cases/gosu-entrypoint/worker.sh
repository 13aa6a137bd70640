#!/bin/sh
echo "job of $(id -un)" > /spool/job && cat /spool/job
