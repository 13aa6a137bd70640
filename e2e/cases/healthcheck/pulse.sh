#!/bin/sh
# healthy if the page is served and the time of it could be kept
wget -q -O - http://127.0.0.1:20032/ | grep -q beating && date > /var/lib/pulse/last
