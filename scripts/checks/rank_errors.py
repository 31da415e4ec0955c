#!/usr/bin/env python3
"""How often a score of `hilum evaluate` prefers the report with fewer errors, when the normal statements of both are worded anew.

    scripts/checks/rank_errors.py --hilum build/release/bin/hilum --reports iu_reports_gold14_open.jsonl

Reports: JSON lines with `findings`. Of each drawn report two candidates are made with different numbers of errors (0 to 4): a
statement of a finding left out, one of another report added, a side exchanged. About half of the normal statements are
replaced by those of other reports in both. The errors come by rule, so this measures robustness, not agreement with readers.
"""
import argparse
import csv
import json
import pathlib
import random
import re
import subprocess
import tempfile

NORMAL = re.compile(r"\b(no|normal|clear|unremarkable|without|intact|within|free|negative|not)\b", re.I)
SIDE = re.compile(r"\b(left|right)\b", re.I)
SCORES = ["BLEU-1", "BLEU-4", "ROUGE-1-google", "ROUGE-L-google", "CheXpert-14-example-F1-empty1", "Entity-F1-partial",
          "fact-F1", "finding-agreement", "clinical-agreement"]


def sentences(text):
    return [s.strip() for s in re.split(r"(?<=[.])\s+", re.sub(r"\s+", " ", text)) if len(s.strip()) > 8]


def other_side(sentence):
    return SIDE.sub(lambda m: "right" if m.group(1).lower() == "left" else "left", sentence)


def candidate(report, errors, normals, findings, rng):
    kept = [s for s in report if not NORMAL.search(s)]
    for _ in range(errors):
        kind = rng.random()
        sided = [i for i, s in enumerate(kept) if other_side(s) != s]
        if kept and kind < 0.45:
            kept.pop(rng.randrange(len(kept)))
        elif sided and kind > 0.85:
            kept[sided[0]] = other_side(kept[sided[0]])
        else:
            kept.append(rng.choice(findings))
    kept += [s if rng.random() < 0.5 else rng.choice(normals) for s in report if NORMAL.search(s)]
    rng.shuffle(kept)
    return " ".join(kept) or "Normal chest."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--reports", required=True)
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with open(args.reports, encoding="utf-8") as lines:
        reports = [sentences(json.loads(line).get("findings") or "") for line in lines]
    reports = [r for r in reports if r]
    normals = [s for r in reports for s in r if NORMAL.search(s)]
    findings = [s for r in reports for s in r if not NORMAL.search(s)]
    with tempfile.TemporaryDirectory() as folder:
        table, samples = pathlib.Path(folder, "pairs.csv"), pathlib.Path(folder, "samples.jsonl")
        with table.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["id", "hypothesis", "reference"])
            for n in range(args.pairs):
                report = rng.choice(reports)
                for which, errors in zip("ab", sorted(rng.sample(range(5), 2))):
                    writer.writerow([f"{n}{which}", candidate(report, errors, normals, findings, rng), " ".join(report)])
        subprocess.run([args.hilum, "evaluate", "--csv", table, "--resamples", "0", "--per-sample", samples, "--metrics",
                        "clinical,rouge-google,bleu,entity-f1,chexpert"], stdout=subprocess.DEVNULL, check=True)
        rows = [json.loads(line) for line in samples.read_text(encoding="utf-8").splitlines()]
    print("| score | prefers the better |\n|---|---:|")
    for score in SCORES:
        won = sum(1.0 if a > b else 0.5 if a == b else 0.0
                  for a, b in ((rows[i][score] or 0, rows[i + 1][score] or 0) for i in range(0, len(rows), 2)))
        print(f"| {score} | {won / args.pairs:.3f} |")


if __name__ == "__main__":
    main()
