"""Puts an index of similar cases (hilum index build) on a bundle's list of files, so that `hilum generate` asks it.

    hilum index build models/mine/index --bundle models/mine --storage int8 < cases.jsonl
    PYTHONPATH=python .venv/bin/python -m hilum_export.add_index models/mine --top 3
"""

import argparse
import json
from pathlib import Path

from hilum_export import bundle


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", help="the bundle's folder")
    parser.add_argument("--index", default="index", help="the index's folder inside it")
    parser.add_argument("--top", type=int, default=3, help="cases a study")
    args = parser.parse_args()
    folder = Path(args.bundle)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    files = [f for f in manifest["files"] if f["role"] != "index"]
    files += [bundle.entry(folder, f"{args.index}/{file.name}", "index") for file in sorted((folder / args.index).iterdir())]
    manifest.update(files=files, similar_cases={"index": args.index, "top": args.top})
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
