"""Appends a reading to the meter's book and prints the last one."""
import time

BOOK = "/var/lib/meter/readings"

with open(BOOK, "a") as f:
    f.write("7\n")
print("read", open(BOOK).read().split()[-1])
time.sleep(0.3)  # stays for a moment, so that it can be seen from outside
