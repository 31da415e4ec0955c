#!/usr/bin/env python3
"""Exports a published MLRG checkpoint (CVPR 2025) as a Hilum bundle: views, prior image and report, encoded absence.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.mlrg.export --checkpoint best_model.ckpt --tokenizer tokenizer.json \\
        --views view_position_dict.json --out models/mlrg
"""
import json
from typing import Dict, Final, List, Tuple

import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import CheckpointError, fill, load_tensors
from hilum_export.networks import bert
from hilum_export.networks.dinov2 import DinoV2
from hilum_export.networks.gpt2 import ReportDecoder
from hilum_export.networks.heads import SequenceHead

WIDTH = 768
VOCABULARY = 50266
PROMPT_TOKENS = 200
BOS, PAD, CLS, SEP, EOS, NHI, NHPR = 50257, 50258, 50259, 50260, 50262, 50264, 50265
VIEWS = {"AP": 0, "PA": 1, "LATERAL": 2, "LL": 3, "unknown": 4}


class ImageEncoder(nn.Module):
    """image [N,3,518,518] -> 1371 rows (the pooled vector, the class token, 1,369 patches) and the pooled vector."""

    def __init__(self):
        super().__init__()
        self.image_encoder = DinoV2()

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        tokens = self.image_encoder(image)
        return torch.cat([tokens[:, :1], tokens], 1), tokens[:, 0]


class FusionAttention(nn.Module):
    """8 heads of 192 with a norm before the queries and one before keys and values; no residual here."""

    def __init__(self):
        super().__init__()
        self.fc_q = nn.Linear(WIDTH, 2 * WIDTH)
        self.fc_k = nn.Linear(WIDTH, 2 * WIDTH)
        self.fc_v = nn.Linear(WIDTH, 2 * WIDTH)
        self.fc_o = nn.Linear(2 * WIDTH, WIDTH)
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.ln_2 = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, y: Tensor, bias: Tensor) -> Tensor:
        batch, rows, _ = x.shape
        y = self.ln_2(y)
        q = self.fc_q(self.ln_1(x)).view(batch, rows, 8, 192).transpose(1, 2) / 192 ** 0.5
        k = self.fc_k(y).view(batch, -1, 8, 192).transpose(1, 2)
        v = self.fc_v(y).view(batch, -1, 8, 192).transpose(1, 2)
        weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) + bias, -1)
        return self.fc_o(torch.matmul(weights, v).transpose(1, 2).reshape(batch, rows, -1))


class FusionFeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.0), nn.Linear(WIDTH, WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class LongitudinalFusion(nn.Module):
    """The anchor's rows [B,R,768] over the rows of all other pictures of the patient [B,M,768]."""

    def __init__(self, layers: int = 3):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleList([FusionAttention(), FusionFeedForward()]) for _ in range(layers)])
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, others: Tensor, bias: Tensor) -> Tensor:
        for layer in self.layers:
            x = x + layer[0](x, others, bias)
            x = x + layer[1](x)
        return self.norm(x)


class TextEncoder(nn.Module):
    """Holds the encoder under the published name."""

    def __init__(self):
        super().__init__()
        self.bert = bert.Encoder(VOCABULARY, layers=6)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        return self.bert(ids, mask, types)


def cut_pair(first: int, second: int, limit: int) -> Tuple[int, int]:
    """Lengths after cutting the longer text first, each from its end."""
    if first + second <= limit:
        return first, second
    short = min(first, second)
    long = max(short, limit - short)
    if short + long > limit:
        short = limit // 2
        long = short + limit % 2
    return (short, long) if first <= second else (long, short)


class Conditioner(nn.Module):
    """Named inputs -> memory [B,2742,768]: the anchor alone, then the anchor joined with views and prior."""

    width: Final[int] = WIDTH
    prompt_tokens: Final[int] = PROMPT_TOKENS
    pad: Final[int] = PAD
    no_indication: Final[List[int]] = [CLS, NHI, SEP]
    no_prior_report: Final[List[int]] = [NHPR, SEP]

    def __init__(self, views: int, times: int):
        super().__init__()
        self.vp_pos_embed = nn.Parameter(torch.zeros(views, 1, WIDTH))
        self.temp_pos_embed = nn.Parameter(torch.zeros(times, 1, WIDTH))
        self.type_pos_embed = nn.Parameter(torch.zeros(2, 1, WIDTH))
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.ln_3 = nn.LayerNorm(WIDTH)
        self.image_projection = SequenceHead(WIDTH, 2 * WIDTH, WIDTH, last_norm=False)
        self.text_projection = SequenceHead(WIDTH, 2 * WIDTH, WIDTH, last_norm=False)
        self.text_encoder = TextEncoder()
        self.fusion_multiview = LongitudinalFusion()
        self.fusion_multimodal = nn.ModuleList([bert.CrossLayer(WIDTH, 8, 3072)])

    @torch.jit.export
    def project(self, rows: Tensor, view: Tensor) -> Tensor:
        """Rows of N pictures and the row of each in the view table."""
        return self.image_projection(self.ln_1(rows + self.vp_pos_embed.index_select(0, view)))

    @torch.jit.export
    def timed(self, projected: Tensor, time: int) -> Tensor:
        return self.ln_2(projected + self.temp_pos_embed[time])

    @torch.jit.export
    def prompt(self, inputs: Dict[str, Tensor], studies: int) -> Tuple[Tensor, Tensor, Tensor]:
        """ids, mask and types [B,L] of indication and prior report as a pair; absence has its own tokens."""
        rows: List[Tensor] = []
        splits: List[int] = []
        for i in range(studies):
            first = torch.tensor(self.no_indication)
            second = torch.tensor(self.no_prior_report)
            if "indication_ids" in inputs and bool(inputs["indication_mask"][i].any()):
                first = inputs["indication_ids"][i][inputs["indication_mask"][i]]
            if "prior_report_ids" in inputs and bool(inputs["prior_report_mask"][i].any()):
                second = inputs["prior_report_ids"][i][inputs["prior_report_mask"][i]]
            keep_first, keep_second = cut_pair(first.size(0), second.size(0), self.prompt_tokens)
            rows.append(torch.cat([first[:keep_first].cpu(), second[:keep_second].cpu()]))
            splits.append(keep_first)
        length = max([row.size(0) for row in rows])
        ids = torch.full([studies, length], self.pad, dtype=torch.long)
        mask = torch.zeros(studies, length, dtype=torch.bool)
        types = torch.zeros(studies, length, dtype=torch.long)
        for i, row in enumerate(rows):
            size = row.size(0)
            ids[i, :size] = row
            mask[i, :size] = True
            types[i, splits[i]:size] = 1
        device = self.type_pos_embed.device
        return ids.to(device), mask.to(device), types.to(device)

    @torch.jit.export
    def join(self, anchor: Tensor, inputs: Dict[str, Tensor]) -> Tensor:
        """anchor [B,R,768] (timed) joined with whatever other pictures each study has; alone it stays as it is."""
        studies, count, _ = anchor.shape
        others: List[Tensor] = []
        present: List[Tensor] = []
        if "views" in inputs:
            views = inputs["views"]
            flat = self.project(views.flatten(0, 1), inputs["views_view"].flatten())
            others.append(self.timed(flat, 0).view(studies, -1, self.width))
            present.append(inputs["views_mask"].repeat_interleave(count, 1))
        if "prior_image" in inputs:
            others.append(self.timed(self.project(inputs["prior_image"], inputs["prior_view"]), 1))
            present.append(inputs["prior_image_mask"].unsqueeze(1).expand(-1, count))
        if len(others) == 0:
            return anchor
        kept = torch.cat(present, 1)
        which = torch.nonzero(kept.any(1))[:, 0]
        if which.numel() == 0:
            return anchor
        bias = bert.key_bias(kept.index_select(0, which))
        joined = self.fusion_multiview(anchor.index_select(0, which), torch.cat(others, 1).index_select(0, which), bias)
        return anchor.index_copy(0, which, joined)

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        projected = self.project(inputs["anchor"], inputs["anchor_view"])
        joined = self.join(self.timed(projected, 0), inputs)
        rows = self.ln_3(torch.cat([projected + self.type_pos_embed[0], joined + self.type_pos_embed[1]], 1))
        ids, mask, types = self.prompt(inputs, rows.size(0))
        words = self.text_projection(self.text_encoder(ids, mask, types))
        memory = self.fusion_multimodal[0](rows, words, None, bert.key_bias(mask))
        return memory, torch.ones(memory.shape[:2], dtype=torch.bool, device=memory.device)


UNUSED = [r"^image_encoder\.embeddings\.mask_token$", r"^text_encoder\.cls\.predictions\.", r"^text_encoder\.cls_projection_head\.",
          r"num_batches_tracked$"]
DECODER = "text_decoder.encoder_decoder.decoder."


class Mlrg(nn.Module):
    """The whole system under the published names."""

    def __init__(self, views: int, times: int):
        super().__init__()
        self.image_encoder = ImageEncoder()
        self.conditioner = Conditioner(views, times)
        self.text_decoder = ReportDecoder(VOCABULARY)

    def load(self, tensors: dict) -> None:
        tensors = dict(tensors)
        head, table = tensors.pop(DECODER + "lm_head.weight", None), tensors.get(DECODER + "transformer.wte.weight")
        if head is not None and table is not None and not torch.equal(head, table):
            raise CheckpointError("the output map and the word table differ, and should be one")
        renames = bert.RENAMES + [
            (r"^image_encoder\.", "image_encoder.image_encoder."), (r"^text_decoder\.encoder_decoder\.decoder\.", "text_decoder."),
            (r"^(vp_|temp_|type_|ln_|image_projection|text_projection|text_encoder|fusion_)", r"conditioner.\1")]
        fill(self, tensors, renames, UNUSED)


def build(tensors: dict) -> Mlrg:
    """The sizes of the view and time tables come from the checkpoint."""
    for name in ("vp_pos_embed", "temp_pos_embed"):
        if name not in tensors:
            raise CheckpointError(f"the checkpoint does not fit:\n  missing: {name}")
    model = Mlrg(tensors["vp_pos_embed"].size(0), tensors["temp_pos_embed"].size(0)).eval()
    model.load(tensors)
    return model


def view_table(path: str | None, rows: int) -> dict:
    """Our view names to rows of the table; `unk` of the published file is our `unknown`."""
    table = json.load(open(path, encoding="utf-8")) if path else VIEWS
    table = {("unknown" if name == "unk" else name): row for name, row in table.items()}
    if sorted(table.values()) != list(range(rows)):
        raise CheckpointError(f"the view table names rows {sorted(table.values())}, the checkpoint has {rows}: give the right --views")
    return table


def export(model: Mlrg, out: str, tokenizer: str, license_file: str | None = None, views: str | None = None) -> None:
    """`views` is the published JSON of the view table; without it, the five views of MIMIC-CXR."""
    bundle.write(
        out, name="mlrg", tokenizer=tokenizer, license_file=license_file,
        modules={"image_encoder": model.image_encoder, "conditioner": model.conditioner, "decoder": model.text_decoder},
        preprocess={"photometric": "MONOCHROME2", "channels": 3, "scale": 255.0, "mean": [0.5307] * 3, "std": [0.2583] * 3,
                    "steps": [{"op": "resize", "mode": "shorter", "size": [518, 518], "filter": "bicubic", "antialias": True},
                              {"op": "center_crop", "size": [518, 518]}]},
        views=view_table(views, model.conditioner.vp_pos_embed.size(0)),
        tokenizer_settings={"type": "bpe", "lower": True, "bos": BOS, "pad": PAD, "eos": EOS, "unk": -1},
        text_inputs={"indication": {"prefix": [CLS], "suffix": [SEP], "max_tokens": PROMPT_TOKENS, "clean": "sei"},
                     "prior_report": {"prefix": [], "suffix": [SEP], "max_tokens": PROMPT_TOKENS, "facts": True, "separator": [SEP]}},
        conditioner_inputs=["anchor", "anchor_view", "views", "views_view", "prior_image", "prior_view", "indication_ids", "prior_report_ids"],
        memory_layout=[{"input": "classes", "rows": 2}, {"input": "anchor", "rows": 1369, "grid": [37, 37]}],
        decode={"strategy": "beam", "beam": 3, "max_tokens": 99, "scoring": "length_normalised", "length_penalty": 1.0})


def main() -> None:
    parser = bundle.argument_parser(__doc__)
    parser.add_argument("--views", help="the JSON the checkpoint was trained with: view name to row")
    args = parser.parse_args()
    export(build(load_tensors(args.checkpoint, "state_dict")), args.out, args.tokenizer, args.license, args.views)


if __name__ == "__main__":
    main()
