#!/usr/bin/env python3
"""Prints the held-out films that took no part in training, thresholds or calibration as records with their labels.

    held_out_records.py --data DATA > held_out.jsonl

The `siim` test patients and the pneumonia half of ChestX-ray14's test fold, as in evaluate_reports.py. `labels` holds what
the source says of a film: positive or negative; what it says nothing about is left out.
"""

import argparse
import json
import math

from hilum_train.data import labels, records, split_files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    args = parser.parse_args()
    split = json.loads(split_files.FILMS.read_text(encoding="utf-8"))
    test = set(split["test"])
    for film in records.load(args.data):
        fold = split["nih_folds"].get(str(film.get("patient"))) if film["source"] == "nih" else None
        if film["key"] not in test and not (fold == split["nih_test_fold"] and labels.in_pneumonia_half(film)):
            continue
        known = {name: "positive" if value else "negative"
                 for name, value in zip(labels.LABELS, labels.label_values(film))
                 if not math.isnan(value) and name not in labels.APPEARANCE}
        print(json.dumps({"id": film["key"], "images": [{"path": film["path"]}], "labels": known}))


if __name__ == "__main__":
    main()
