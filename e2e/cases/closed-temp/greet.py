#!/usr/bin/env python3
import time

print("hello", flush=True)
time.sleep(0.5)
