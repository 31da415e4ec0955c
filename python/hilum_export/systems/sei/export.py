#!/usr/bin/env python3
"""Exports a published SEI checkpoint (Liu et al., MICCAI 2024) as a Hilum bundle.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.sei.export --checkpoint SEI-1-finetune-model-best.pth \\
        --tokenizer tokenizer.json --out models/sei

The tokenizer file is the one the checkpoint was trained with (word level, 9,841 entries with [BOS] and [EOS]).
"""
from typing import Dict, Tuple

import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import fill, load_tensors
from hilum_export.networks import bert
from hilum_export.networks.heads import SequenceHead, VectorHead, unit
from hilum_export.networks.r2gen import TRIGRAM_PENALTY, ReportDecoder
from hilum_export.networks.resnet import Backbone

WIDTH = 2048
VOCABULARY = 9841
SEP, BOS, EOS = 2, VOCABULARY - 2, VOCABULARY - 1


class ImageEncoder(nn.Module):
    """image f32[N,3,224,224] -> patches [N,49,2048] and global [N,2048], rows of length 1."""

    def __init__(self):
        super().__init__()
        self.visual_extractor = Backbone()
        self.visual_global = VectorHead(WIDTH, WIDTH)
        self.visual_local = SequenceHead(WIDTH, WIDTH, WIDTH)

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        patches, pooled = self.visual_extractor(image)
        return unit(self.visual_local(patches)), unit(self.visual_global(pooled))


class TextEncoder(nn.Module):
    """Holds the encoder under the published name."""

    def __init__(self):
        super().__init__()
        self.encoder = bert.Encoder(VOCABULARY, layers=6)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.encoder(ids, mask, torch.zeros_like(ids))


class Fusion(nn.Module):
    """Image rows [B,50,2048] joined with similar cases and indication; each study by what it has.

    Image alone stays as it is (unit rows), every other route ends in a layer norm.
    """

    def __init__(self):
        super().__init__()
        self.text_encoder_not_inc = TextEncoder()
        self.text_global_not_inc = VectorHead(768, WIDTH)
        self.text_local_not_inc = SequenceHead(768, 768, WIDTH)
        self.text_encoder_inc = TextEncoder()
        self.text_global_inc = VectorHead(768, WIDTH)
        self.text_local_inc = SequenceHead(768, 768, WIDTH)
        self.multi_modal_vision_layers = nn.ModuleList([bert.CrossLayer(WIDTH, 8, 3072)])
        self.multi_modal_indication_layers = nn.ModuleList([bert.CrossLayer(WIDTH, 8, 3072)])
        self.multi_modal_vision_indication_layers = nn.ModuleList([bert.CrossLayer(WIDTH, 8, 3072)])

    @torch.jit.export
    def cases(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """ids, mask [B,K,L] -> rows [B,1+K(L-1),2048] and their mask: the mean first vector, then all other positions."""
        studies, count, length = ids.shape
        raw = self.text_encoder_not_inc(ids.view(-1, length), mask.view(-1, length)).view(studies, count, length, -1)
        present = mask[:, :, 0].float()
        mean = (raw[:, :, 0] * present.unsqueeze(2)).sum(1) / present.sum(1, keepdim=True).clamp(min=1.0)
        whole = unit(self.text_global_not_inc(mean)).unsqueeze(1)
        local = unit(self.text_local_not_inc(raw[:, :, 1:].reshape(studies, count * (length - 1), -1)))
        kept = torch.cat([mask[:, :, 0].any(1, keepdim=True), mask[:, :, 1:].reshape(studies, -1)], 1)
        return torch.cat([whole, local], 1), kept

    @torch.jit.export
    def indication(self, ids: Tensor, mask: Tensor) -> Tensor:
        raw = self.text_encoder_inc(ids, mask)
        return torch.cat([unit(self.text_global_inc(raw[:, 0])).unsqueeze(1), unit(self.text_local_inc(raw[:, 1:]))], 1)

    def forward(self, rows: Tensor, indication_ids: Tensor, indication_mask: Tensor, similar_ids: Tensor,
                similar_mask: Tensor) -> Tensor:
        out = rows.clone()
        has_case = similar_mask.any(2).any(1)
        has_indication = indication_mask.any(1)
        which = torch.nonzero(has_case)[:, 0]
        case_rows = torch.zeros(0, device=rows.device)
        case_bias = torch.zeros(0, device=rows.device)
        if which.numel() > 0:
            case_rows, kept = self.cases(similar_ids.index_select(0, which), similar_mask.index_select(0, which))
            case_bias = bert.key_bias(kept)
            joined = self.multi_modal_vision_layers[0](rows.index_select(0, which), case_rows, None, case_bias)
            out = out.index_copy(0, which, joined)
        asked = torch.nonzero(has_indication)[:, 0]
        if asked.numel() > 0:
            mask = indication_mask.index_select(0, asked)
            bias = bert.key_bias(mask)
            words = self.indication(indication_ids.index_select(0, asked), mask)
            both = torch.nonzero(has_case.index_select(0, asked))[:, 0]
            if both.numel() > 0:
                slot = torch.cumsum(has_case.long(), 0) - 1  # row of each study in case_rows
                slot = slot.index_select(0, asked.index_select(0, both))
                mixed = self.multi_modal_indication_layers[0](
                    words.index_select(0, both), case_rows.index_select(0, slot), bias.index_select(0, both),
                    case_bias.index_select(0, slot))
                words = words.index_copy(0, both, mixed)
            joined = self.multi_modal_vision_indication_layers[0](out.index_select(0, asked), words, None, bias)
            out = out.index_copy(0, asked, joined)
        return out


class Conditioner(nn.Module):
    """Named inputs -> memory [B,49,2048]: the fused patches; the global row is not handed on."""

    def __init__(self):
        super().__init__()
        self.fusion = Fusion()

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        rows = torch.cat([inputs["anchor_global"].unsqueeze(1), inputs["anchor"]], 1)
        studies = rows.size(0)
        no_ids = torch.zeros(studies, 1, dtype=torch.long, device=rows.device)
        no_mask = torch.zeros(studies, 1, dtype=torch.bool, device=rows.device)
        indication_ids, indication_mask = no_ids, no_mask
        similar_ids, similar_mask = no_ids.unsqueeze(1), no_mask.unsqueeze(1)
        if "indication_ids" in inputs:
            indication_ids, indication_mask = inputs["indication_ids"], inputs["indication_mask"]
        if "similar_ids" in inputs:
            similar_ids, similar_mask = inputs["similar_ids"], inputs["similar_mask"]
        fused = self.fusion(rows, indication_ids, indication_mask, similar_ids, similar_mask)[:, 1:]
        return fused, torch.ones(studies, fused.size(1), dtype=torch.bool, device=rows.device)


class Sei(nn.Module):
    """The whole system under the published names."""

    def __init__(self):
        super().__init__()
        self.image_encoder = ImageEncoder()
        self.conditioner = Conditioner()
        self.text_decoder = ReportDecoder(VOCABULARY + 1)

    def load(self, tensors: dict) -> None:
        renames = bert.RENAMES + [
            (r"^(visual_)", r"image_encoder.\1"), (r"^(text_encoder|text_global|text_local|multi_modal)_", r"conditioner.fusion.\1_")]
        fill(self, tensors, renames, bert.UNUSED + [r"^modality_type_embeddings\."])


def build(tensors: dict) -> Sei:
    model = Sei().eval()
    model.load(tensors)
    return model


def export(model: Sei, out: str, tokenizer: str, license_file: str | None = None) -> None:
    bundle.write(
        out, name="sei", tokenizer=tokenizer, license_file=license_file,
        modules={"image_encoder": model.image_encoder, "conditioner": model.conditioner, "decoder": model.text_decoder},
        preprocess=bundle.imagenet_preprocess([{"op": "resize", "mode": "stretch", "size": [224, 224], "filter": "bilinear", "antialias": True}]),
        tokenizer_settings={"type": "wordlevel", "lower": True, "pad": 0, "unk": 4, "bos": BOS, "eos": EOS},
        text_inputs={"indication": {"prefix": [BOS], "suffix": [EOS], "max_tokens": 100, "clean": "sei"},
                     "similar": {"prefix": [BOS], "suffix": [EOS], "max_tokens": 512, "facts": True, "separator": [SEP]}},
        conditioner_inputs=["anchor", "anchor_global", "indication_ids", "similar_ids"],
        memory_layout=[{"input": "anchor", "rows": 49, "grid": [7, 7]}],
        decode={"strategy": "beam", "beam": 3, "max_tokens": 100, "scoring": "sum", "trigram_penalty": TRIGRAM_PENALTY})


def main() -> None:
    args = bundle.argument_parser(__doc__).parse_args()
    export(build(load_tensors(args.checkpoint, "state_dict")), args.out, args.tokenizer, args.license)


if __name__ == "__main__":
    main()
