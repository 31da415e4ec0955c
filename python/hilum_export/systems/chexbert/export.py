#!/usr/bin/env python3
"""Exports a CheXbert checkpoint (Smit et al. 2020) as a Hilum bundle.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.chexbert.export --checkpoint chexbert.pth --tokenizer vocab.txt --out models/chexbert

The tokenizer is vocab.txt or tokenizer.json of bert-base-uncased, with which CheXbert was trained.
"""
import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import CheckpointError, fill, load_tensors
from hilum_export.networks import bert

# In the order of the heads.
LABELS = ["Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema", "Consolidation", "Pneumonia",
          "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture", "Support Devices", "No Finding"]
CLASSES = ["unmentioned", "positive", "negative", "uncertain"]  # No Finding has the first two


def classes_of(label: str) -> list:
    return CLASSES[:2] if label == "No Finding" else CLASSES


class ReportLabeler(nn.Module):
    """ids i64[B,L], mask bool[B,L] -> f32[B,54]: the scores of each label's classes, one label after the other."""

    def __init__(self, sizes: dict):
        super().__init__()
        self.bert = bert.Encoder(**sizes)
        self.linear_heads = nn.ModuleList([nn.Linear(sizes["width"], len(classes_of(label))) for label in LABELS])

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        first = self.bert(ids, mask, torch.zeros_like(ids))[:, 0]
        return torch.cat([head(first) for head in self.linear_heads], 1)


def build(tensors: dict) -> ReportLabeler:
    if "bert.embeddings.word_embeddings.weight" not in tensors:
        raise CheckpointError("the checkpoint does not fit:\n  missing: bert.embeddings.word_embeddings.weight")
    model = ReportLabeler(bert.sizes_of(tensors, "bert.")).eval()
    fill(model, tensors, bert.RENAMES, bert.UNUSED)
    return model


def main() -> None:
    parser = bundle.argument_parser(__doc__)
    parser.add_argument("--name", default="chexbert")
    args = parser.parse_args()
    model = build(load_tensors(args.checkpoint, "model_state_dict"))
    bundle.write(args.out, name=args.name, tokenizer=args.tokenizer, license_file=args.license, preprocess=None,
                 modules={"report_labeler": model}, tokenizer_settings=bundle.wordpiece_settings(args.tokenizer, lower=True),
                 report_labels={"max_tokens": 512, "labels": [{"name": label, "classes": classes_of(label)} for label in LABELS]})


if __name__ == "__main__":
    main()
