"""Changes a file of its repository, then stays for a moment."""
import time

with open("settings.ini", "a") as f:
    f.write("colour = blue\n")
head = open(".git/HEAD").read()
open(".git/HEAD", "w").write(head)
print("settings saved at version one", flush=True)
time.sleep(1)
