#!/usr/bin/env python3
"""Writes the bundle hilum-anatomy out of the checkpoints of hilum_train.anatomy and its view layer."""

import argparse
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils import parametrize

from hilum_export import bundle, phantom
from hilum_export.systems.hilum_base.export import fold, fold_batch_norms
from hilum_train.anatomy import cascade, predict
from hilum_train.anatomy.cache import read_grey
from hilum_train.anatomy.masks import NAMES

LABELS = [{"name": "View AP", "kind": "view"}, {"name": "View Lateral", "kind": "view"}, {"name": "Not Chest", "kind": "quality"}]


class Exported(nn.Module):
    """image f32[N,3,384,384] -> (maps f32[N,6,192,192] log-odds, labels f32[N,3] log-odds)."""

    def __init__(self, model, views):
        super().__init__()
        self.model = model
        self.views = nn.Linear(len(views["weight"][0]), len(views["names"]))
        self.views.load_state_dict({"weight": torch.tensor(views["weight"]), "bias": torch.tensor(views["bias"])})

    def forward(self, image):
        maps, features = self.model(image)
        return maps, self.views(features)


class Widened(nn.Module):
    """Half-precision weights as single precision."""

    def forward(self, weight):
        return weight.float()


def shrink(net):
    """Folds a network's batch norms and stores its convolutions in half precision; they are widened on each call."""
    fold_batch_norms(net.net)
    for up in net.ups:
        for conv, norm in (("join", "norm1"), ("mix", "norm2")):
            fold(getattr(up, conv), getattr(up, norm))
            setattr(up, norm, nn.Identity())
    for module in list(net.modules()):
        if isinstance(module, nn.Conv2d):
            module.weight = nn.Parameter(module.weight.detach().half(), requires_grad=False)
            parametrize.register_parametrization(module, "weight", Widened(), unsafe=True)


def export(model, views):
    """The traced cascade."""
    module = Exported(model, views).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    example = cascade.to_input(torch.linspace(0, 255, cascade.FILM**2).view(1, cascade.FILM, cascade.FILM)).contiguous()
    with torch.no_grad():
        before = module(example)
        shrink(module.model.coarse)
        shrink(module.model.close)
        traced = torch.jit.trace(module, example)
        for a, b in zip(before, traced(example)):
            if (torch.sigmoid(a) - torch.sigmoid(b)).abs().max() > 0.05:  # of any one cell, at a border
                raise SystemExit("half precision changed the output")
    return traced


def self_test(out, module):
    """Expected labels and areas on the drawn pictures."""
    cases = []
    for name, with_patch in (("phantom.png", False), ("phantom_opacity.png", True)):
        path = out / "selftest" / name
        phantom.draw(with_patch).save(path)
        with torch.no_grad():
            maps, labels = module(cascade.to_input(torch.from_numpy(read_grey(path, cascade.FILM)).unsqueeze(0)))
        areas = (maps[0, : len(NAMES)] > 0).float().mean((1, 2))
        cases.append({"image": f"selftest/{name}",
                      "predictions": {k["name"]: round(float(p), 6) for k, p in zip(LABELS, torch.sigmoid(labels[0]))},
                      "areas": {k: round(float(a), 6) for k, a in zip(NAMES, areas)}})
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coarse", required=True, help="checkpoint of the network of the whole film")
    parser.add_argument("--close", required=True, help="checkpoint of the close-up's network")
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
    bundle.save(export(predict.load(args.coarse, args.close), views), out / "segmenter.pt")
    cases = self_test(out, torch.jit.load(str(out / "segmenter.pt")))
    results = json.loads(Path(args.results).read_text(encoding="utf-8")) if args.results else {}
    manifest = {
        "format": "hilum-bundle", "format_version": 1, "name": "hilum-anatomy", "version": "0.3.0",
        "license": "Non-commercial research and education only (see LICENSE)",
        "intended_use": "Research only; not for diagnosis.",
        "training_data": ["JSRT and Wingspan heart and lung masks", "OpenIST normal chest films, lung masks",
                          "covid-chestxray-dataset (Cohen 2020), lung masks and radiologists' organ masks",
                          "NIH ChestX-ray14 (Wang 2017), view labels", "pictures that are not chest films",
                          "boxes around tube tips and carinas on intensive-care films (places alone)"],
        "results": {**results, "views": views["results"]},
        "engine": {"min_libtorch": "1.13"},
        "preprocess": {
            "photometric": "MONOCHROME2", "channels": 3,
            "steps": [{"op": "resize", "mode": "stretch", "size": [cascade.FILM, cascade.FILM], "filter": "bilinear", "antialias": True}],
            "scale": 255.0, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
        "labels": [{**label, "threshold": t} for label, t in zip(LABELS, views["thresholds"])],
        "maps": [{"name": name, "kind": "mask", "threshold": threshold} for name, threshold in predict.THRESHOLDS.items()]
        + [{"name": name, "kind": "point", "threshold": threshold} for name, threshold in predict.SUMMITS.items()],
        "files": [bundle.entry(out, "segmenter.pt", "segmenter")]
        + [bundle.entry(out, case["image"], "selftest") for case in cases],
        "selftest": {"tolerance": 0.0005, "cases": cases},
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    print(f"{out}: {sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
