#!/usr/bin/env python3
"""Times reading and preprocessing against pydicom and Pillow (scripts/bench/requirements.txt), on one core.

  scripts/bench/reading.py build/release/bin/bench_reading FILE.dcm...

Both sides run in one process each, pinned to the same core, file after file and turn by turn; the table gives the
median over the turns of the milliseconds a file takes, from opening it to the values a model gets (224x224).
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import pydicom

import peer_pixels as pipeline

TURNS = 3


def ours(program, path):
    out = subprocess.run(
        [program, "--benchmark_format=json", "--benchmark_min_time=0.3", "--benchmark_filter=^prepare/", path],
        check=True, capture_output=True, text=True).stdout
    return json.loads(out)["benchmarks"][0]["cpu_time"]


def peers(path):
    def once():
        image = np.asarray(pipeline.model_image(path), dtype=np.float32)
        return np.repeat(((image / 255.0 - 0.5) / 0.5)[None], 3, axis=0)

    once()
    repeats, start = 0, time.process_time()
    while time.process_time() - start < 0.3 or repeats < 2:
        once()
        repeats += 1
    return (time.process_time() - start) / repeats * 1000.0


def main():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    program, files = sys.argv[1], sys.argv[2:]
    print("| file | coding | pydicom + Pillow, ms | Hilum, ms | times faster |")
    print("|---|---|---|---|---|")
    for path in files:
        syntax = pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID.name
        mine, theirs = [], []
        for _ in range(TURNS):
            mine.append(ours(program, path))
            try:
                theirs.append(peers(path))
            except RuntimeError:
                pass
        ms = statistics.median(mine)
        if theirs:
            other = statistics.median(theirs)
            print(f"| {pathlib.Path(path).name} | {syntax} | {other:.1f} | {ms:.1f} | {other / ms:.1f} |", flush=True)
        else:
            print(f"| {pathlib.Path(path).name} | {syntax} | cannot decode it | {ms:.1f} | |", flush=True)


if __name__ == "__main__":
    main()
