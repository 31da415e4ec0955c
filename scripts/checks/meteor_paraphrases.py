#!/usr/bin/env python3
"""Compares METEOR with its paraphrase table, as `hilum evaluate --paraphrases` computes it, with meteor-1.5.jar on the pairs of
tests/data/metric_golden.json. Needs Java and pycocoevalcap 1.2, which has the jar and the table (5,274,084 pairs).

    .goldens/bin/python scripts/checks/meteor_paraphrases.py --java java --hilum build/release/bin/hilum   # exit 1 when one differs
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import pycocoevalcap

ROOT = pathlib.Path(__file__).resolve().parents[2]
METEOR = pathlib.Path(list(pycocoevalcap.__path__)[0]) / "meteor"
TABLE = METEOR / "data/paraphrase-en.gz"


def of_jar(java, texts):
    """The jar's score of each (hypothesis, reference) and of all together."""
    command = [java, "-Xmx2G", "-jar", METEOR / "meteor-1.5.jar", "-", "-", "-stdio", "-l", "en", "-norm", "-a", TABLE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        def ask(*parts):
            process.stdin.write(" ||| ".join(parts).replace("\n", " ") + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()
        first = ask("EVAL", *[ask("SCORE", reference, hypothesis) for hypothesis, reference in texts])
        scores = [float(first), *(float(process.stdout.readline()) for _ in texts)]
        process.stdin.close()
    return scores[:-1], scores[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", default="java")
    parser.add_argument("--hilum", required=True)
    args = parser.parse_args()
    data = json.loads((ROOT / "tests/data/metric_golden.json").read_text())
    group = data["sets"]["dotspace_lower/single_ref_48"]
    pairs = {pair["id"]: pair for pair in data["pairs"]}
    prepared = [(group["tokens_joined"][i]["hyp"], group["tokens_joined"][i]["refs"][0]) for i in group["ids"]]
    with tempfile.TemporaryDirectory() as name:
        table, samples = pathlib.Path(name) / "pairs.csv", pathlib.Path(name) / "samples.jsonl"
        with table.open("w", newline="") as file:
            csv.writer(file).writerows([["id", "hyp", "ref"], *([i, pairs[i]["hyp"], pairs[i]["refs"][0]] for i in group["ids"])])
        done = subprocess.run([args.hilum, "evaluate", "--csv", table, "--metrics", "meteor", "--paraphrases", TABLE, "--resamples", "0",
                               "--format", "json", "--per-sample", samples], check=True, capture_output=True, text=True)
        ours = [json.loads(line)["METEOR-1.5"] for line in samples.read_text().splitlines()]
    theirs, whole = of_jar(args.java, prepared)
    apart = [abs(a - b) for a, b in zip(ours, theirs)] + [abs(json.loads(done.stdout)["metrics"]["METEOR-1.5"]["value"] - whole)]
    print(f"{len(ours)} pairs, METEOR-1.5 {whole:.6f}; largest difference {max(apart):.1e}")
    return 1 if len(ours) != len(theirs) or max(apart) > 1e-6 else 0


if __name__ == "__main__":
    sys.exit(main())
