"""Exit codes and streams of the program itself."""
import subprocess
import sys

HILUM = sys.argv[1]


def run(*args, **kwargs):
    return subprocess.run([HILUM, *args], capture_output=True, text=True, timeout=60, **kwargs)


done = run("--version")
assert done.returncode == 0 and done.stdout.startswith("hilum "), done
done = run("generrate")
assert done.returncode == 2 and done.stdout == "" and "hilum: no command" in done.stderr, done
with open("/dev/full", "w") as full:
    done = subprocess.run([HILUM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
assert done.returncode == 5 and "No space left" in done.stderr, done
with subprocess.Popen([HILUM, "help", "exit-codes"], stdout=subprocess.PIPE) as process:
    process.stdout.close()
assert process.returncode == 0, process.returncode
print("process tests passed")
