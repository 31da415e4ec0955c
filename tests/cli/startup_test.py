"""Commands that need no model must not load the heavy libraries: LibTorch costs every start half a second."""
import os
import statistics
import subprocess
import sys
import time

HILUM = sys.argv[1]
HEAVY = ("libtorch", "libc10", "libsentencepiece", "libopencv_imgcodecs", "libprotobuf", "libfaiss", "libhilum_")

linked = subprocess.run(["ldd", HILUM], capture_output=True, text=True).stdout
bad = [line.strip() for line in linked.splitlines() if any(name in line for name in HEAVY)]
assert not bad, f"linked into the program: {bad}"

# What the process has mapped while it waits for its input.
process = subprocess.Popen([HILUM, "sections"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for _ in range(200):
    maps = open(f"/proc/{process.pid}/maps").read()
    if "libc.so" in maps and open(f"/proc/{process.pid}/wchan").read() not in ("", "0"):
        break
    time.sleep(0.01)
status = open(f"/proc/{process.pid}/status").read()
process.communicate(b"")
bad = sorted({line.split()[-1] for line in maps.splitlines() if any(name in line for name in HEAVY)})
assert not bad, f"loaded by a text command: {bad}"
resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
assert resident < 100, f"{resident:.0f} MB resident"


def start_seconds(*command):
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


# Printed, not asserted: an idle machine is needed to judge 30 ms.
print(f"start: {1000 * (start_seconds(HILUM, '--help') - start_seconds('/bin/true')):.1f} ms over a bare process, {resident:.0f} MB")
