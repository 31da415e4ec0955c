#!/usr/bin/env python3
"""Checks an exporter against recorded answers of the published code on random weights.

    .venv/bin/python scripts/export/check_reference.py sei --golden tests/reference_models/sei/golden.json

Makes the checkpoint of the seed and edits that FILE names (names and shapes from tests/reference_models/NAME/keys.json),
loads it as the exporter does, compares every recorded tensor and token, and exits 1 on a mismatch.
"""
import argparse
import importlib
import json
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
REFERENCE = HERE.parents[1] / "tests" / "reference_models"
sys.path[:0] = [str(HERE), str(REFERENCE)]

import random_checkpoint  # noqa: E402
from compare import Comparison  # noqa: E402

SYSTEMS = ("sei", "evoke", "mlrg", "carinanet")


def random_tensors(system: str, meta: dict) -> dict:
    """The checkpoint's tensors by published name."""
    spec = json.loads((REFERENCE / system / "keys.json").read_text())
    edits = [(name, int(index), float(delta)) for name, index, delta in (e.rsplit(":", 2) for e in meta.get("edits", []))]
    return {name: torch.from_numpy(value.copy()).reshape(value.shape)
            for name, value in random_checkpoint.build(spec, meta["seed"], edits).items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("--golden", required=True, metavar="FILE")
    parser.add_argument("--cases", nargs="*", help="only these cases")
    args = parser.parse_args()
    golden = json.loads(pathlib.Path(args.golden).read_text())
    comparison = Comparison(args.system)
    checker = importlib.import_module(f"check_{args.system}")
    with torch.no_grad():
        checker.check(random_tensors(args.system, golden["meta"]), golden, args.cases, comparison)
    return comparison.report()


if __name__ == "__main__":
    sys.exit(main())
