"""Reads and changes everything that the build left, then stays for a moment."""
import os
import time

with open("today", "r+") as f:
    first = f.read().strip()
    f.write("read\n")
for name in ("state", "logs/app.log", "data/day/extra.txt"):
    with open(name, "a") as f:
        f.write("")
state = open("state").read().strip()
open("data/day/new.txt", "w").close()
os.rename("data/day/new.txt", "data/new.txt")
os.rename("defaults/unused.txt", "defaults/used.txt")
files = sum(len(names) for _, _, names in os.walk("data"))
print(f"{first}; {state}; {files} files; today is a {'link' if os.path.islink('today') else 'file'}", flush=True)
time.sleep(1)
