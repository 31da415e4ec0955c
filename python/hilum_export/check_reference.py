#!/usr/bin/env python3
"""Checks an exporter against recorded answers of the published code on random weights, all the way to the C++ runtime.

    PYTHONPATH=python .venv/bin/python -m hilum_export.check_reference sei --golden ../ tests/reference_models/sei/golden.json

Makes the checkpoint of the seed and edits that FILE names (names and shapes from tests/reference_models/NAME/keys.json),
loads it as the exporter does and compares every recorded tensor and token; then exports it and runs the bundle through
`hilum model trace`, comparing every role's output, the logits of each step and the tokens. Prints the largest difference
at each boundary (of the larger of the expected value and the tensor's root mean square) and exits 1 on a mismatch.
Needs about 8 GB of memory and, in the temporary folder, 4 GB of disk.
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile

import torch

from hilum_export import exported, systems
from hilum_export.checkpoint import load_tensors
from hilum_export.compare import Comparison
from hilum_export.reference import random_checkpoint

REFERENCE = exported.ROOT / "tests" / "reference_models"


def save_checkpoint(system: str, meta: dict, path: pathlib.Path) -> str | None:
    """Writes the checkpoint in the layout of the published file; returns the entry that holds the tensors."""
    spec = json.loads((REFERENCE / system / "keys.json").read_text())
    edits = [(name, int(index), float(delta)) for name, index, delta in (e.rsplit(":", 2) for e in meta.get("edits", []))]
    tensors = {name: torch.from_numpy(value.copy()).reshape(value.shape)
               for name, value in random_checkpoint.build(spec, meta["seed"], edits).items()}
    wrap = spec.get("wrap")
    torch.save({**spec.get("extra", {}), wrap: tensors} if wrap else tensors, path)
    return wrap


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=systems.names())
    parser.add_argument("--golden", required=True, metavar="FILE")
    parser.add_argument("--cases", nargs="*", help="only these cases")
    parser.add_argument("--hilum", help="the program to run the bundle with (default: build/release, build/dev, then PATH)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    args = parser.parse_args()
    golden = json.loads(pathlib.Path(args.golden).read_text())
    hilum = exported.find_hilum(args.hilum)
    torch.set_num_threads(args.threads)
    comparison = Comparison(args.system)
    system = systems.load(args.system)
    with torch.no_grad(), tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wrap = save_checkpoint(args.system, golden["meta"], folder / "checkpoint.pth")
        model = system.build(load_tensors(str(folder / "checkpoint.pth"), wrap))
        cases = system.check(model, golden, args.cases, comparison)
        if not cases:
            raise SystemExit(f"{args.golden}: none of the cases {args.cases}; it has {', '.join(golden['cases'])}")
        exported.run(system, model, cases, hilum, folder, args.threads, comparison)
    return comparison.report()


if __name__ == "__main__":
    sys.exit(main())
