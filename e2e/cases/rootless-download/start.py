"""Rewrites a file of the download, and stays for a moment."""
import os
import time

os.makedirs("contrib/log")
version = "2.10" if "2.10" in open("NEWS").read() else "unknown"
with open("Makefile.in", "a") as f:
    f.write("# configured\n")
os.rename("release", "contrib/release")
print(f"hello {version} configured, {len(open('Release.gpg').readlines())} lines of signature", flush=True)
time.sleep(1)
