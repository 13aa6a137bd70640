import subprocess

subprocess.run(["greet"], check=True)
