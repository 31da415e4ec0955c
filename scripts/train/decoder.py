"""The report decoder: a conditioner that lays the inputs out as memory, and a small Transformer decoder over it.

Both are written for TorchScript with operators that LibTorch 1.13 already has.
"""

import math
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from encoder import CELLS, WIDTH


class Conditioner(nn.Module):
    """Named inputs -> (memory f32[B,S,D], mask bool[B,S]).

    Rows: the anchor's cells (or one absence token), one token a label (or one absence token), the indication's
    tokens and one more that says whether there was an indication.
    """

    def __init__(self, patch_width: int, cells: int, thresholds: List[float], vocab: int, width: int,
                 max_indication: int = 48):
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
        self.register_buffer("thresholds", torch.tensor(thresholds))

    def findings(self, predictions: Tensor) -> Tensor:
        """One token a label: above or below its threshold, and how far."""
        above = (predictions >= self.thresholds).to(self.stated.dtype).unsqueeze(-1)
        low = predictions / self.thresholds * 0.5
        high = 0.5 + 0.5 * (predictions - self.thresholds) / (1.0 - self.thresholds)
        level = torch.where(predictions >= self.thresholds, high, low).unsqueeze(-1)
        return self.stated[0] * (1.0 - above) + self.stated[1] * above + self.slope * level

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
        if "indication_ids" in inputs:
            ids = inputs["indication_ids"][:, : self.max_indication]
            mask = torch.ones(ids.size(0), ids.size(1), dtype=torch.bool, device=ids.device)
            if "indication_mask" in inputs:
                mask = inputs["indication_mask"][:, : self.max_indication]
            given = mask.any(dim=1).to(marker.dtype).view(batch, 1, 1)
            rows.append(self.words(ids) + self.place[: ids.size(1)])
            masks.append(mask)
            rows.append(marker[:, 2:3] * (1.0 - given) + marker[:, 3:4] * given)
        else:
            rows.append(marker[:, 2:3])
        masks.append(present)
        return self.norm(torch.cat(rows, dim=1)), torch.cat(masks, dim=1)


class Layer(nn.Module):
    """A pre-norm decoder layer; self-attention over cached keys and values, cross-attention over the memory."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float):
        super().__init__()
        self.heads, self.scale = heads, 1.0 / math.sqrt(width // heads)
        self.norm_self, self.norm_cross, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out_self = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.query, self.key_value = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out_cross = nn.Linear(width, width)
        self.feed_in, self.feed_out = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)

    def split(self, x: Tensor) -> Tensor:
        """[B,T,D] -> [B,heads,T,D/heads]."""
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def memory(self, memory: Tensor) -> Tuple[Tensor, Tensor]:
        """Cross-attention keys and values of a memory."""
        key, value = self.key_value(memory).chunk(2, dim=-1)
        return self.split(key).contiguous(), self.split(value).contiguous()

    def self_qkv(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of the self-attention."""
        q, k, v = self.qkv(self.norm_self(x)).chunk(3, dim=-1)
        return self.split(q), self.split(k), self.split(v)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tuple[Tensor, Tensor]:
        """Attention output [B,T,D] and weights [B,heads,T,S]."""
        weights = torch.softmax(torch.matmul(q, k.transpose(-2, -1)) * self.scale + bias, dim=-1)
        mixed = torch.matmul(weights, v).transpose(1, 2)
        return mixed.reshape(mixed.size(0), mixed.size(1), -1), weights

    def feed(self, x: Tensor) -> Tensor:
        """The feed-forward part."""
        return x + self.dropout(self.feed_out(torch.relu(self.feed_in(self.norm_feed(x)))))


class Decoder(nn.Module):
    """`forward` trains on whole texts; `prefill` and `step` are what a bundle runs."""

    def __init__(self, vocab: int, width: int = 192, layers: int = 3, heads: int = 4, hidden: int = 768,
                 max_tokens: int = 160, dropout: float = 0.1):
        super().__init__()
        self.width, self.heads = width, heads
        self.embed = nn.Embedding(vocab, width)
        self.place = nn.Parameter(torch.randn(max_tokens, width) * 0.02)
        self.layers = nn.ModuleList([Layer(width, heads, hidden, dropout) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.embed.weight, std=0.05)

    def logits(self, x: Tensor) -> Tensor:
        """Scores of the vocabulary (the embedding is shared)."""
        return torch.matmul(self.norm(x), self.embed.weight.t())

    def forward(self, ids: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        length = ids.size(1)
        ahead = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        causal = torch.zeros(length, length, device=ids.device).masked_fill(ahead, -1e9)
        bias = torch.zeros_like(mask, dtype=torch.float).masked_fill(~mask, -1e9).unsqueeze(1).unsqueeze(1)
        x = self.embed(ids) * math.sqrt(self.width) + self.place[:length]
        for layer in self.layers:
            q, k, v = layer.self_qkv(x)
            x = x + layer.out_self(layer.attend(q, k, v, causal)[0])
            key, value = layer.memory(memory)
            x = x + layer.out_cross(layer.attend(layer.split(layer.query(layer.norm_cross(x))), key, value, bias)[0])
            x = layer.feed(x)
        return self.logits(x)

    @torch.jit.export
    def prefill(self, memory: Tensor, mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        """Cross-attention keys and values with the mask, one row a study, and an empty self-attention cache."""
        bias = torch.zeros_like(mask, dtype=torch.float).masked_fill(~mask, -1e9)
        shared: List[Tensor] = [bias]
        state: List[Tensor] = []
        empty = torch.zeros(memory.size(0), self.heads, 0, self.width // self.heads, device=memory.device)
        for layer in self.layers:
            key, value = layer.memory(memory)
            shared.append(key)
            shared.append(value)
            state.append(empty)
            state.append(empty)
        return shared, state

    @torch.jit.export
    def step(self, ids: Tensor, position: int, beam_of_study: Tensor, shared: List[Tensor],
             state: List[Tensor]) -> Tuple[Tensor, List[Tensor], Tensor]:
        """One token further for every beam.

        Beams that come in equal groups, study by study, read their study's row in place; any other order takes the
        rows it needs one layer at a time.
        """
        beams, studies = ids.size(0), shared[0].size(0)
        group = beams // studies
        rows = torch.arange(studies, device=ids.device).unsqueeze(1).expand(studies, group).reshape(-1)
        grouped = rows.size(0) == beams and torch.equal(rows, beam_of_study)
        bias = shared[0] if grouped else shared[0].index_select(0, beam_of_study)
        bias = bias.unsqueeze(1).unsqueeze(1)
        none = torch.zeros(1, device=ids.device)
        x = (self.embed(ids) * math.sqrt(self.width) + self.place[position]).unsqueeze(1)
        attention = torch.zeros(beams, shared[0].size(1), device=ids.device)
        kept: List[Tensor] = []
        for i, layer in enumerate(self.layers):
            q, k, v = layer.self_qkv(x)
            k, v = torch.cat([state[2 * i], k], dim=2), torch.cat([state[2 * i + 1], v], dim=2)
            kept.append(k)
            kept.append(v)
            x = x + layer.out_self(layer.attend(q, k, v, none)[0])
            query = layer.query(layer.norm_cross(x))
            key, value = shared[1 + 2 * i], shared[2 + 2 * i]
            if grouped:
                query = query.view(studies, group, self.width)
            else:
                key, value = key.index_select(0, beam_of_study), value.index_select(0, beam_of_study)
            mixed, weights = layer.attend(layer.split(query), key, value, bias)
            attention = attention + weights.mean(dim=1).reshape(beams, -1)
            x = layer.feed(x + layer.out_cross(mixed.reshape(beams, 1, self.width)))
        return self.logits(x.squeeze(1)), kept, attention / len(self.layers)


class ReportModel(nn.Module):
    """Conditioner and decoder together, as they are trained."""

    def __init__(self, thresholds, vocab, patch_width=WIDTH, cells=CELLS, width=192, layers=3):
        super().__init__()
        self.conditioner = Conditioner(patch_width, cells, thresholds, vocab, width)
        self.decoder = Decoder(vocab, width, layers)

    def forward(self, inputs: Dict[str, Tensor], ids: Tensor) -> Tensor:
        memory, mask = self.conditioner(inputs)
        return self.decoder(ids, memory, mask)
