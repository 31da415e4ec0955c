"""Span and pair scorers of DyGIE++ (Wadden et al. 2019): every class but "nothing", which always scores 0."""
from typing import List, Tuple

import torch
from torch import Tensor, nn


class FeedForward(nn.Module):
    """Linear layers, ReLU after each."""

    def __init__(self, inputs: int, hidden: List[int]):
        super().__init__()
        sizes = [inputs] + hidden
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x


class Scorer(nn.Module):
    def __init__(self, inputs: int, hidden: List[int], outputs: int):
        super().__init__()
        self.body = FeedForward(inputs, hidden)
        self.head = nn.Linear(hidden[-1], outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


class SpanScorer(nn.Module):
    """words f32[W,D], spans i64[S,2] (first and last word) -> vectors f32[S,2D+F], label scores f32[S,labels], keep f32[S]."""

    def __init__(self, width: int, max_span_width: int, features: int, hidden: List[int], labels: int):
        super().__init__()
        self.widths = nn.Embedding(max_span_width, features)
        self.labels = Scorer(2 * width + features, hidden, labels)
        self.keep = Scorer(2 * width + features, hidden, 1)

    def forward(self, words: Tensor, spans: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        first, last = spans[:, 0], spans[:, 1]
        vectors = torch.cat([words.index_select(0, first), words.index_select(0, last), self.widths(last - first)], 1)
        return vectors, self.labels(vectors), self.keep(vectors)[:, 0]


class PairScorer(nn.Module):
    """vectors f32[K,E], keep f32[K] -> relation scores f32[K,K,relations] from the first span to the second. One first span
    at a time, since all pairs at once take gigabytes."""

    def __init__(self, inputs: int, hidden: List[int], relations: int):
        super().__init__()
        self.relations = Scorer(3 * inputs, hidden, relations)

    def forward(self, vectors: Tensor, keep: Tensor) -> Tensor:
        rows: List[Tensor] = []
        for i in range(vectors.size(0)):
            first = vectors[i].unsqueeze(0).expand_as(vectors)
            scores = self.relations(torch.cat([first, vectors, first * vectors], 1))
            rows.append(scores + (keep[i] + keep).unsqueeze(1))
        return torch.stack(rows)
