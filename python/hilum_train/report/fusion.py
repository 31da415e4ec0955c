"""The conditioner: lays image, findings and indication out as memory, after the image's rows have read similar cases,
further views, the prior image and the prior report. Each of these has a learned token that stands for its absence.

Written for TorchScript with operators that LibTorch 1.13 already has.
"""

import math
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

TEXT_ROWS = 48


class FusionLayer(nn.Module):
    """Rows read a context by attention; both parts start as nothing added, so that an untrained layer changes nothing."""

    def __init__(self, width: int, heads: int = 4, dropout: float = 0.1):
        super().__init__()
        self.heads, self.scale = heads, 1.0 / math.sqrt(width // heads)
        self.norm_rows, self.norm_context, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key_value, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.feed_in, self.feed_out = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)
        for last in (self.out, self.feed_out):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def split(self, x: Tensor) -> Tensor:
        """[B,T,D] -> [B,heads,T,D/heads]."""
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, rows: Tensor, context: Tensor, bias: Tensor) -> Tensor:
        key, value = self.key_value(self.norm_context(context)).chunk(2, dim=-1)
        query = self.split(self.query(self.norm_rows(rows)))
        weight = torch.softmax(torch.matmul(query, self.split(key).transpose(-2, -1)) * self.scale + bias, dim=-1)
        mixed = torch.matmul(weight, self.split(value)).transpose(1, 2).reshape(rows.size(0), rows.size(1), -1)
        rows = rows + self.dropout(self.out(mixed))
        return rows + self.dropout(self.feed_out(torch.relu(self.feed_in(self.norm_feed(rows)))))


class Conditioner(nn.Module):
    """Named inputs -> (memory f32[B,S,D], mask bool[B,S]).

    Rows: the anchor's cells (or one absence token), one token a label (or one absence token), the indication's
    tokens and one more that says whether there was an indication.
    """

    def __init__(self, patch_width: int, cells: int, thresholds: List[float], vocab: int, width: int,
                 max_indication: int = TEXT_ROWS):
        super().__init__()
        labels = len(thresholds)
        self.width, self.max_indication = width, max_indication
        self.project = nn.Linear(patch_width, width)
        self.cell = nn.Parameter(torch.randn(cells, width) * 0.02)
        self.stated = nn.Parameter(torch.randn(2, labels, width) * 0.05)
        self.slope = nn.Parameter(torch.randn(labels, width) * 0.02)
        self.words = nn.Embedding(vocab, width)
        self.place = nn.Parameter(torch.randn(max_indication, width) * 0.02)
        # Absent anchor, absent predictions, absent indication, present indication.
        self.marker = nn.Parameter(torch.randn(4, width) * 0.05)
        self.norm = nn.LayerNorm(width)
        # Similar cases, views, prior image, prior report.
        self.source = nn.Parameter(torch.randn(4, width) * 0.05)
        self.absent = nn.Parameter(torch.randn(4, width) * 0.05)
        self.fusion = nn.ModuleList([FusionLayer(width), FusionLayer(width)])
        self.register_buffer("thresholds", torch.tensor(thresholds))

    def findings(self, predictions: Tensor) -> Tensor:
        """One token a label: above or below its threshold, and how far."""
        above = (predictions >= self.thresholds).to(self.stated.dtype).unsqueeze(-1)
        low = predictions / self.thresholds * 0.5
        high = 0.5 + 0.5 * (predictions - self.thresholds) / (1.0 - self.thresholds)
        level = torch.where(predictions >= self.thresholds, high, low).unsqueeze(-1)
        return self.stated[0] * (1.0 - above) + self.stated[1] * above + self.slope * level

    def grids(self, patches: Tensor, source: int) -> Tensor:
        """Grids [B,K,P,D] as context rows [B,K*P,width]."""
        rows = self.project(patches) + self.cell + self.source[source]
        return rows.reshape(patches.size(0), -1, self.width)

    def texts(self, ids: Tensor, source: int) -> Tensor:
        """Texts [B,K,L] as context rows [B,K*L,width]."""
        rows = self.words(ids) + self.place[: ids.size(2)] + self.source[source]
        return rows.reshape(ids.size(0), -1, self.width)

    def context(self, inputs: Dict[str, Tensor], batch: int) -> Tuple[Tensor, Tensor]:
        """What the image's rows read, and its mask: each source's rows, or the token of its absence."""
        rows: List[Tensor] = []
        masks: List[Tensor] = []
        absent: List[Tensor] = []
        device = self.absent.device
        for source, name in enumerate(["similar_ids", "views", "prior_image", "prior_report_ids"]):
            given = torch.zeros(batch, dtype=torch.bool, device=device)
            if name in inputs:
                value = inputs[name]
                if name == "similar_ids":
                    mask = inputs["similar_mask"][:, :, : self.max_indication]
                    rows.append(self.texts(value[:, :, : self.max_indication], source))
                elif name == "prior_report_ids":
                    mask = inputs["prior_report_mask"][:, : self.max_indication].unsqueeze(1)
                    rows.append(self.texts(value[:, : self.max_indication].unsqueeze(1), source))
                elif name == "views":
                    mask = inputs["views_mask"].unsqueeze(2).expand(batch, value.size(1), value.size(2))
                    rows.append(self.grids(value, source))
                else:
                    mask = inputs["prior_image_mask"].view(batch, 1, 1).expand(batch, 1, value.size(1))
                    rows.append(self.grids(value.unsqueeze(1), source))
                mask = mask.reshape(batch, -1)
                masks.append(mask)
                given = mask.any(dim=1)
            absent.append(~given)
        rows.append(self.absent.unsqueeze(0).expand(batch, 4, self.width))
        masks.append(torch.stack(absent, dim=1))
        # One row is always there, since softmax over nothing is no number.
        rows.append(self.marker[3:4].unsqueeze(0).expand(batch, 1, self.width))
        masks.append(torch.ones(batch, 1, dtype=torch.bool, device=device))
        return torch.cat(rows, dim=1), torch.cat(masks, dim=1)

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        batch = 1
        for name in inputs.keys():
            batch = inputs[name].size(0)
        marker = self.marker.unsqueeze(0).expand(batch, 4, self.width)
        rows: List[Tensor] = []
        masks: List[Tensor] = []
        present = torch.ones(batch, 1, dtype=torch.bool, device=marker.device)
        if "anchor" in inputs:
            rows.append(self.project(inputs["anchor"]) + self.cell)
            masks.append(present.expand(batch, self.cell.size(0)))
        else:
            rows.append(marker[:, 0:1])
            masks.append(present)
        if "predictions" in inputs:
            rows.append(self.findings(inputs["predictions"]))
            masks.append(present.expand(batch, self.thresholds.size(0)))
        else:
            rows.append(marker[:, 1:2])
            masks.append(present)
        image = torch.cat(rows, dim=1)
        context, seen = self.context(inputs, batch)
        bias = torch.zeros_like(seen, dtype=torch.float).masked_fill(~seen, -1e9).unsqueeze(1).unsqueeze(1)
        for layer in self.fusion:
            image = layer(image, context, bias)
        out: List[Tensor] = [image]
        if "indication_ids" in inputs:
            ids = inputs["indication_ids"][:, : self.max_indication]
            mask = torch.ones(ids.size(0), ids.size(1), dtype=torch.bool, device=ids.device)
            if "indication_mask" in inputs:
                mask = inputs["indication_mask"][:, : self.max_indication]
            given = mask.any(dim=1).to(marker.dtype).view(batch, 1, 1)
            out.append(self.words(ids) + self.place[: ids.size(1)])
            masks.append(mask)
            out.append(marker[:, 2:3] * (1.0 - given) + marker[:, 3:4] * given)
        else:
            out.append(marker[:, 2:3])
        masks.append(present)
        return self.norm(torch.cat(out, dim=1)), torch.cat(masks, dim=1)
