# Counts in a file of its working directory, and stays for a moment, so that its process can be seen.
import os
import pathlib
import time

count = pathlib.Path("count")
count.write_text("1")
print("counted", count.read_text(), "for", os.path.basename(__file__), flush=True)
time.sleep(1)
