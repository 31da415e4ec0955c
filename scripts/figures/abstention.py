#!/usr/bin/env python3
"""What abstaining buys: coverage against F1, from records that carry predictions and reference labels.

    scripts/figures/abstention.py RECORDS.jsonl --out abstention.svg [--csv abstention.csv] [--labels labels]

Records as `hilum generate` writes them (with or without --abstain), reference labels at the key --labels:
{"Edema": "positive", ...} as `hilum label` writes them, or 1 and 0; other values are left out. Two curves:
  studies   those whose findings have a mean confidence of at least P (what --abstain P keeps), every finding counted
  findings  each finding whose own confidence is at least P (what --abstain P does not mark)
Confidence as in docs/records.md. F1 is micro over findings; where nothing is positive, neither in truth nor predicted, it
has no value. The chart is drawn without further packages.
"""
import argparse
import csv
import json
import sys

from chart import Chart

TRUTH = {"positive": True, "negative": False, 1: True, 0: False}
COLORS = {"studies": "#1f5fa8", "findings": "#c2571a"}


def confidence(probability, threshold):
    room = 1 - threshold if probability >= threshold else threshold
    return 1.0 if room <= 0 else 0.5 + 0.5 * abs(probability - threshold) / room


def findings_of(record, key):
    """(prediction, true, false or None where nothing is known) of each finding of a record."""
    labels = record.get(key) or {}
    predictions = record.get("predictions") or []
    for p in predictions:
        if "kind" not in p and "same_as" not in p:
            names = [p["label"]] + [q["label"] for q in predictions if q.get("same_as") == p["label"]]
            yield p, next((TRUTH[labels[n]] for n in names if labels.get(n) in TRUTH), None)


def read(lines, key):
    """For each usable study its mean confidence and its findings (confidence, predicted, true)."""
    studies, left_out = [], 0
    for line in lines:
        if not line.strip():
            continue
        record = json.loads(line)
        sure, pairs = [], []
        for p, truth in findings_of(record, key):
            c = confidence(p["probability"], p["threshold"])
            sure.append(c)
            if truth is not None:
                pairs.append((c, p["probability"] >= p["threshold"], truth))
        if pairs:
            studies.append((sum(sure) / len(sure), pairs))
        else:
            left_out += 1
    return studies, left_out


def f1(pairs):
    hit = sum(p and t for _, p, t in pairs)
    total = sum(p for _, p, _ in pairs) + sum(t for _, _, t in pairs)
    return 2 * hit / total if total else None


def curves(studies):
    """Rows (curve, P, coverage, F1) for P from .5 to 1 in steps of .01."""
    every = [pair for _, pairs in studies for pair in pairs]
    for step in range(51):
        bar = 0.5 + step / 100
        kept = [pairs for mean, pairs in studies if mean >= bar]
        yield "studies", bar, len(kept) / len(studies), f1([pair for pairs in kept for pair in pairs])
        sure = [pair for pair in every if pair[0] >= bar]
        yield "findings", bar, len(sure) / len(every), f1(sure)


def svg(rows):
    chart = Chart("coverage (share kept)", "micro F1")
    for at, (name, color) in enumerate(COLORS.items()):
        points = [(p, c, f) for curve, p, c, f in rows if curve == name and f is not None]
        chart.line([(c, f) for _, c, f in points], color)
        for p, c, f in points:
            chart.dot(c, f, color, f"{name}, P {p:.2f}: coverage {c:.3f}, F1 {f:.3f}")
        chart.label(0.03, 0.12, at, color, name)
    return chart.text()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", help="a file, or - for standard input")
    parser.add_argument("--out", required=True, help="the chart (SVG)")
    parser.add_argument("--csv", help="the numbers behind it")
    parser.add_argument("--labels", default="labels", help="key of the reference labels")
    args = parser.parse_args()
    with (sys.stdin if args.records == "-" else open(args.records, encoding="utf-8")) as lines:
        studies, left_out = read(lines, args.labels)
    if not studies:
        sys.exit(f"{args.records}: no record has predictions and a reference label for one of them at '{args.labels}'")
    rows = list(curves(studies))
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(svg(rows))
    if args.csv:
        with open(args.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["curve", "P", "coverage", "f1"])
            writer.writerows([c, f"{p:.2f}", f"{k:.4f}", "" if f is None else f"{f:.4f}"] for c, p, k, f in rows)
    print(f"{len(studies)} studies, {left_out} left out without a label for any of their findings")


if __name__ == "__main__":
    main()
