"""Twenty made-up records with pictures of noise, and a bundle whose encoder averages cells: what the pipeline needs to run."""

import json
from typing import Tuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

LABELS = ["Lung Opacity", "Pleural Effusion"]
SENTENCES = {("negative", "negative"): ["lungs clear", "no pleural effusion"],
             ("positive", "negative"): ["patchy left base opacity", "no pleural effusion"],
             ("negative", "positive"): ["small right pleural effusion", "lungs clear"],
             ("positive", "positive"): ["bibasilar opacities", "bilateral pleural effusions"]}


class Cells(nn.Module):
    """Patches are 7 x 7 cells' mean grey in 16 copies; the global vector is their mean."""

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        cells = torch.nn.functional.adaptive_avg_pool2d(image, [7, 7]).flatten(2).transpose(1, 2)
        patches = torch.cat([cells] * 6, dim=2)[:, :, :16]
        return patches, patches.mean(dim=1)


class Mean(nn.Module):
    """Logits of the two labels."""

    def forward(self, patches: Tensor, whole: Tensor) -> Tensor:
        return whole[:, :2]


def bundle(folder):
    """The part of a bundle that the training reads."""
    folder.mkdir(parents=True)
    torch.jit.script(Cells()).save(str(folder / "image_encoder.pt"))
    torch.jit.script(Mean()).save(str(folder / "classifier.pt"))
    labels = [{"name": name, "threshold": 0.4} for name in LABELS]
    (folder / "manifest.json").write_text(json.dumps({"labels": labels}), encoding="utf-8")


def records(folder, count=20):
    """Records as `hilum studies | hilum entities` leaves them; every kind of input is missing somewhere."""
    folder.mkdir(parents=True)
    rng, out = np.random.default_rng(0), []

    def picture(name, view):
        path = folder / f"{name}.png"
        Image.fromarray(rng.integers(0, 256, (40, 30), dtype=np.uint8)).save(path)
        return {"path": str(path), "view": view}
    for i in range(count):
        labels = list(SENTENCES)[i % 4]
        facts = SENTENCES[labels]
        record = {"id": f"s{i}", "study_id": f"s{i}", "patient_id": f"p{i // 2}",
                  "split": "validate" if i >= count - 4 else "train", "images": [picture(f"a{i}", "PA")],
                  "reference": {"findings": ". ".join(facts) + ".", "impression": "Impression.",
                                "labels": dict(zip(LABELS, labels))},
                  "entities": {"facts": facts}}
        if i % 2:
            record["indication"] = "Cough."
            record["priors"] = [{"images": [out[-1]["images"][0]], "report": {"findings": "Lungs clear."}}]
        if i % 3 == 0:
            record["images"].append(picture(f"b{i}", "LATERAL"))
        out.append(record)
    return out
