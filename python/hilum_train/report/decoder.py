"""The report decoder: a small Transformer over the conditioner's memory.

Written for TorchScript with operators that LibTorch 1.13 already has.
"""

import math
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from hilum_train.encoder.encoder import CELLS, WIDTH
from hilum_train.report.fusion import Conditioner


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
