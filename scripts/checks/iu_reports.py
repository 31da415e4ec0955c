#!/usr/bin/env python3
"""Writes the Indiana University reports that have findings and impression and no ReXrank test id, as records.

    scripts/checks/iu_reports.py FOLDER > iu.jsonl

FOLDER holds iu_reports.jsonl (uid, comparison, findings, impression) and ReXRank_IUXray_test.json.
"""
import json
import pathlib
import re
import sys


def main():
    folder = pathlib.Path(sys.argv[1])
    test = {int(re.match(r"CXR(\d+)_", key).group(1)) for key in json.loads((folder / "ReXRank_IUXray_test.json").read_text())}
    with open(folder / "iu_reports.jsonl") as lines:
        for study in map(json.loads, lines):
            findings, impression = study.get("findings") or "", study.get("impression") or ""
            if study["uid"] in test or not findings.strip() or not impression.strip():
                continue
            print(json.dumps({"id": str(study["uid"]), "comparison": study.get("comparison") or "",
                              "report": {"findings": findings, "impression": impression}}))


if __name__ == "__main__":
    main()
