<?php
header('Content-Type: text/plain');
echo 'served by ', php_sapi_name(), "\n";
