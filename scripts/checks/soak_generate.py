#!/usr/bin/env python3
"""Streams many records through `hilum generate` with a tiny bundle: memory must stay flat, the order must be kept, and a
run that is killed at random moments and resumed must leave the same file, byte for byte.

    scripts/checks/soak_generate.py build/release/bin/hilum --records 20000
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png  # noqa: E402


def write_records(folder, count, images):
    """Studies with and without indication; one in a thousand names no image that exists, one in 1,500 is no JSON."""
    rng = random.Random(1)
    path = folder / "in.jsonl"
    with open(path, "w") as out:
        for i in range(count):
            if i % 1500 == 700:
                out.write("{not json\n")
                continue
            record = {"id": f"s{i:06d}", "images": [{"path": str(rng.choice(images)) if i % 1000 != 500 else "absent.png"}]}
            if rng.random() < 0.5:
                record["indication"] = rng.choice(["cough and fever", "chest pain", "shortness of breath . zebra"])
            out.write(json.dumps(record) + "\n")
    return path


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def run(command, records, out, sample=None, kill_after=None):
    with open(records, "rb") as source, open(out, "ab") as sink:
        process = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
        if kill_after is not None:
            timer = threading.Timer(kill_after, process.kill)
            timer.start()
        while process.poll() is None:
            if sample is not None:
                try:
                    sample.append(resident_mb(process.pid))
                except (FileNotFoundError, StopIteration):
                    pass
            time.sleep(0.25)
        if kill_after is not None:
            timer.cancel()
    return process.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hilum")
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--bundle", default=str(ROOT / "tests/data/bundles/tiny-wordlevel"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        images = [folder / f"{i}.png" for i in range(50)]
        for i, path in enumerate(images):
            png(path, i)
        records = write_records(folder, args.records, images)
        command = [args.hilum, "generate", "-", "--bundle", args.bundle, "--quiet"]

        memory, begin = [], time.time()
        code = run(command, records, folder / "whole.jsonl", memory)
        seconds = time.time() - begin
        assert code == 3, f"exit code {code}; some records must fail and all others succeed"
        whole = (folder / "whole.jsonl").read_bytes()
        lines = whole.decode().splitlines()
        assert len(lines) == args.records, f"{len(lines)} records came out of {args.records}"
        for i, line in enumerate(lines):
            record = json.loads(line)
            bad = i % 1500 == 700 or i % 1000 == 500
            assert record["id"] == (f"line-{i + 1}" if i % 1500 == 700 else f"s{i:06d}"), f"record {i} is {record['id']}"
            assert ("error" in record) == bad, record
        settled = memory[len(memory) // 10:]
        middle = statistics.median(settled)
        low, high = min(settled) / middle - 1, max(settled) / middle - 1
        print(f"{args.records} records in {seconds:.0f} s ({args.records / seconds:.0f} a second), order kept, {sum('error' in l for l in lines)} failed as they should")
        print(f"memory after the first tenth: median {middle:.0f} MB, {100 * low:+.1f} % to {100 * high:+.1f} %")
        assert -0.1 <= low and high <= 0.1, "memory is not flat"

        rng = random.Random()
        resumed = folder / "resumed.jsonl"
        for attempt in range(args.kills):
            moment = rng.uniform(0.1, 0.9) * seconds / args.kills
            run(command + ["--resume", str(resumed)], records, folder / "nothing", kill_after=moment)
            size = resumed.stat().st_size if resumed.exists() else 0
            print(f"killed after {moment:.1f} s at {size} of {len(whole)} bytes")
        run(command + ["--resume", str(resumed)], records, folder / "nothing")
        assert (folder / "nothing").stat().st_size == 0, "--resume wrote to standard output"
        assert resumed.read_bytes() == whole, "the resumed file differs"
        print("resumed: the same to the last byte")


if __name__ == "__main__":
    sys.exit(main())
