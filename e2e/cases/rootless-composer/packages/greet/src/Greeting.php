<?php

namespace Greet;

class Greeting
{
    public static function text(): string
    {
        return 'greeted';
    }
}
