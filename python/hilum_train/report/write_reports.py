"""Lets a bundle's own modules write the reports of records whose images encode_images.py has encoded, greedily."""

import json
from pathlib import Path

import sentencepiece
import torch

from hilum_train.report import generate
from hilum_train.report.report_batches import ReportInputs

# What a record can bring besides image and findings.
FURTHER = ("indication", "similar", "views", "prior")


class Writer:
    """A bundle's conditioner and decoder. `further` names the inputs that the records' reports are written from."""

    def __init__(self, bundle, features):
        bundle = Path(bundle)
        self.manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
        self.conditioner, self.decoder = (torch.jit.load(str(bundle / f"{role}.pt")) for role in ("conditioner", "decoder"))
        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(bundle / "tokenizer.model"))
        self.inputs = ReportInputs(features, self.processor)

    def given(self, records, further):
        """The conditioner's inputs; an input that none of the records has is left out, as the runtime does."""
        out = {**self.inputs.anchor(records), **self.inputs.predictions(records)}
        for name in further:
            part = getattr(self.inputs, name)(records)
            kinds = {key.rsplit("_", 1)[0] for key in part if key.endswith("_mask")}
            for kind in kinds:
                if part[f"{kind}_mask"].any():
                    out.update({key: value for key, value in part.items() if key in (kind, f"{kind}_ids", f"{kind}_mask")})
        return out

    def write(self, records, further=(), batch=16):
        """(findings, impression) of each record."""
        token, texts = self.manifest["tokenizer"], []
        with torch.no_grad(), torch.jit.optimized_execution(False):
            for at in range(0, len(records), batch):
                ids = generate.greedy(self.conditioner, self.decoder, self.given(records[at:at + batch], further),
                                      token["bos"], token["eos"], self.manifest["decode"]["max_tokens"])
                texts += [generate.sections(i, self.processor, token["impression"]) for i in ids]
        return texts
