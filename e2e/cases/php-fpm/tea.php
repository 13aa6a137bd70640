<?php
file_put_contents('/var/www/html/brewed', 'yes');
echo 'brewed: ', file_get_contents('/var/www/html/brewed'), "\n";
