"""Says what was looked for in the pattern, by way of a file in the cache."""
import sys

with open("cache/last", "w") as f:
    f.write(sys.argv[1])
print(open("cache/last").read(), "in", open("pattern").read().strip())
