"""Appends a reading to the meter's book and prints the last one."""
BOOK = "/var/lib/meter/readings"

with open(BOOK, "a") as f:
    f.write("7\n")
print("read", open(BOOK).read().split()[-1])
