<?php
file_put_contents('visits', 'one');
echo file_get_contents('visits'), ' by ', php_sapi_name(), "\n";
