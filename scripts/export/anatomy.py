#!/usr/bin/env python3
"""Writes the bundle hilum-anatomy out of a checkpoint of scripts/train/anatomy and its view layer."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train" / "anatomy"))

import bundle  # noqa: E402
import phantom  # noqa: E402
import predict  # noqa: E402
from cache import read_grey  # noqa: E402
from masks import NAMES  # noqa: E402
from net import INPUT, to_input  # noqa: E402

LABELS = [{"name": "View AP", "kind": "view"}, {"name": "View Lateral", "kind": "view"}, {"name": "Not Chest", "kind": "quality"}]


class Exported(nn.Module):
    """image f32[N,3,192,192] -> (maps f32[N,5,96,96] logits, labels f32[N,3] logits)."""

    def __init__(self, model, views):
        super().__init__()
        self.model = model
        self.views = nn.Linear(len(views["weight"][0]), len(views["names"]))
        self.views.load_state_dict({"weight": torch.tensor(views["weight"]), "bias": torch.tensor(views["bias"])})

    def forward(self, image):
        maps, features = self.model(image)
        return maps, self.views(features)


def export(checkpoint, views):
    """The traced network, batch norms folded by freezing it."""
    module = Exported(predict.load(checkpoint), views).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    example = to_input(torch.linspace(0, 255, INPUT * INPUT).view(1, INPUT, INPUT)).contiguous()
    with torch.no_grad():
        traced = torch.jit.freeze(torch.jit.trace(module, example))
        for before, after in zip(module(example), traced(example)):
            if (before - after).abs().max() > 1e-3:
                raise SystemExit("freezing changed the output")
    return traced


def self_test(out, module):
    """Expected labels and areas on the drawn pictures."""
    cases = []
    for name, with_patch in (("phantom.png", False), ("phantom_opacity.png", True)):
        path = out / "selftest" / name
        phantom.draw(with_patch).save(path)
        with torch.no_grad():
            maps, labels = module(to_input(torch.from_numpy(np.array(read_grey(path, INPUT))).unsqueeze(0)))
        areas = (maps[0, : len(NAMES)] > 0).float().mean((1, 2))
        cases.append({"image": f"selftest/{name}",
                      "predictions": {k["name"]: round(float(p), 6) for k, p in zip(LABELS, torch.sigmoid(labels[0]))},
                      "areas": {k: round(float(a), 6) for k, a in zip(NAMES, areas)}})
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--views", required=True, help="JSON of fit_views.py")
    parser.add_argument("--results", help="JSON of evaluate.py")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    torch.set_num_threads(1)
    out = Path(args.out)
    (out / "selftest").mkdir(parents=True, exist_ok=True)
    views = json.loads(Path(args.views).read_text(encoding="utf-8"))
    if views["names"] != [label["name"] for label in LABELS]:
        raise SystemExit("the view layer's labels are not the ones of this script")
    bundle.save(export(args.checkpoint, views), out / "segmenter.pt")
    cases = self_test(out, torch.jit.load(str(out / "segmenter.pt")))
    results = json.loads(Path(args.results).read_text(encoding="utf-8")) if args.results else {}
    manifest = {
        "format": "hilum-bundle", "format_version": 1, "name": "hilum-anatomy", "version": "0.1.0",
        "license": "Non-commercial research and education only (see LICENSE)",
        "intended_use": "Research only; not for diagnosis.",
        "training_data": ["JSRT and Wingspan heart and lung masks", "OpenIST normal chest films, lung masks",
                          "covid-chestxray-dataset (Cohen 2020), lung masks and radiologists' organ masks",
                          "NIH ChestX-ray14 (Wang 2017), view labels", "pictures that are not chest films"],
        "results": {**results, "views": views["results"]},
        "engine": {"min_libtorch": "1.13"},
        "preprocess": {
            "photometric": "MONOCHROME2", "channels": 3,
            "steps": [{"op": "resize", "mode": "stretch", "size": [INPUT, INPUT], "filter": "bilinear", "antialias": True}],
            "scale": 255.0, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
        "labels": [{**label, "threshold": t} for label, t in zip(LABELS, views["thresholds"])],
        "maps": [{"name": name, "kind": "mask", "threshold": predict.THRESHOLD} for name in NAMES]
        + [{"name": "carina", "kind": "point", "threshold": predict.SUMMIT}],
        "files": [bundle.entry(out, "segmenter.pt", "segmenter")]
        + [bundle.entry(out, case["image"], "selftest") for case in cases],
        "selftest": {"tolerance": 0.0005, "cases": cases},
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{out}: {sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
