import os
import time

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "state.txt"), "a") as f:
    f.write("1")
print("kept state", flush=True)
time.sleep(2)
