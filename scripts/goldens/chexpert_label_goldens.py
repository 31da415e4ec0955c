#!/usr/bin/env python3
"""Makes the parts of tests/data/chexpert_label_golden.json again that two repositories hold as files, and compares.

    git clone https://github.com/stanfordmlgroup/chexpert-labeler   # HEAD 44ddeb3
    git clone https://github.com/xiaosongwang/MIRQI
    scripts/goldens/chexpert_label_goldens.py --labeler chexpert-labeler --mirqi MIRQI      # exit 1 when a value differs

chexpert-labeler's labeled_reports.csv is its authors' own output, MIRQI's the mentions that the labeler found. The labeler
itself is not run: it needs Python 3.6, NegBio and models that are no longer served. What people posted in its issues (#15,
#29, #45) and radtext's example output were copied by hand, with their source beside each, and stay as they are."""
import argparse
import csv
import io
import json
import pathlib
import re
import subprocess
import sys

FILE = pathlib.Path(__file__).resolve().parents[2] / "tests/data/chexpert_label_golden.json"


def table(repository, name):
    """Rows of a file at HEAD, which a bare clone has too."""
    text = subprocess.run(["git", "-C", repository, "show", f"HEAD:{name}"], capture_output=True, text=True, check=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def plain(text):
    return " ".join(text.split())


def labels(row, classes):
    return {name: None if row[name] == "" else int(float(row[name])) for name in classes}


def mentions(row):
    """MIRQI prints NumPy arrays: [phrase, observation, status, attributes]."""
    found = re.findall(r"array\(\[(.*?)\]", row["attributes"], flags=re.S)
    parts = [re.findall(r"'([^']*)'", one) for one in found]
    return [{"phrase": p[0], "observation": p[1].replace("Airspace Opacity", "Lung Opacity"), "status": p[2]} for p in parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labeler", required=True, help="a clone of stanfordmlgroup/chexpert-labeler")
    parser.add_argument("--mirqi", required=True, help="a clone of xiaosongwang/MIRQI")
    args = parser.parse_args()
    data = json.loads(FILE.read_text())
    reports = {plain(row["Reports"]): labels(row, data["classes"]) for row in table(args.labeler, "labeled_reports.csv")}
    found = {plain(row["Reports"]): mentions(row) for row in table(args.mirqi, "labeled_reports.csv")}
    bad = 0
    for part, key, made in (("reports", "labels", reports), ("mentions", "mentions", found)):
        compared = 0
        for entry in data[part]:
            if "labeled_reports.csv" not in entry["source"]:
                continue
            compared += 1
            new = made.get(plain(entry["report"]))
            if new != entry[key]:
                bad += 1
                print(f"  {entry['report'][:60]!r}: {entry[key]}, now {new}")
        print(f"{part}: {compared} compared, {len(data[part]) - compared} from elsewhere")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
