"""Writes splits/films.json: which films are held back, by patient, and the five folds of ChestX-ray14."""

import argparse
import collections
import json
from pathlib import Path

from hilum_train.data import labels, records, split_files

SIIM_TEST, SIIM_VAL, OTHER_VAL = 0.11, 0.05, 0.12
FOLDS = 5


def siim_part(patient, seed):
    """train, val or test for a `siim` patient."""
    x = records.hashed(patient, seed)
    return "test" if x < SIIM_TEST else "val" if x < SIIM_TEST + SIIM_VAL else "train"


def nih_folds(films, seed):
    """Patients dealt to folds, the ones with the rarest findings first so that each fold gets its share."""
    counts = collections.Counter(label for film in films for label in film["labels"])
    by_patient = collections.defaultdict(set)
    for film in films:
        by_patient[film["patient"]].update(film["labels"])
    rarest = {p: min(found, key=lambda label: counts[label]) for p, found in by_patient.items()}
    order = sorted(by_patient, key=lambda p: (counts[rarest[p]], rarest[p], records.hashed(p, seed)))
    return {patient: i % FOLDS for i, patient in enumerate(order)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", default=str(split_files.FILMS))
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    films = records.load(args.data)
    held = {"test": [], "val": []}
    for film in films:
        key = records.patient_key(film)
        if film["source"] == "siim":
            part = siim_part(key, args.seed)
        elif film["source"] == "nih":
            continue
        else:
            part = "val" if records.hashed(key, args.seed) < OTHER_VAL else "train"
        if part != "train":
            held[part].append(film["key"])
    folds = nih_folds([f for f in films if f["source"] == "nih"], args.seed)
    split = {"seed": args.seed, "test": sorted(held["test"]), "val": sorted(held["val"]), "nih_folds": folds,
             "nih_test_fold": 0}
    Path(args.out).write_text(json.dumps(split, separators=(",", ":")) + "\n", encoding="utf-8")
    values = {film["key"]: labels.label_values(film) for film in films}
    print(f"{len(films)} films, {len(held['val'])} val, {len(held['test'])} test")
    for i, name in enumerate(labels.LABELS):
        column = [v[i] for v in values.values()]
        print(f"{name:20s} positive {sum(v == 1 for v in column):5d}  negative {sum(v == 0 for v in column):5d}")


if __name__ == "__main__":
    main()
