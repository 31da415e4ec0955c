"""Writes splits/films.json: held-out films of heart and lungs, and five folds of the films with airway masks, by patient."""

import argparse
import collections
from pathlib import Path

from hilum_train.anatomy import masks

TEST_SHARE, FOLDS = 0.15, 5


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", default=str(Path(__file__).parent / "splits" / "films.json"))
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    films, kept_back = masks.load(args.data)
    organs = {f["patient_key"] for f in films if f["kind"] == "organs"}
    order = sorted(organs, key=lambda p: masks.records.hashed(p, args.seed))
    folds = {patient: i % FOLDS for i, patient in enumerate(order)}
    parts = {"train": [], "test": [], "organs": []}
    for film in films:
        key = film["patient_key"]
        part = "organs" if key in organs else "test" if masks.records.hashed(key, args.seed) < TEST_SHARE else "train"
        parts[part].append(film["key"])
    masks.save_json(args.out, {"seed": args.seed, "kept_back_patients": sorted(kept_back), "folds": folds,
                               **{part: sorted(keys) for part, keys in parts.items()}})
    kinds = collections.Counter((part, f["kind"]) for f in films for part, keys in parts.items() if f["key"] in keys)
    print(dict(kinds))


if __name__ == "__main__":
    main()
