"""Writes splits/reports.json: report ids that no training of text may use (all others are for training)."""

import argparse
import json
import re
from pathlib import Path

from hilum_train.data import split_files


def uids(path):
    """Report numbers out of a ReXrank file's study names (CXR2279_IM-0865)."""
    return sorted({int(re.match(r"CXR(\d+)_", name).group(1)) for name in json.loads(path.read_text(encoding="utf-8"))})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", default=str(split_files.REPORTS))
    args = parser.parse_args()
    data = Path(args.data)
    films = data / "iu_films" / "manifest.jsonl"
    split = {
        "test": uids(data / "iu_reports" / "ReXRank_IUXray_test.json"),
        "val": uids(data / "iu_reports" / "ReXRank_IUXray_valid.json"),
        "real_pairs": sorted({json.loads(line)["uid"] for line in films.read_text(encoding="utf-8").splitlines()}),
    }
    Path(args.out).write_text(json.dumps(split, separators=(",", ":")) + "\n", encoding="utf-8")
    print({part: len(ids) for part, ids in split.items()})


if __name__ == "__main__":
    main()
