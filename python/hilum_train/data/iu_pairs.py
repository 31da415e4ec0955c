"""Records of the few Indiana University studies whose films are here: film, further view, indication and their own report.

    python iu_pairs.py --data DATA | hilum generate | hilum evaluate
"""

import argparse
import collections
import json
from pathlib import Path

from hilum_train.data.reports import clean_indication


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    data = Path(parser.parse_args().data)
    films = collections.defaultdict(list)
    for line in (data / "iu_films" / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        film = json.loads(line)
        films[film["uid"]].append({"path": str(data / "iu_films" / film["file"]), "view": film["view"].upper()})
    for line in (data / "iu_reports" / "iu_reports.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["uid"] in films:
            print(json.dumps({"id": f'iu/{row["uid"]}', "patient_id": f'iu/{row["uid"]}', "images": films[row["uid"]],
                              "indication": clean_indication(row.get("indication")),
                              "reference": {key: row.get(key) or "" for key in ("findings", "impression")}}))


if __name__ == "__main__":
    main()
