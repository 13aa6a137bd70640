import os
import time

with open(os.path.expanduser("~/.meter"), "w") as state:
    state.write("7")
print("kept 7", flush=True)
time.sleep(0.5)
