"""Cases for the index of a bundle: the training cases that have facts, at most so many of one kind, without any report's text.

    python index_records.py CASES.jsonl | hilum index build BUNDLE/index --bundle BUNDLE --storage int8
"""

import argparse
import collections
import json

from hilum_train.data import cases

KEPT = ("id", "study_id", "patient_id", "images", "entities")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases")
    parser.add_argument("--most", type=int, default=600, help="cases of one kind (the same findings)")
    args = parser.parse_args()
    kinds = collections.Counter()
    for record in cases.part(cases.read(args.cases), "train"):
        kind = cases.signature(record)
        if cases.facts_of(record) and kinds[kind] < args.most:
            kinds[kind] += 1
            print(json.dumps({key: record[key] for key in KEPT if key in record}))


if __name__ == "__main__":
    main()
