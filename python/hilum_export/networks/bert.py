"""BERT layers (Devlin et al. 2019): post-norm, exact GELU. Masks are true where a token is present."""
import math
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def key_bias(mask: Tensor) -> Tensor:
    """bool [B,L] -> what is added to attention scores: 0 or the lowest float."""
    return (1.0 - mask[:, None, None, :].float()) * -3.4028234663852886e38  # TorchScript knows no finfo


class Projections(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)


class Output(nn.Module):
    def __init__(self, inputs: int, width: int, eps: float):
        super().__init__()
        self.dense = nn.Linear(inputs, width)
        self.LayerNorm = nn.LayerNorm(width, eps=eps)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(self.dense(x) + residual)


class Attention(nn.Module):
    """Attention of x over y, then dense, residual and norm."""

    def __init__(self, width: int, heads: int, eps: float):
        super().__init__()
        self.projections = Projections(width)
        self.output = Output(width, width, eps)
        self.heads = heads
        self.scale = 1.0 / math.sqrt(width // heads)

    def forward(self, x: Tensor, y: Tensor, bias: Optional[Tensor]) -> Tensor:
        batch, rows, width = x.shape
        shape = [batch, -1, self.heads, width // self.heads]
        q = self.projections.query(x).view(shape).transpose(1, 2)
        k = self.projections.key(y).view(shape).transpose(1, 2)
        v = self.projections.value(y).view(shape).transpose(1, 2)
        scores = torch.matmul(q, k.transpose(-1, -2)) * self.scale
        if bias is not None:
            scores = scores + bias
        mixed = torch.matmul(torch.softmax(scores, -1), v).transpose(1, 2).reshape(batch, rows, width)
        return self.output(mixed, x)


class Up(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.dense = nn.Linear(width, hidden)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.dense(x))


class Layer(nn.Module):
    """Self-attention and feed-forward."""

    def __init__(self, width: int, heads: int, hidden: int, eps: float = 1e-12):
        super().__init__()
        self.attention = Attention(width, heads, eps)
        self.intermediate = Up(width, hidden)
        self.output = Output(hidden, width, eps)

    def forward(self, x: Tensor, bias: Optional[Tensor]) -> Tensor:
        x = self.attention(x, x, bias)
        return self.output(self.intermediate(x), x)


class CrossLayer(nn.Module):
    """Self-attention on x, attention of x over y, feed-forward."""

    def __init__(self, width: int, heads: int, hidden: int, eps: float = 1e-12):
        super().__init__()
        self.attention = Attention(width, heads, eps)
        self.crossattention = Attention(width, heads, eps)
        self.intermediate = Up(width, hidden)
        self.output = Output(hidden, width, eps)

    def forward(self, x: Tensor, y: Tensor, x_bias: Optional[Tensor], y_bias: Optional[Tensor]) -> Tensor:
        x = self.attention(x, x, x_bias)
        x = self.crossattention(x, y, y_bias)
        return self.output(self.intermediate(x), x)


class Embeddings(nn.Module):
    def __init__(self, vocabulary: int, width: int, positions: int, eps: float):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width)
        self.position_embeddings = nn.Embedding(positions, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=eps)

    def forward(self, ids: Tensor, types: Tensor) -> Tensor:
        positions = torch.arange(ids.size(1), device=ids.device)
        return self.LayerNorm(self.word_embeddings(ids) + self.token_type_embeddings(types) + self.position_embeddings(positions))


class Stack(nn.Module):
    def __init__(self, layers: int, width: int, heads: int, hidden: int):
        super().__init__()
        self.layer = nn.ModuleList([Layer(width, heads, hidden) for _ in range(layers)])

    def forward(self, x: Tensor, bias: Optional[Tensor]) -> Tensor:
        for layer in self.layer:
            x = layer(x, bias)
        return x


class Encoder(nn.Module):
    """ids i64 [B,L], mask bool [B,L], types i64 [B,L] -> [B,L,width]."""

    def __init__(self, vocabulary: int, layers: int, width: int = 768, heads: int = 12, hidden: int = 3072, positions: int = 512):
        super().__init__()
        self.embeddings = Embeddings(vocabulary, width, positions, 1e-12)
        self.encoder = Stack(layers, width, heads, hidden)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        return self.encoder(self.embeddings(ids, types), key_bias(mask))


def sizes_of(tensors: dict, prefix: str) -> dict:
    """The arguments of the Encoder whose tensors have these names behind `prefix`; heads are 64 wide, as in every BERT."""
    words = tensors[prefix + "embeddings.word_embeddings.weight"]
    layers = 0
    while f"{prefix}encoder.layer.{layers}.output.dense.weight" in tensors:
        layers += 1
    hidden = tensors[f"{prefix}encoder.layer.0.intermediate.dense.weight"].size(0) if layers else 0
    return {"vocabulary": words.size(0), "layers": layers, "width": words.size(1), "heads": max(1, words.size(1) // 64),
            "hidden": hidden, "positions": tensors[prefix + "embeddings.position_embeddings.weight"].size(0)}


# Published names -> ours: `self` is no name for an attribute, and the pooler and position ids are not used.
RENAMES = [(r"attention\.self\.(query|key|value)\.", r"attention.projections.\1.")]
UNUSED = [r"\.pooler\.dense\.", r"embeddings\.position_ids$", r"num_batches_tracked$"]
