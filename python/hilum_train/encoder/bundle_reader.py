"""A bundle's image encoder and classifier, run on films as the program runs them: in float32."""

import json
from pathlib import Path

import torch

from hilum_train.encoder.encoder import to_input


class BundleReader:
    """`labels` are the manifest's; calling it turns films u8[N,SIZE,SIZE] into arrays: patches, global vectors, probabilities."""

    def __init__(self, bundle):
        bundle = Path(bundle)
        self.labels = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["labels"]
        self.encoder, self.classifier = (torch.jit.load(str(bundle / f"{role}.pt")) for role in ("image_encoder", "classifier"))

    def __call__(self, grey):
        with torch.no_grad(), torch.jit.optimized_execution(False):
            patches, pooled = self.encoder(to_input(torch.from_numpy(grey)))
            return patches.numpy(), pooled.numpy(), torch.sigmoid(self.classifier(patches, pooled)).numpy()
