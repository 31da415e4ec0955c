#!/usr/bin/env python3
"""Scores `hilum label` against hand-made labels.

    scripts/checks/score_labels.py build/release/bin/hilum                  # both sets, Markdown tables
    scripts/checks/score_labels.py build/release/bin/hilum --errors         # and what is wrong

Sets: tests/data/chexpert_label_golden.json (10 reports, 14 CheXpert labels) and, below $HILUM_TEST_DATA,
cases/iu_reports_gold14_open.jsonl (725 Indiana University reports with ChestX-ray14 labels; Hernia is left out as the
gold labels it by another rule). --errors prints only reports outside the ReXrank test ids: the others serve for the
score and nothing else. Uncertain counts as not positive.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATUS = {1: "positive", 0: "negative", -1: "uncertain", None: "unmentioned"}


def label(program, reports, scheme):
    lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(reports))
    done = subprocess.run([program, "label", "--scheme", scheme, "--explain"], input=lines, capture_output=True,
                          text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def text_of(case):
    return "\n\n".join(part for part in (case.get("findings"), case.get("impression")) if part)


def golden(program, errors):
    cases = json.loads((ROOT / "tests/data/chexpert_label_golden.json").read_text())["reports"]
    found = label(program, [case["report"] for case in cases], "chexpert14")
    cells = right = 0
    wrong = []
    for case, record in zip(cases, found):
        for name, value in case["labels"].items():
            cells += 1
            if record["labels"][name] == STATUS[value]:
                right += 1
            else:
                wrong.append(f"  {name}: {record['labels'][name]}, golden {STATUS[value]}: {case['report'][:90]!r}")
    print(f"Golden CheXpert cells: {right} of {cells}")
    if errors:
        print("\n".join(wrong))
    return right


def ratio(a, b):
    return a / b if b else 0.0


def scores(tp, fp, fn):
    return ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(2 * tp, 2 * tp + fp + fn)


def gold14(program, path, errors):
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    found = label(program, [text_of(case) for case in cases], "nih14")
    names = [name for name in cases[0]["gold"] if name not in ("normal", "Hernia")]
    counts = {name: [0, 0, 0] for name in names}
    parts = {"in the ReXrank test ids": [0, 0, 0], "outside": [0, 0, 0]}
    for case, record in zip(cases, found):
        part = parts["in the ReXrank test ids" if case["rexrank_split"] == "test" else "outside"]
        for name in names:
            got, gold = record["labels"][name] == "positive", bool(case["gold"][name])
            if not got and not gold:
                continue
            slot = 0 if got and gold else 1 if got else 2
            counts[name][slot] += 1
            part[slot] += 1
            if errors and slot and case["rexrank_split"] != "test":
                why = [e for e in record["label_evidence"] if e["label"] == name]
                print(f"  {'false' if slot == 1 else 'missed'} {name} {case['id']}: {text_of(case)}\n      {why}")
    print("\n| finding | positive in gold | precision | recall | F1 |\n|---|---|---|---|---|")
    for name in names:
        tp, fp, fn = counts[name]
        print("| {} | {} | {:.3f} | {:.3f} | {:.3f} |".format(name, tp + fn, *scores(tp, fp, fn)))
    total = [sum(c[i] for c in counts.values()) for i in range(3)]
    print("| all (micro) | {} | {:.3f} | {:.3f} | **{:.3f}** |".format(total[0] + total[2], *scores(*total)))
    for name, part in parts.items():
        print("| {} | {} | {:.3f} | {:.3f} | {:.3f} |".format(name, part[0] + part[2], *scores(*part)))
    return scores(*total)[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--min-golden", type=int, default=0, help="fail below this many golden cells")
    parser.add_argument("--min-f1", type=float, default=0.0, help="fail below this micro-F1")
    args = parser.parse_args()
    failed = golden(args.program, args.errors) < args.min_golden
    data = os.environ.get("HILUM_TEST_DATA", "")
    path = pathlib.Path(data) / "cases/iu_reports_gold14_open.jsonl"
    if data and path.exists():
        failed |= gold14(args.program, path, args.errors) < args.min_f1
    else:
        print("SKIP: the Indiana University gold labels; set HILUM_TEST_DATA to the folder that holds cases/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
