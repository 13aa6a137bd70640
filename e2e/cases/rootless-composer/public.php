<?php
// Its cache and the package's directory are there to be written to.
$written = file_put_contents(__DIR__ . '/var/cache/greeting.php', '<?php return "' . (include __DIR__ . '/var/cache/greeting.php') . '";');
$beside = file_put_contents(__DIR__ . '/vendor/e2e/greet/state', 'here');
echo $written && $beside && is_file(__DIR__ . '/setup.txt') ? "greeted and written\n" : "not written\n";
