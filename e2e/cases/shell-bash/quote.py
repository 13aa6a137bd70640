"""Logs and prints the version that it was built with."""
import argparse
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--log", required=True)
args = parser.parse_args()
with open(args.log, "a") as f:
    f.write("asked\n")
with open("tmp/last", "w") as f:
    f.write(os.environ["APP_VERSION"])
print("version", open("tmp/last").read())
time.sleep(0.3)  # stays for a moment, so that it can be seen from outside
