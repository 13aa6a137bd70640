<?php $OC_Version = [30, 0, 0];
