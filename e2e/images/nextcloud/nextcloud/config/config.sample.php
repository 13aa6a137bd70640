<?php // what an administrator may set
