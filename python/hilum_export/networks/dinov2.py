"""DINOv2 vision transformer, base size with patches of 14 (Oquab et al. 2023): what RAD-DINO is."""
import math
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 768
HEADS = 12


class PatchEmbeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection = nn.Conv2d(3, WIDTH, 14, 14)


class Embeddings(nn.Module):
    """image [N,3,518,518] -> class token and 1,369 patches [N,1370,768]; positions are used as stored."""

    def __init__(self, tokens: int):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.position_embeddings = nn.Parameter(torch.zeros(1, tokens, WIDTH))
        self.patch_embeddings = PatchEmbeddings()

    def forward(self, image: Tensor) -> Tensor:
        patches = self.patch_embeddings.projection(image).flatten(2).transpose(1, 2)
        return torch.cat([self.cls_token.expand(image.size(0), -1, -1), patches], 1) + self.position_embeddings


class Projections(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(WIDTH, WIDTH)


class Attention(nn.Module):
    heads: Final[int] = HEADS
    scale: Final[float] = math.sqrt(WIDTH // HEADS)

    def __init__(self):
        super().__init__()
        self.attention = Projections()
        self.output = Dense()

    def forward(self, x: Tensor) -> Tensor:
        batch, rows, _ = x.shape
        shape = [batch, rows, self.heads, -1]
        q = self.attention.query(x).view(shape).transpose(1, 2) / self.scale
        k = self.attention.key(x).view(shape).transpose(1, 2)
        v = self.attention.value(x).view(shape).transpose(1, 2)
        mixed = torch.matmul(torch.softmax(torch.matmul(q, k.transpose(-1, -2)), -1), v)
        return self.output.dense(mixed.transpose(1, 2).reshape(batch, rows, -1))


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.lambda1 = nn.Parameter(torch.ones(WIDTH))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(WIDTH, 4 * WIDTH)
        self.fc2 = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.attention = Attention()
        self.layer_scale1 = Scale()
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.mlp = Mlp()
        self.layer_scale2 = Scale()

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.layer_scale1.lambda1 * self.attention(self.norm1(x))
        return x + self.layer_scale2.lambda1 * self.mlp(self.norm2(x))


class Stack(nn.Module):
    def __init__(self, layers: int):
        super().__init__()
        self.layer = nn.ModuleList([Layer() for _ in range(layers)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layer:
            x = layer(x)
        return x


class DinoV2(nn.Module):
    """image -> normed tokens [N,1370,768], the class token first."""

    def __init__(self, tokens: int = 1370, layers: int = 12):
        super().__init__()
        self.embeddings = Embeddings(tokens)
        self.encoder = Stack(layers)
        self.layernorm = nn.LayerNorm(WIDTH, eps=1e-6)

    def forward(self, image: Tensor) -> Tensor:
        return self.layernorm(self.encoder(self.embeddings(image)))
