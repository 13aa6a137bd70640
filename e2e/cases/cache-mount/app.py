import os
import time

os.makedirs("cache", exist_ok=True)
for name in ("cache/page", "data/seed", "data/new"):
    with open(name, "a") as f:
        f.write("1")
print("wrote them", flush=True)
time.sleep(2)
