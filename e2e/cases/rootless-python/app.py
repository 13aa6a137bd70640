"""Looks for what the build installed, changes it, and stays for a moment."""
import glob
import os
import py_compile
import shutil
import sys
import time

import notes

shutil.copytree("lib/notes", "plugins/again")
shutil.copytree("lib/notes", os.path.join(os.path.dirname(notes.__file__), "plugin"))
compiled = glob.glob("__pycache__/app.*.pyc")
py_compile.compile("app.py", compiled[0])
print("notes in env", notes.__file__.startswith(sys.prefix), "in lib", os.path.isdir("lib/notes"), flush=True, end="")
print(", compiled", bool(compiled), flush=True)
time.sleep(1)
