"""Prints the banner and leaves a mark in the home."""
import pathlib
import time

mark = pathlib.Path.home() / "mark"
mark.write_text("was here")
print(pathlib.Path("/etc/banner.txt").read_text().strip(), "/", mark.read_text())
time.sleep(0.3)  # stays for a moment, so that it can be seen from outside
