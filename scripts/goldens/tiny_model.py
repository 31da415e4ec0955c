"""A small report model with every role of a bundle, for tests and benchmarks: random weights, any size."""
import math
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn


class ImageEncoder(nn.Module):
    """Image f32[N,C,H,W] -> (patches f32[N,P,D], global f32[N,D])."""

    def __init__(self, channels: int, width: int, depth: int):
        super().__init__()
        stages = []
        size = channels
        for i in range(depth):
            out = max(8, width >> (depth - 1 - i))
            # Without biases, so that what comes out depends on the picture although the weights are random.
            stages += [nn.Conv2d(size, out, 3, stride=2, padding=1, bias=False), nn.ReLU(),
                       nn.Conv2d(out, out, 3, padding=1, groups=out, bias=False), nn.ReLU(),
                       nn.Conv2d(out, out, 1, bias=False)]
            size = out
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(size, width, bias=False)
        self.norm = nn.LayerNorm(width)

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        grid = self.stages(image)
        patches = 2.0 * self.norm(self.head(grid.flatten(2).transpose(1, 2)))
        return patches, patches.mean(dim=1)


class Classifier(nn.Module):
    """(patches, global) -> logits f32[N,labels]."""

    def __init__(self, width: int, labels: int):
        super().__init__()
        self.head = nn.Linear(width, labels)

    def forward(self, patches: Tensor, pooled: Tensor) -> Tensor:
        return self.head(pooled + 0.1 * patches.mean(dim=1))


class Conditioner(nn.Module):
    """Named inputs -> memory and mask: the anchor's cells, other images' cells, one row for the predictions, texts."""

    def __init__(self, vocabulary: int, width: int, labels: int):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.predictions = nn.Linear(labels, width)
        self.kind = nn.Parameter(torch.randn(4, width) * 0.3)

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        return self.joined(inputs)

    def joined(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        anchor = inputs["anchor"]
        batch = anchor.size(0)
        rows: List[Tensor] = [anchor]
        masks: List[Tensor] = [torch.ones(batch, anchor.size(1), dtype=torch.bool, device=anchor.device)]
        if "predictions" in inputs:
            rows.append(self.predictions(inputs["predictions"]).unsqueeze(1))
            masks.append(torch.ones(batch, 1, dtype=torch.bool, device=anchor.device))
        if "views" in inputs:
            views = inputs["views"]
            rows.append(views.flatten(1, 2) + self.kind[0])
            masks.append(inputs["views_mask"].unsqueeze(2).expand(batch, views.size(1), views.size(2)).flatten(1))
        if "prior_image" in inputs:
            prior = inputs["prior_image"]
            rows.append(prior + self.kind[1])
            masks.append(inputs["prior_image_mask"].unsqueeze(1).expand(batch, prior.size(1)))
        if "indication_ids" in inputs:
            rows.append(self.words(inputs["indication_ids"]) + self.kind[2])
            masks.append(inputs["indication_mask"])
        if "prior_report_ids" in inputs:
            rows.append(self.words(inputs["prior_report_ids"]) + self.kind[3])
            masks.append(inputs["prior_report_mask"])
        return torch.cat(rows, dim=1), torch.cat(masks, dim=1)


class LongitudinalConditioner(Conditioner):
    """The same with similar cases, a second global row and a table of views."""

    def __init__(self, vocabulary: int, width: int, labels: int):
        super().__init__(vocabulary, width, labels)
        self.view = nn.Parameter(torch.randn(5, width) * 0.5)
        self.case = nn.Parameter(torch.randn(width) * 0.3)

    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        named: Dict[str, Tensor] = {}
        for name, value in inputs.items():
            named[name] = value
        if "anchor_view" in inputs:
            named["anchor"] = inputs["anchor"] + self.view.index_select(0, inputs["anchor_view"]).unsqueeze(1)
        if "views_view" in inputs:
            rows = self.view.index_select(0, inputs["views_view"].flatten()).view(inputs["views"].size(0), -1, 1, self.view.size(1))
            named["views"] = inputs["views"] + rows
        if "prior_view" in inputs:
            named["prior_image"] = inputs["prior_image"] + self.view.index_select(0, inputs["prior_view"]).unsqueeze(1)
        memory, mask = self.joined(named)
        if "anchor_global" in inputs:
            memory = torch.cat([memory, inputs["anchor_global"].unsqueeze(1)], 1)
            mask = torch.cat([mask, torch.ones(mask.size(0), 1, dtype=torch.bool, device=mask.device)], 1)
        if "similar_ids" in inputs:
            memory = torch.cat([memory, (self.words(inputs["similar_ids"]) + self.case).flatten(1, 2)], 1)
            mask = torch.cat([mask, inputs["similar_mask"].flatten(1)], 1)
        return memory, mask


class Layer(nn.Module):
    """Self-attention over cached keys and values, cross-attention over the memory, feed-forward; pre-norm."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads, self.scale = heads, 1.0 / math.sqrt(width // heads)
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(3)])
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.cross_q, self.cross_kv, self.cross_out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def keys_values(self, memory: Tensor) -> Tuple[Tensor, Tensor]:
        k, v = self.cross_kv(memory).chunk(2, dim=-1)
        return self.split(k).contiguous(), self.split(v).contiguous()

    def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tuple[Tensor, Tensor]:
        weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) * self.scale + bias, dim=-1)
        mixed = torch.matmul(weights, v).transpose(1, 2)
        return mixed.reshape(mixed.size(0), mixed.size(1), -1), weights

    def forward(self, x: Tensor, old_k: Tensor, old_v: Tensor, causal: Tensor, k: Tensor, v: Tensor,
                bias: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        q, new_k, new_v = self.qkv(self.norms[0](x)).chunk(3, dim=-1)
        all_k = torch.cat([old_k, self.split(new_k)], dim=2)
        all_v = torch.cat([old_v, self.split(new_v)], dim=2)
        x = x + self.out(self.attend(self.split(q), all_k, all_v, causal)[0])
        mixed, weights = self.attend(self.split(self.cross_q(self.norms[1](x))), k, v, bias)
        x = x + 4.0 * self.cross_out(mixed)
        return x + self.feed(self.norms[2](x)), all_k, all_v, weights.mean(dim=1)


class Decoder(nn.Module):
    """prefill and step as docs/bundles.md has them; `whole` runs a full prefix at once, as a decoder without a cache."""

    def __init__(self, vocabulary: int, width: int, layers: int, heads: int, positions: int, eos: int, eos_bias: float):
        super().__init__()
        self.width, self.heads, self.eos, self.eos_bias = width, heads, eos, eos_bias
        self.embed = nn.Embedding(vocabulary, width)
        self.place = nn.Parameter(torch.randn(positions, width))
        self.layers = nn.ModuleList([Layer(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary)

    def logits(self, x: Tensor, position: int) -> Tensor:
        """The end token becomes likelier with the length, so that random weights end at some point."""
        out = 4.0 * self.head(self.norm(x))
        out[:, self.eos] += self.eos_bias * float(position)
        return out

    @torch.jit.export
    def prefill(self, memory: Tensor, mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        shared: List[Tensor] = [torch.zeros_like(mask, dtype=torch.float).masked_fill(~mask, -1e9)]
        state: List[Tensor] = []
        empty = torch.zeros(memory.size(0), self.heads, 0, self.width // self.heads, device=memory.device)
        for layer in self.layers:
            k, v = layer.keys_values(memory)
            shared += [k, v]
            state += [empty, empty]
        return shared, state

    @torch.jit.export
    def step(self, ids: Tensor, position: int, beam_of_study: Tensor, shared: List[Tensor],
             state: List[Tensor]) -> Tuple[Tensor, List[Tensor], Tensor]:
        bias = shared[0].index_select(0, beam_of_study).unsqueeze(1).unsqueeze(1)
        none = torch.zeros(1, device=ids.device)
        x = (self.embed(ids) + self.place[position]).unsqueeze(1)
        attention = torch.zeros(ids.size(0), shared[0].size(1), device=ids.device)
        kept: List[Tensor] = []
        for i, layer in enumerate(self.layers):
            k = shared[1 + 2 * i].index_select(0, beam_of_study)
            v = shared[2 + 2 * i].index_select(0, beam_of_study)
            x, all_k, all_v, weights = layer(x, state[2 * i], state[2 * i + 1], none, k, v, bias)
            kept += [all_k, all_v]
            attention = attention + weights[:, 0]
        return self.logits(x[:, 0], position), kept, attention / len(self.layers)

    @torch.jit.export
    def whole(self, ids: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """Logits of the token after the prefix `ids` [N,T]; memory and mask have one row a beam."""
        shared, state = self.prefill(memory, mask)
        length = ids.size(1)
        ahead = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        causal = torch.zeros(length, length, device=ids.device).masked_fill(ahead, -1e9)
        bias = shared[0].unsqueeze(1).unsqueeze(1)
        x = self.embed(ids) + self.place[:length]
        for i, layer in enumerate(self.layers):
            x, _, _, _ = layer(x, state[2 * i], state[2 * i + 1], causal, shared[1 + 2 * i], shared[2 + 2 * i], bias)
        return self.logits(x[:, -1], length - 1)
