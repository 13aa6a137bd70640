#!/bin/sh
target/universal/stage/bin/shop
php server.php start
