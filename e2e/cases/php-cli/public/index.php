<?php
require __DIR__ . '/../src/count.php';
try {
    echo 'counted ', count_visit(__DIR__ . '/../var'), "\n";
} catch (Throwable $e) {
    http_response_code(500);
    echo $e->getMessage(), "\n";
}
