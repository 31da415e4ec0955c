#!/usr/bin/env python3
"""Exports a CarinaNet checkpoint (RetinaNet for carina and tube tip) as a Hilum bundle with the role `landmarks`.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.carinanet.export --checkpoint weights.pth --out models/carinanet

The file must hold tensors by name. The published one is a whole pickled module: convert it once, in the environment it
came with, by `torch.save(model.state_dict(), "weights.pth")`.
"""
import re
from typing import Final, Tuple

import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import CheckpointError, fill, load_tensors
from hilum_export.networks.retinanet import ANCHORS, RetinaNet

SIDE = 640
SCORE_THRESHOLD = 0.05
BLOCKS = {6: (3, 4, 6, 3), 23: (3, 4, 23, 3), 36: (3, 8, 36, 3)}  # by the number of blocks in the third stage


class Landmarks(nn.Module):
    """image f32[N,3,640,640] -> points f32[N,K,2] in model pixels and confidence f32[N,K].

    The box of the best score stands for its class: its corners are cut to whole pixels and averaged. A class without a
    score above 0.05 gives (0, 0) and confidence 0.
    """

    threshold: Final[float] = SCORE_THRESHOLD

    def __init__(self, network: RetinaNet):
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        boxes, scores = self.network(image)
        confidence, best = scores.max(1)
        chosen = torch.trunc(torch.gather(boxes, 1, best.unsqueeze(2).expand(-1, -1, 4)))
        points = (chosen[:, :, :2] + chosen[:, :, 2:]) / 2
        found = (confidence > self.threshold).to(points.dtype)
        return points * found.unsqueeze(2), confidence * found


def build(tensors: dict) -> Landmarks:
    """Depth and number of classes are read off the names and shapes."""
    depth = len({match.group(1) for name in tensors if (match := re.match(r"layer3\.(\d+)\.", name))})
    if depth not in BLOCKS or "classificationModel.output.weight" not in tensors:
        raise CheckpointError(f"not a RetinaNet with bottleneck blocks: {depth} blocks in the third stage")
    classes = tensors["classificationModel.output.weight"].size(0) // ANCHORS
    model = Landmarks(RetinaNet(BLOCKS[depth], classes, SIDE)).eval()
    fill(model.network, tensors, unused=[r"num_batches_tracked$"])
    return model


def export(model: Landmarks, out: str, license_file: str | None = None) -> None:
    bundle.write(
        out, name="carinanet", tokenizer=None, license_file=license_file, modules={"landmarks": model},
        preprocess={"photometric": "MONOCHROME2", "channels": 3, "scale": 255.0, "mean": [0.0] * 3, "std": [1.0] * 3,
                    "steps": [{"op": "resize", "mode": "stretch", "size": [SIDE, SIDE], "filter": "bicubic", "antialias": True}]},
        landmarks=["carina", "tube_tip"])


def main() -> None:
    args = bundle.argument_parser(__doc__, tokenizer=False).parse_args()
    export(build(load_tensors(args.checkpoint, "state_dict")), args.out, args.license)


if __name__ == "__main__":
    main()
