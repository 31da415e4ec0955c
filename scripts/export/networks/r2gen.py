"""The memory-driven Transformer of R2Gen (Chen et al. 2020), as SEI and EVOKE use it, stepping with caches.

A step needs only the state: the relational memory and each layer's self-attention keys and values.
"""
import math
from typing import Final, List, Tuple

import torch
from torch import Tensor, nn

from .shared_memory import attend, beams_a_study

WIDTH = 512
HEADS = 8
SLOTS = 3
MASKED = -1e9
TRIGRAM_PENALTY = 2 * 0.693  # greedy search: off the log-probability for each time a run of three words would come again


class Norm(nn.Module):
    """gamma (x - mean) / (std + eps) + beta: the unbiased deviation, eps added to it and not to the variance."""

    def __init__(self, width: int):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.beta = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return self.gamma * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + 1e-6) + self.beta


def _memory_mlp(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(SLOTS * width, width), nn.ReLU(), nn.Linear(width, width))


class ConditionalNorm(nn.Module):
    """The same with gamma and beta shifted by the memory [N,1536]."""

    def __init__(self, width: int):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.beta = nn.Parameter(torch.zeros(width))
        self.mlp_gamma = _memory_mlp(width)
        self.mlp_beta = _memory_mlp(width)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        gamma = self.gamma + self.mlp_gamma(memory)
        beta = self.beta + self.mlp_beta(memory)
        return gamma * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + 1e-6) + beta


class Attention(nn.Module):
    """Four linear maps: query, key, value, output."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.linears = nn.ModuleList([nn.Linear(width, width) for _ in range(4)])
        self.heads = heads
        self.scale = 1.0 / math.sqrt(width // heads)

    def query(self, x: Tensor) -> Tensor:
        return self._split(self.linears[0](x)) * self.scale

    def key(self, x: Tensor) -> Tensor:
        return self._split(self.linears[1](x))

    def value(self, x: Tensor) -> Tensor:
        return self._split(self.linears[2](x))

    def output(self, mixed: Tensor) -> Tensor:
        return self.linears[3](mixed.transpose(1, 2).reshape(mixed.size(0), mixed.size(2), -1))

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, x: Tensor, y: Tensor, bias: Tensor) -> Tensor:
        scores = torch.matmul(self.query(x), self.key(y).transpose(-1, -2)) + bias
        return self.output(torch.matmul(torch.softmax(scores, -1), self.value(y)))


class FeedForward(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.w_1 = nn.Linear(width, width)
        self.w_2 = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.w_2(torch.relu(self.w_1(x)))


class Sublayer(nn.Module):
    def __init__(self, norm: nn.Module):
        super().__init__()
        self.norm = norm


class EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.feed_forward = FeedForward(width)
        self.sublayer = nn.ModuleList([Sublayer(Norm(width)) for _ in range(2)])

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        y = self.sublayer[0].norm(x)
        x = x + self.self_attn(y, y, bias)
        return x + self.feed_forward(self.sublayer[1].norm(x))


class DecoderLayer(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.src_attn = Attention(width, heads)
        self.feed_forward = FeedForward(width)
        self.sublayer = nn.ModuleList([Sublayer(ConditionalNorm(width)) for _ in range(3)])

    def forward(self, x: Tensor, memory: Tensor, keys: Tensor, values: Tensor, source_keys: Tensor, source_values: Tensor,
                source_bias: Tensor, beam_of_study: Tensor, each: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        """One token a beam: x [N,1,512]; returns x, the grown keys and values, and the source weights [N,h,S]."""
        y = self.sublayer[0].norm(x, memory)
        keys = torch.cat([keys, self.self_attn.key(y)], 2)
        values = torch.cat([values, self.self_attn.value(y)], 2)
        scores = torch.matmul(self.self_attn.query(y), keys.transpose(-1, -2))
        x = x + self.self_attn.output(torch.matmul(torch.softmax(scores, -1), values))
        y = self.sublayer[1].norm(x, memory)
        mixed, weights = attend(self.src_attn.query(y), source_keys, source_values, source_bias, beam_of_study, each)
        x = x + self.src_attn.output(mixed)
        return x + self.feed_forward(self.sublayer[2].norm(x, memory)), keys, values, weights


class Encoder(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.layers = nn.ModuleList([EncoderLayer(width, heads) for _ in range(3)])
        self.norm = Norm(width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x)


class Decoder(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.layers = nn.ModuleList([DecoderLayer(width, heads) for _ in range(3)])
        self.norm = Norm(width)


class Words(nn.Module):
    def __init__(self, rows: int, width: int):
        super().__init__()
        self.lut = nn.Embedding(rows, width)
        self.scale = math.sqrt(width)

    def forward(self, ids: Tensor) -> Tensor:
        return self.lut(ids) * self.scale


class Positions(nn.Module):
    def __init__(self, count: int, width: int):
        super().__init__()
        self.register_buffer("pe", torch.zeros(1, count, width))


class RelationalMemory(nn.Module):
    """M [N,3,512] and a token x [N,512] -> the memory after that token, in double precision.

    The memory feeds on itself for as long as the text goes on and, where a token repeats, magnifies rounding: in single precision
    two correct programs come to different sums of log-probabilities, and then to other tokens.
    """

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attn = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.W = nn.Linear(width, 2 * width)
        self.U = nn.Linear(width, 2 * width)

    def forward(self, memory: Tensor, x: Tensor) -> Tensor:
        x = x.double().unsqueeze(1)
        a = memory + self.attn(memory, torch.cat([memory, x], 1), torch.zeros(1, device=x.device))
        b = a + self.mlp(a)
        take, keep = torch.sigmoid(self.W(x) + self.U(torch.tanh(memory))).chunk(2, 2)
        return take * torch.tanh(b) + keep * memory


class Model(nn.Module):
    def __init__(self, rows: int, width: int, heads: int, positions: int):
        super().__init__()
        self.encoder = Encoder(width, heads)
        self.decoder = Decoder(width, heads)
        self.tgt_embed = nn.ModuleList([Words(rows, width), Positions(positions, width)])
        self.rm = RelationalMemory(width, heads).double()


class ReportDecoder(nn.Module):
    """memory [B,S,source] -> tokens. `rows` is the vocabulary with the special ids, and one more."""

    slots: Final[int] = SLOTS
    masked: Final[float] = MASKED

    def __init__(self, rows: int = 9842, source: int = 2048, width: int = WIDTH, heads: int = HEADS, positions: int = 5000):
        super().__init__()
        self.width, self.heads = width, heads
        self.att_embed = nn.Sequential(nn.Linear(source, width), nn.ReLU())
        self.model = Model(rows, width, heads, positions)
        self.logit = nn.Linear(width, rows)

    @torch.jit.export
    def prefill(self, memory: Tensor, mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        """shared: the source bias, then keys and values of each layer; state: M, then empty keys and values of each."""
        studies = memory.size(0)
        bias = (1.0 - mask[:, None, None, :].float()) * self.masked
        encoded = self.model.encoder(self.att_embed(memory), bias)
        shared = [bias]
        slots = torch.zeros(self.slots, self.width, device=memory.device, dtype=torch.float64)
        for i in range(self.slots):
            slots[i, i] = 1.0
        state = [slots.unsqueeze(0).repeat(studies, 1, 1)]
        for layer in self.model.decoder.layers:
            shared.append(layer.src_attn.key(encoded))
            shared.append(layer.src_attn.value(encoded))
            for _ in range(2):
                state.append(torch.zeros(studies, self.heads, 0, self.width // self.heads, device=memory.device))
        return shared, state

    @torch.jit.export
    def step(self, ids: Tensor, position: int, beam_of_study: Tensor, shared: List[Tensor],
             state: List[Tensor]) -> Tuple[Tensor, List[Tensor], Tensor]:
        x = self.embed(ids, position)
        slots = self.model.rm(state[0], x)
        grown = [slots]
        memory = slots.float().flatten(1).unsqueeze(1)
        x = x.unsqueeze(1)
        each = beams_a_study(beam_of_study, shared[0].size(0))
        attention = torch.zeros(ids.size(0), shared[0].size(3), device=x.device)
        for i, layer in enumerate(self.model.decoder.layers):
            x, keys, values, weights = layer(x, memory, state[1 + 2 * i], state[2 + 2 * i], shared[1 + 2 * i], shared[2 + 2 * i],
                                             shared[0], beam_of_study, each)
            grown.append(keys)
            grown.append(values)
            attention = attention + weights.mean(1)
        return self.logit(self.model.decoder.norm(x).squeeze(1)), grown, attention / len(self.model.decoder.layers)

    @torch.jit.export
    def embed(self, ids: Tensor, position: int) -> Tensor:
        return self.model.tgt_embed[0](ids) + self.model.tgt_embed[1].pe[0, position]
