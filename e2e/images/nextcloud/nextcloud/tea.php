<?php
require "config/config.php";
$kept = file_put_contents("data/tea.txt", "hot") === 3 && file_exists("data/.ocdata");
echo "brewed: ", $CONFIG["installed"] && $kept ? "yes" : "no", ", session ", filesize("/usr/local/etc/php/conf.d/redis-session.ini") > 0 ? "shared" : "alone";
