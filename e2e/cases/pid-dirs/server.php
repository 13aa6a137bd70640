<?php
require __DIR__ . '/vendor/workerman/workerman/Worker.php';
