<?php define('DB_HOST', '@HOST@');
