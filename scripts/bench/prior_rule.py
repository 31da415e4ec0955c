#!/usr/bin/env python3
"""What the rule against invented priors costs: processor time of `hilum generate` with and without it, in turns.

    scripts/bench/prior_rule.py --hilum build/release/bin/hilum [--bundle hilum-base] [--films 64] [--rounds 5]

Films of noise; one replica, one thread. Each run's time for start-up, images and encoder is in both. Prints the median
of the ratios and whether both wrote the same texts (then the number of decoder steps was the same).
"""
import argparse
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/cli"))
from pictures import png  # noqa: E402


def run(args, films, rule, decoding):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([args.hilum, "generate", *films, "--bundle", args.bundle, "--format", "jsonl", "--priors", rule, "--replicas", "1", *decoding],
                          capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    reports = [json.loads(line)["report"] for line in done.stdout.splitlines()]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, [(r["findings"], r.get("impression")) for r in reports]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--bundle", default="hilum-base")
    parser.add_argument("--films", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        films = [pathlib.Path(name) / f"{i}.png" for i in range(args.films)]
        for path in films:
            png(path, random.Random(path.name).randrange(1000), 224)
        for decoding in (["--greedy"], ["--beam", "3"]):
            times, same = [], True
            for turn in range(args.rounds):
                order = ("allow", "auto") if turn % 2 else ("auto", "allow")
                took = {rule: run(args, films, rule, decoding) for rule in order}
                times.append((took["allow"][0], took["auto"][0]))
                same &= took["allow"][1] == took["auto"][1]
            ratio = statistics.median(b / a for a, b in times)
            print(f"{' '.join(decoding)}: {statistics.median(a for a, _ in times):.2f} s without, {statistics.median(b for _, b in times):.2f} s with the rule, "
                  f"ratio {ratio:.3f} (median of {args.rounds}), texts {'the same' if same else 'differ'}")


if __name__ == "__main__":
    main()
