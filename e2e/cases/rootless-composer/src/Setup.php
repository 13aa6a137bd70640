<?php

namespace App;

class Setup
{
    public static function done(): void
    {
        file_put_contents('setup.txt', "done\n");
    }
}
