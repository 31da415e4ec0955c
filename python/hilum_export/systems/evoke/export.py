#!/usr/bin/env python3
"""Exports a published EVOKE (MCL) checkpoint as a Hilum bundle: several views, a bridge for a missing indication.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.evoke.export --checkpoint model.pth --tokenizer tokenizer.json --out models/evoke
    (--size 384 for the 384-pixel model)
"""
from typing import Dict, Final, Tuple

import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import fill, load_tensors
from hilum_export.networks import bert
from hilum_export.networks.heads import SequenceHead
from hilum_export.networks.r2gen import TRIGRAM_PENALTY, ReportDecoder
from hilum_export.networks.resnet import Backbone

WIDTH = 2048
VOCABULARY = 9841
CLS = 1
HEADS = 8


class ImageEncoder(nn.Module):
    """image [N,3,H,H] -> raw patches [N,P,2048] and their mean [N,2048]."""

    def __init__(self):
        super().__init__()
        self.visual_extractor = Backbone()

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        return self.visual_extractor(image)


class WideAttention(nn.Module):
    """Attention whose every head has the full width: x [B,R,2048] over y [B,S,2048] with a bias on y's rows."""

    heads: Final[int] = HEADS
    width: Final[int] = WIDTH

    def __init__(self):
        super().__init__()
        self.fc_q = nn.Linear(WIDTH, HEADS * WIDTH)
        self.fc_k = nn.Linear(WIDTH, HEADS * WIDTH)
        self.fc_v = nn.Linear(WIDTH, HEADS * WIDTH)
        self.fc_o = nn.Linear(HEADS * WIDTH, WIDTH)

    def forward(self, x: Tensor, y: Tensor, bias: Tensor) -> Tensor:
        batch, rows, _ = x.shape
        q = self.fc_q(x).view(batch, rows, self.heads, self.width).transpose(1, 2)
        k = self.fc_k(y).view(batch, -1, self.heads, self.width).transpose(1, 2)
        v = self.fc_v(y).view(batch, -1, self.heads, self.width).transpose(1, 2)
        weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) / self.width ** 0.5 + bias, -1)
        return self.fc_o(torch.matmul(weights, v).transpose(1, 2).reshape(batch, rows, self.heads * self.width))


class TextEncoder(nn.Module):
    """Holds the encoder under the published name."""

    def __init__(self):
        super().__init__()
        self.encoder = bert.Encoder(VOCABULARY, layers=6)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.encoder(ids, mask, torch.zeros_like(ids))


class Conditioner(nn.Module):
    """Named inputs -> memory: the patches of the anchor, joined with other views and the indication or the bridge."""

    def __init__(self):
        super().__init__()
        self.layer_norm_1 = nn.LayerNorm(WIDTH)
        self.layer_norm_2 = nn.LayerNorm(WIDTH)
        self.multiview_cross_attention = WideAttention()
        self.visual_head = SequenceHead(WIDTH, WIDTH, WIDTH)
        self.text_encoder = TextEncoder()
        self.text_head = SequenceHead(768, WIDTH, WIDTH)
        self.visual_self_atten_layers = nn.ModuleList([bert.Layer(WIDTH, HEADS, 3072)])
        self.multimodal_fusion_layers = nn.ModuleList([bert.CrossLayer(WIDTH, HEADS, 3072)])

    def join_views(self, rows: Tensor, views: Tensor, views_mask: Tensor) -> Tensor:
        """rows [B,R,2048] (normed), raw patches of other views [B,K,P,2048] -> rows; alone, they stay as they are."""
        which = torch.nonzero(views_mask.any(1))[:, 0]
        if which.numel() == 0:
            return rows
        others = views.index_select(0, which)
        others = self.layer_norm_1(torch.cat([others.mean(2, keepdim=True), others], 2))
        kept = views_mask.index_select(0, which).unsqueeze(2).expand(-1, -1, others.size(2)).flatten(1)
        anchor = rows.index_select(0, which)
        joined = self.multiview_cross_attention(anchor, others.flatten(1, 2), bert.key_bias(kept))
        return rows.index_copy(0, which, self.layer_norm_2(joined + anchor))

    def add_indication(self, rows: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        has = mask.any(1)
        out = rows
        without = torch.nonzero(~has)[:, 0]
        if without.numel() > 0:
            out = out.index_copy(0, without, self.visual_self_atten_layers[0](rows.index_select(0, without), None))
        which = torch.nonzero(has)[:, 0]
        if which.numel() > 0:
            mask = mask.index_select(0, which)
            words = self.text_head(self.text_encoder(ids.index_select(0, which), mask))
            out = out.index_copy(0, which, self.multimodal_fusion_layers[0](rows.index_select(0, which), words, None, bert.key_bias(mask)))
        return out

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        rows = self.layer_norm_1(torch.cat([inputs["anchor_global"].unsqueeze(1), inputs["anchor"]], 1))
        studies = rows.size(0)
        if "views" in inputs:
            rows = self.join_views(rows, inputs["views"], inputs["views_mask"])
        rows = self.visual_head(rows)
        ids = torch.zeros(studies, 1, dtype=torch.long, device=rows.device)
        mask = torch.zeros(studies, 1, dtype=torch.bool, device=rows.device)
        if "indication_ids" in inputs:
            ids, mask = inputs["indication_ids"], inputs["indication_mask"]
        memory = self.add_indication(rows, ids, mask)[:, 1:]
        return memory, torch.ones(studies, memory.size(1), dtype=torch.bool, device=rows.device)


class Evoke(nn.Module):
    """The whole system under the published names."""

    def __init__(self):
        super().__init__()
        self.image_encoder = ImageEncoder()
        self.conditioner = Conditioner()
        self.text_decoder = ReportDecoder(VOCABULARY + 1)

    def load(self, tensors: dict) -> None:
        renames = bert.RENAMES + [
            (r"^visual_extractor", "image_encoder.visual_extractor"),
            (r"^(layer_norm_|multiview_|visual_head|visual_self|text_encoder|text_head|multimodal_)", r"conditioner.\1")]
        fill(self, tensors, renames, bert.UNUSED)


def build(tensors: dict) -> Evoke:
    model = Evoke().eval()
    model.load(tensors)
    return model


PREPROCESS = {
    224: [{"op": "resize", "mode": "stretch", "size": [224, 224], "filter": "bilinear", "antialias": True}],
    384: [{"op": "resize", "mode": "shorter", "size": [448, 448], "filter": "bilinear", "antialias": True},
          {"op": "center_crop", "size": [384, 384]}],
}


def export(model: Evoke, out: str, tokenizer: str, license_file: str | None = None, size: int = 224) -> None:
    side = size // 32
    bundle.write(
        out, name=f"evoke-{size}", tokenizer=tokenizer, license_file=license_file,
        modules={"image_encoder": model.image_encoder, "conditioner": model.conditioner, "decoder": model.text_decoder},
        preprocess=bundle.imagenet_preprocess(PREPROCESS[size]),
        tokenizer_settings={"type": "wordlevel", "lower": True, "pad": 0, "unk": 4, "bos": VOCABULARY - 2, "eos": VOCABULARY - 1},
        text_inputs={"indication": {"prefix": [CLS], "suffix": [], "max_tokens": 100, "clean": "sei"}},
        conditioner_inputs=["anchor", "anchor_global", "views", "indication_ids"],
        memory_layout=[{"input": "anchor", "rows": side * side, "grid": [side, side]}],
        decode={"strategy": "beam", "beam": 3, "max_tokens": 100, "scoring": "sum", "trigram_penalty": TRIGRAM_PENALTY})


def main() -> None:
    parser = bundle.argument_parser(__doc__)
    parser.add_argument("--size", type=int, choices=sorted(PREPROCESS), default=224)
    args = parser.parse_args()
    export(build(load_tensors(args.checkpoint, "state_dict")), args.out, args.tokenizer, args.license, args.size)


if __name__ == "__main__":
    main()
