<?php
/** Counts a visit in a file below $dir; says "up". */
function count_visit(string $dir): string
{
    $file = "$dir/cache/count";
    $before = is_file($file) ? (int) file_get_contents($file) : 0;
    foreach ([$file => (string) ($before + 1), "$dir/log/visits.log" => "visit\n"] as $name => $text) {
        if (@file_put_contents($name, $text, $name === $file ? 0 : FILE_APPEND) === false) {
            throw new RuntimeException("cannot write $name");
        }
    }
    return (int) file_get_contents($file) > $before ? 'up' : 'not';
}
