#!/usr/bin/env python3
"""Two builds of hilum on the same work, in turns: processor time of the second over that of the first.

    scripts/bench/side_by_side.py --before OLD/bin/hilum --after build/release/bin/hilum
    scripts/bench/side_by_side.py --before OLD/bin/hilum --after build/release/bin/hilum --sei models/sei --rounds 9

Start-up, the text stages, factcheck, evaluate, reading and preparing films, and `generate` with the shipped bundle; with --sei also
a study of a full-size SEI bundle (`python -m hilum_export` writes one). Reports are made up (language.py), films are those of
--films or the phantom. Each round runs both, one after the other; the table gives the median of the rounds' ratios with the least
and greatest. Prints Markdown; with --limit 1.05 the exit status is 1 when a median lies above.
"""
import argparse
import csv
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile

import language

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def write_inputs(folder, reports, pairs):
    rng = random.Random(7)
    language.write_records(folder / "reports.jsonl", reports)
    with open(folder / "pairs.csv", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "hypothesis", "reference"])
        for i in range(pairs):
            writer.writerow([f"p{i}", language.report(rng), language.report(rng)])


def seconds(command, stdin):
    """Processor seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(stdin) as source:
        done = subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def works(folder, films, sei):
    reports, nothing = str(folder / "reports.jsonl"), os.devnull
    pairs = ["evaluate", "--csv", str(folder / "pairs.csv"), "--id", "id", "--hypothesis", "hypothesis", "--reference",
             "reference", "--format", "json"]
    yield "start-up (40 starts)", None, nothing
    for name in ("label", "entities", "factcheck", "structure"):
        yield name, [name, "-q"], reports
    yield "evaluate, words", [*pairs, "--metrics", "bleu,rouge-l,cider"], nothing
    yield "evaluate, rules", [*pairs, "--metrics", "chexpert,entity-f1,clinical,srrg"], nothing
    yield f"inspect, {len(films)} films", ["inspect", "-q", *films], nothing
    yield f"generate, {len(films)} films", ["generate", "-q", "--threads", "1", "--replicas", "1", *films], nothing
    yield f"measure, {len(films)} films", ["measure", "-q", *films], nothing
    if sei:
        yield "full-size SEI, one study", ["generate", "-q", "--bundle", sei, "--threads", "1", "--replicas", "1", "--batch",
                                           "1", films[0]], nothing


def run(program, command, stdin):
    if command is None:
        return sum(seconds([program, "--version"], stdin) for _ in range(40))
    return seconds([program, *command], stdin)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True)
    parser.add_argument("--after", required=True)
    parser.add_argument("--films", nargs="*", default=[str(ROOT / "samples/phantom.dcm")] * 8)
    parser.add_argument("--sei", help="a bundle of full size")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reports", type=int, default=40000)
    parser.add_argument("--pairs", type=int, default=3000)
    parser.add_argument("--limit", type=float, help="exit with 1 when a median ratio lies above")
    options = parser.parse_args()
    worst = 0.0
    print("| work | before, s | after, s | after / before |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_inputs(folder, options.reports, options.pairs)
        for title, command, stdin in works(folder, options.films, options.sei):
            times = {"before": [], "after": []}
            for _ in range(options.rounds):
                for which in times:
                    times[which].append(run(getattr(options, which), command, stdin))
            ratios = [a / b for a, b in zip(times["after"], times["before"])]
            median = statistics.median(ratios)
            worst = max(worst, median)
            print(f"| {title} | {statistics.median(times['before']):.2f} | {statistics.median(times['after']):.2f} | "
                  f"{median:.3f} [{min(ratios):.3f}, {max(ratios):.3f}] |", flush=True)
    if options.limit and worst > options.limit:
        sys.exit(f"a median ratio is {worst:.3f}, above {options.limit}")


if __name__ == "__main__":
    main()
