"""Sums the numbers into report.txt, by way of a file beside it."""
import os

with open("numbers.txt") as f:
    total = sum(int(line) for line in f)
with open("report.tmp", "w") as f:
    f.write(f"total {total}\n")
os.replace("report.tmp", "report.txt")
print(open("report.txt").read(), end="")
