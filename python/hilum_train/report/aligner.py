"""The shared space of images and facts: a vector of the image's grid and global vector, and a small text encoder."""

import math
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from hilum_train.encoder.encoder import FIRST, WIDTH

SPACE = 128
LONGEST = 96  # tokens of a factual sequence, begin and end included


class ImageAligner(nn.Module):
    """`patches f32[N,P,D], global f32[N,E]` -> a vector of length 1, f32[N,SPACE].

    Of the global vector it reads the first `whole` numbers, those of the network whose patches it reads.
    """

    def __init__(self, width: int = WIDTH, whole: int = FIRST, space: int = SPACE):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.cells = nn.Linear(width, space)
        self.attend = nn.Linear(width, 1)
        self.whole = nn.Linear(whole, space)
        self.register_buffer("mean", torch.zeros(whole))
        self.register_buffer("scale", torch.ones(whole))

    def local(self, patches: Tensor) -> Tensor:
        """One vector of length 1 a cell, f32[N,P,SPACE]."""
        return F.normalize(self.cells(self.norm(patches)), dim=-1)

    def forward(self, patches: Tensor, whole: Tensor) -> Tensor:
        weight = torch.softmax(self.attend(self.norm(patches)), dim=1)
        picked = (weight * self.cells(self.norm(patches))).sum(dim=1)
        return F.normalize(picked + self.whole((whole[:, : self.mean.size(0)] - self.mean) * self.scale), dim=-1)


class TextLayer(nn.Module):
    """A pre-norm Transformer encoder layer."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads, self.scale = heads, 1.0 / math.sqrt(width // heads)
        self.norm_self, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed_in, self.feed_out = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.size(0), x.size(1), x.size(2)
        # Queries, keys and values, each [B,heads,L,D/heads].
        parts = self.qkv(self.norm_self(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        weight = torch.softmax(torch.matmul(parts[0], parts[1].transpose(-2, -1)) * self.scale + bias, dim=-1)
        x = x + self.dropout(self.out(torch.matmul(weight, parts[2]).transpose(1, 2).reshape(batch, length, width)))
        return x + self.dropout(self.feed_out(torch.relu(self.feed_in(self.norm_feed(x)))))


class TextEncoder(nn.Module):
    """`ids i64[B,L], mask bool[B,L]` -> (tokens f32[B,L,SPACE], global f32[B,SPACE]), all of length 1."""

    def __init__(self, vocab: int, width: int = 192, layers: int = 2, space: int = SPACE, dropout: float = 0.1):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.place = nn.Parameter(torch.randn(LONGEST, width) * 0.02)
        self.layers = nn.ModuleList([TextLayer(width, 4, dropout) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.tokens, self.whole = nn.Linear(width, space), nn.Linear(width, space)
        nn.init.normal_(self.embed.weight, std=0.05)

    def forward(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        ids, mask = ids[:, : self.place.size(0)], mask[:, : self.place.size(0)]
        x = self.embed(ids) + self.place[: ids.size(1)]
        bias = torch.zeros_like(mask, dtype=torch.float).masked_fill(~mask, -1e9).unsqueeze(1).unsqueeze(1)
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        share = mask.unsqueeze(-1).to(x.dtype)
        mean = (x * share).sum(dim=1) / share.sum(dim=1).clamp(min=1.0)
        return F.normalize(self.tokens(x), dim=-1), F.normalize(self.whole(mean), dim=-1)


def positives(studies, signatures):
    """bool[N,N]: cases of one study, or that say the same."""
    same = [[a == b or s == t for b, t in zip(studies, signatures)] for a, s in zip(studies, signatures)]
    return torch.tensor(same)


def contrast(scores: Tensor, same: Tensor) -> Tensor:
    """Cross-entropy in both directions; a row's target is spread evenly over its positives."""
    target = same.to(scores.dtype)
    rows = -(target / target.sum(1, keepdim=True) * F.log_softmax(scores, dim=1)).sum(1).mean()
    columns = -(target / target.sum(0, keepdim=True) * F.log_softmax(scores, dim=0)).sum(0).mean()
    return (rows + columns) / 2


def token_scores(cells: Tensor, tokens: Tensor, mask: Tensor, sharpness: float = 4.0) -> Tensor:
    """f32[images,texts]: how well the cells that each token attends to agree with it, averaged over the text's tokens."""
    likeness = torch.einsum("ipd,tld->itlp", cells, tokens)
    seen = torch.einsum("itlp,ipd->itld", torch.softmax(likeness * sharpness, dim=-1), cells)
    agreement = (F.normalize(seen, dim=-1) * tokens.unsqueeze(0)).sum(-1)
    share = mask.to(cells.dtype).unsqueeze(0)
    return (agreement * share).sum(-1) / share.sum(-1).clamp(min=1.0)


class Alignment(nn.Module):
    """What stage 1 trains."""

    def __init__(self, vocab: int, patch_width: int = WIDTH, whole: int = FIRST):
        super().__init__()
        self.image = ImageAligner(patch_width, whole)
        self.text = TextEncoder(vocab)
        self.sharpness = nn.Parameter(torch.tensor([math.log(10.0), math.log(10.0)]))

    def forward(self, patches: Tensor, whole: Tensor, ids: Tensor, mask: Tensor, same: Tensor) -> Tuple[Tensor, Tensor]:
        """(global loss, token-level loss)."""
        tokens, text = self.text(ids, mask)
        sharp = self.sharpness.exp().clamp(max=50.0)
        return (contrast(self.image(patches, whole) @ text.t() * sharp[0], same),
                contrast(token_scores(self.image.local(patches), tokens, mask) * sharp[1], same))
