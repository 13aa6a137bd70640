import time

for name in ("var/logs/a", "var/b", "x/c", "x/y/d", "/var/tmp/queue/lock", "/var/tmp/queue/e"):
    with open(name, "a") as f:
        f.write("written\n")
print("all written", flush=True)
time.sleep(0.5)
