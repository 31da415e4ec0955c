#!/usr/bin/env python3
"""Start-up time and memory of the text commands over a bare process: median of 9, interleaved.

    scripts/bench_startup.py [--hilum build/release/bin/hilum] [--check]

--check exits 1 when a command takes 30 ms or 30 MB more than /bin/true. Run it on an idle machine.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time

RUNS = 9
REPORT = "FINDINGS: Heart size is normal. No pleural effusion or pneumothorax.\n"
COMMANDS = {
    "--help": None,
    "help exit-codes": None,
    "sections": REPORT,
    "label": REPORT,
    "entities": REPORT,
    "structure": REPORT,
    "factcheck": '{"id":"1","report":{"findings":"No pleural effusion."}}\n',
    "studies --help": None,
    "evaluate --help": None,
}


def measure(args, text):
    """Wall milliseconds and peak memory in MB of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.stdin.write((text or "").encode())
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return (time.perf_counter() - start) * 1000, usage.ru_maxrss / 1024, process.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", default="build/release/bin/hilum")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    worst_ms = worst_mb = 0.0
    print(f"{'command':20} {'over bare, ms':>14} {'over bare, MB':>14}")
    for command, text in COMMANDS.items():
        rows = [(measure([args.hilum, *command.split()], text), measure(["/bin/true"], None)) for _ in range(RUNS)]
        if any(ours[2] for ours, _ in rows):
            sys.exit(f"hilum {command}: exit code {rows[0][0][2]}")
        ms = statistics.median(ours[0] for ours, _ in rows) - statistics.median(bare[0] for _, bare in rows)
        mb = statistics.median(ours[1] for ours, _ in rows) - statistics.median(bare[1] for _, bare in rows)
        worst_ms, worst_mb = max(worst_ms, ms), max(worst_mb, mb)
        print(f"{command:20} {ms:14.1f} {mb:14.1f}")
    if args.check and (worst_ms > 30 or worst_mb > 30):
        sys.exit("above 30 ms or 30 MB")


if __name__ == "__main__":
    main()
