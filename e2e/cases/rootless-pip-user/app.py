"""Leaves a note in the working directory, says where its module is, and stays for a moment."""
import os
import time

import notes

with open("note", "w") as f:
    f.write("here")
print("a note from", os.path.dirname(os.path.dirname(os.path.abspath(notes.__file__))), flush=True)
time.sleep(1)
