#!/usr/bin/env python3
"""Whether the findings' probabilities mean what they say: a reliability diagram from records with predictions and labels.

    scripts/figures/reliability.py RECORDS.jsonl --out reliability.svg [--labels labels] [--bins 10]

Records as `hilum generate --predictions-only` writes them, reference labels at the key --labels as abstention.py
reads them. A finding's films are cut into --bins bins of equal size by probability; each gives a point: mean
probability across, share of positive films up. On the dashed line both are the same. Prints a table: films,
positives, mean probability, share positive, the mean distance between the two over the bins (expected calibration
error) with its 95 % bootstrap interval, and the Brier score. Findings with fewer than --least positives are in the line
"all" only.
"""
import argparse
import json
import random
import sys

from chart import Chart
from abstention import findings_of

COLORS = ["#c2571a", "#2a8c4a", "#8a4fb3", "#b8860b", "#c23b6b", "#4f7a8a", "#777777", "#5b8c00"]


def read(lines, key):
    """For each finding its (probability, true) pairs."""
    findings = {}
    for line in lines:
        if not line.strip():
            continue
        record = json.loads(line)
        for p, truth in findings_of(record, key):
            if truth is not None:
                findings.setdefault(p["label"], []).append((p["probability"], truth))
    return findings


def bins_of(pairs, count):
    """(mean probability, share positive, films) of each bin."""
    pairs, count = sorted(pairs), min(count, len(pairs))
    cuts = [len(pairs) * i // count for i in range(count + 1)]
    parts = [pairs[a:b] for a, b in zip(cuts, cuts[1:])]
    return [(sum(p for p, _ in part) / len(part), sum(t for _, t in part) / len(part), len(part)) for part in parts]


def error(pairs, count):
    return sum(n * abs(p - share) for p, share, n in bins_of(pairs, count)) / len(pairs)


def interval(pairs, count, rounds=1000):
    draw = random.Random(1)
    values = sorted(error(draw.choices(pairs, k=len(pairs)), count) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", help="a file, or - for standard input")
    parser.add_argument("--out", required=True, help="the chart (SVG)")
    parser.add_argument("--labels", default="labels", help="key of the reference labels")
    parser.add_argument("--bins", type=int, default=10)
    parser.add_argument("--least", type=int, default=15, help="positives and negatives a finding needs for a row")
    args = parser.parse_args()
    with (sys.stdin if args.records == "-" else open(args.records, encoding="utf-8")) as lines:
        findings = read(lines, args.labels)
    if not findings:
        sys.exit(f"{args.records}: no record has predictions and a reference label for one of them at '{args.labels}'")
    rows = {name: pairs for name, pairs in findings.items()
            if args.least <= sum(t for _, t in pairs) <= len(pairs) - args.least}
    rows["all"] = [pair for pairs in findings.values() for pair in pairs]
    chart = Chart("mean probability", "share positive")
    chart.line([(0, 0), (1, 1)], "#999999", 1, "4 4")
    print("| finding | films | positive | mean probability | share positive | calibration error | Brier score |\n|---|---|---|---|---|---|---|")
    for at, (name, pairs) in enumerate(rows.items()):
        color, n = "#1f5fa8" if name == "all" else COLORS[at % len(COLORS)], len(pairs)
        points = bins_of(pairs, args.bins)
        chart.line([(p, share) for p, share, _ in points], color, 3 if name == "all" else 1)
        for p, share, films in points:
            chart.dot(p, share, color, f"{name}: probability {p:.3f}, positive {share:.3f} of {films}")
        chart.label(0.03, 0.97, at, color, name)
        low, high = interval(pairs, args.bins)
        positive = sum(t for _, t in pairs)
        print(f"| {name} | {n} | {positive} | {sum(p for p, _ in pairs) / n:.3f} | {positive / n:.3f} | "
              f"{error(pairs, args.bins):.3f} [{low:.3f}, {high:.3f}] | {sum((p - t) ** 2 for p, t in pairs) / n:.3f} |")
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(chart.text())


if __name__ == "__main__":
    main()
