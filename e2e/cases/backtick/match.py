"""Says what was looked for in the pattern, by way of a file in the cache."""
import sys
import time

with open("cache/last", "w") as f:
    f.write(sys.argv[1])
print(open("cache/last").read(), "in", open("pattern").read().strip())
time.sleep(0.3)  # stays for a moment, so that it can be seen from outside
