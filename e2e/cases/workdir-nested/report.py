"""Sums the numbers into report.txt, by way of a file beside it."""
import os
import time

with open("numbers.txt") as f:
    total = sum(int(line) for line in f)
with open("report.tmp", "w") as f:
    f.write(f"total {total}\n")
os.replace("report.tmp", "report.txt")
print(open("report.txt").read(), end="")
time.sleep(0.3)  # stays for a moment, so that it can be seen from outside
