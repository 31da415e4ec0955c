#!/usr/bin/env python3
"""Measures the text commands on one core: records a second of processor time, peak memory as records stream through, and time against
the length of a report.

    scripts/bench/language.py build/release/bin/hilum
    scripts/bench/language.py build/release/bin/hilum --commands label --stream 1000000

Reports are made up from sentences of the usual kinds, 60 words on average. Prints Markdown.
"""
import argparse
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile

SENTENCES = [
    "The lungs are clear without focal consolidation, pleural effusion, or pneumothorax.",
    "Heart size is mildly enlarged, unchanged from the prior study.",
    "There is a small left pleural effusion with adjacent atelectasis.",
    "No evidence of pulmonary edema.",
    "A 1.2 cm nodule is seen in the right upper lobe, possibly a granuloma.",
    "Right-sided central line terminates in the superior vena cava.",
    "Cardiomediastinal silhouette is within normal limits.",
    "Patchy opacity at the left base may represent atelectasis or early pneumonia.",
    "Degenerative changes of the thoracic spine are noted at T7/T8.",
    "No acute displaced rib fracture.",
    "Median sternotomy wires are intact.",
    "Findings were discussed with the team at 3:40 p.m.",
]
SHOWN = {"sections": "sections --dialect sei", "label": "label", "entities": "entities"}


def report(rng, words=60):
    parts, count = [], 0
    while count < words:
        parts.append(rng.choice(SENTENCES))
        count += len(parts[-1].split())
    return "\n INDICATION: ___F with cough.\n FINDINGS: " + " ".join(parts) + "\n"


def write_records(path, number):
    rng = random.Random(7)
    texts = [json.dumps(report(rng)) for _ in range(2000)]
    with open(path, "w") as file:
        for i in range(number):
            file.write('{"id":"r%d","text":%s}\n' % (i, texts[i % len(texts)]))


def run(program, command, path):
    """Processor seconds (start included) and peak resident KiB of one run on one core."""
    core = min(os.sched_getaffinity(0))
    with open(path) as stdin, open(os.devnull, "w") as out:
        process = subprocess.Popen([program, *shlex.split(SHOWN[command]), "-q"], stdin=stdin, stdout=out,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"hilum {command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--commands", nargs="+", default=["sections", "label", "entities"], choices=sorted(SHOWN))
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--stream", type=int, default=0, help="also stream this many records and compare memory")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, many = os.path.join(folder, "few"), os.path.join(folder, "many")
        write_records(few, args.records)
        print("| command | reports a second, one core | peak memory |\n|---|---|---|")
        for command in args.commands:
            seconds, memory = min(run(args.program, command, few) for _ in range(3))
            print(f"| {command} | {args.records / seconds:,.0f} | {memory / 1024:.0f} MiB |")
        if args.stream:
            write_records(many, args.stream)
            for command in args.commands:
                seconds, memory = run(args.program, command, many)
                print(f"| {command}, {args.stream:,} reports | {args.stream / seconds:,.0f} | {memory / 1024:.0f} MiB |")
        print("\n| length of one report | " + " | ".join(args.commands) + " |\n|---|" + "---|" * len(args.commands))
        for kilobytes in (128, 256, 512, 1024):
            rng = random.Random(3)
            text = report(rng, 1)
            while len(text) < kilobytes * 1024:
                text += " " + rng.choice(SENTENCES)
            with open(few, "w") as file:
                for i in range(8):
                    file.write(json.dumps({"id": str(i), "text": text}) + "\n")
            times = [min(run(args.program, command, few)[0] for _ in range(3)) / 8 for command in args.commands]
            print(f"| {kilobytes} KiB | " + " | ".join(f"{t * 1000:.1f} ms" for t in times) + " |")


if __name__ == "__main__":
    main()
