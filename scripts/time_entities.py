#!/usr/bin/env python3
"""Reports a second, memory and growth with length of `hilum entities`, on reports made of the annotated sentences.

    scripts/time_entities.py --hilum build/release/bin/hilum [--reports 100000]

Prints CPU time (user), so a busy machine does not matter, and the highest resident memory.
"""
import argparse
import itertools
import json
import pathlib
import resource
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SENTENCES_PER_REPORT = 7  # as long as the findings and impression of an Indiana University report


def measure(hilum, records):
    """CPU seconds and highest resident KiB of one run over the records."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = ["/usr/bin/env", "python3", "-c",
               "import resource,subprocess,sys;c=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode;"
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);sys.exit(c)", hilum, "entities", "-q"]
    run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for record in records:
        run.stdin.write(record)
    run.stdin.close()
    memory = int(run.stdout.read())
    if run.wait() != 0:
        raise SystemExit("hilum entities failed")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--reports", type=int, default=100000)
    args = parser.parse_args()
    with open(ROOT / "tests/data/entities_gold.jsonl", encoding="utf-8") as lines:
        sentences = itertools.cycle([json.loads(line)["sentence"] for line in lines])

    def reports(count):
        for number in range(count):
            text = " ".join(itertools.islice(sentences, SENTENCES_PER_REPORT))
            yield (json.dumps({"id": str(number), "text": text}) + "\n").encode()

    for count in (args.reports // 10, args.reports):
        seconds, memory = measure(args.hilum, reports(count))
        print(f"{count} reports: {seconds:.2f} s, {count / seconds:.0f} a second, {memory / 1024:.0f} MiB")
    for size in (250_000, 500_000, 1_000_000):
        text = " ".join(itertools.islice(sentences, size // 50))[:size]
        seconds, _ = measure(args.hilum, [(json.dumps({"id": "long", "text": text}) + "\n").encode()])
        print(f"one report of {len(text)} bytes: {seconds:.2f} s")


if __name__ == "__main__":
    main()
