"""Prints the banner and leaves a mark in the home."""
import pathlib

mark = pathlib.Path.home() / "mark"
mark.write_text("was here")
print(pathlib.Path("/etc/banner.txt").read_text().strip(), "/", mark.read_text())
