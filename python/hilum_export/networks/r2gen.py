"""The memory-driven Transformer of R2Gen (Chen et al. 2020), as SEI and EVOKE use it, stepping with caches.

A step needs only the state: the relational memory and each layer's self-attention keys and values.
"""
import functools
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


def _dot_products(q: Tensor, k: Tensor) -> Tensor:
    """q [N,h,R,d] times k [N,h,S,d] -> [N,h,R,S], one product after the other, as MKL adds up small batched products."""
    parts = (q.unsqueeze(3) * k.unsqueeze(2)).unbind(4)
    sums = parts[0]
    for part in parts[1:]:
        sums = sums + part
    return sums


def _weighted_sum(weights: Tensor, values: Tensor) -> Tensor:
    """weights [N,h,R,S] times values [N,h,S,d] -> [N,h,R,d], likewise."""
    mixed = weights[..., 0:1] * values[:, :, 0:1]
    for i in range(1, values.size(2)):
        mixed = mixed + weights[..., i:i + 1] * values[:, :, i:i + 1]
    return mixed


def _tanh_candidates(x: Tensor) -> Tuple[Tensor, Tensor]:
    """The float nearest to tanh x and, where a tie is near, the one on its other side; elsewhere the same again."""
    exact = torch.tanh(x.double())
    nearest = exact.float()
    return nearest, (exact + 0.05 * (exact - nearest.double())).float()


@functools.cache
def _tanh_exceptions() -> Tensor:
    """The positive numbers, ascending, for which this PyTorch's tanh is not the nearest float but that beyond the tie."""
    first, last = (torch.tensor(x).view(torch.int32).item() for x in (2.0 ** -14, 9.5))  # outside, tanh x is x or 1
    found = []
    for begin in range(first, last, 1 << 22):
        x = torch.arange(begin, min(last, begin + (1 << 22)), dtype=torch.int32).view(torch.float32)
        nearest, other = _tanh_candidates(x)
        found.append(x[(other != nearest) & (torch.tanh(x) == other)])
    return torch.cat(found)


class Tanh(nn.Module):
    """tanh with the last bit of the PyTorch that exports, in whatever engine it runs: nearest float but for a list."""

    def __init__(self):
        super().__init__()
        self.register_buffer("exceptions", _tanh_exceptions(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        nearest, other = _tanh_candidates(x)
        close = torch.nonzero((other != nearest).flatten())[:, 0]
        if close.numel() == 0 or self.exceptions.numel() == 0:
            return nearest
        asked = x.flatten().index_select(0, close).abs()
        place = torch.bucketize(asked, self.exceptions).clamp(max=self.exceptions.numel() - 1)
        listed = self.exceptions.index_select(0, place) == asked
        close = close.index_select(0, torch.nonzero(listed)[:, 0])
        return nearest.flatten().index_copy(0, close, other.flatten().index_select(0, close)).view_as(x)


class RelationalMemory(nn.Module):
    """M [N,3,512] and a token x [N,512] -> the memory after that token.

    The memory feeds on itself for as long as the text goes on and, where a token repeats, magnifies rounding until two correct
    programs write different tokens. So every step here rounds as the published code does in PyTorch with MKL: its batched
    products one after the other, its tanh, and its products with weights, whose order hangs on the number of rows; Hilum's
    runtime has the same two orders. `single`: as in greedy search over two studies, where the token's product has two rows;
    otherwise as in beam search, where all have four or more.
    """

    rows: Final[int] = 4

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attn = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.W = nn.Linear(width, 2 * width)
        self.U = nn.Linear(width, 2 * width)
        self.tanh = Tanh()

    def forward(self, memory: Tensor, x: Tensor, single: bool) -> Tensor:
        beams = x.size(0)
        if beams < self.rows or beams % 2 == 1:
            padding = torch.arange(max(self.rows, beams + beams % 2), device=x.device).clamp(max=beams - 1)
            memory, x = memory.index_select(0, padding), x.index_select(0, padding)
        joined = torch.cat([memory, x.unsqueeze(1)], 1)
        weights = torch.softmax(_dot_products(self.attn.query(memory), self.attn.key(joined)), -1)
        a = memory + self.attn.output(_weighted_sum(weights, self.attn.value(joined)))
        b = a + self.mlp(a)
        written = torch.cat([self.W(pair) for pair in x.split(2)]) if single else self.W(x)
        take, keep = torch.sigmoid(written.unsqueeze(1) + self.U(self.tanh(memory))).chunk(2, 2)
        return (take * self.tanh(b) + keep * memory)[:beams]


class Model(nn.Module):
    def __init__(self, rows: int, width: int, heads: int, positions: int):
        super().__init__()
        self.encoder = Encoder(width, heads)
        self.decoder = Decoder(width, heads)
        self.tgt_embed = nn.ModuleList([Words(rows, width), Positions(positions, width)])
        self.rm = RelationalMemory(width, heads)


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
        """shared: the source bias, then keys and values of each layer; state: M twice (`remember`), then empty
        keys and values of each."""
        studies = memory.size(0)
        bias = (1.0 - mask[:, None, None, :].float()) * self.masked
        encoded = self.model.encoder(self.att_embed(memory), bias)
        shared = [bias]
        slots = torch.zeros(self.slots, self.width, device=memory.device)
        for i in range(self.slots):
            slots[i, i] = 1.0
        state = [slots.unsqueeze(0).repeat(studies, 1, 1), slots.unsqueeze(0).repeat(studies, 1, 1)]
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
        each = beams_a_study(beam_of_study, shared[0].size(0))
        several, slots = self.remember(state[0], state[1], x, position, each)
        grown = [several, slots]
        memory = slots.flatten(1).unsqueeze(1)
        x = x.unsqueeze(1)
        attention = torch.zeros(ids.size(0), shared[0].size(3), device=x.device)
        for i, layer in enumerate(self.model.decoder.layers):
            x, keys, values, weights = layer(x, memory, state[2 + 2 * i], state[3 + 2 * i], shared[1 + 2 * i], shared[2 + 2 * i],
                                             shared[0], beam_of_study, each)
            grown.append(keys)
            grown.append(values)
            attention = attention + weights.mean(1)
        return self.logit(self.model.decoder.norm(x).squeeze(1)), grown, attention / len(self.model.decoder.layers)

    def remember(self, several: Tensor, single: Tensor, x: Tensor, position: int, each: int) -> Tuple[Tensor, Tensor]:
        """The relational memory by both orders of adding up, the second the one to use. The first token comes alone in every
        search, and beam search goes on from the first order; it then keeps both the same, also where a single beam is left."""
        if position == 0:
            return self.model.rm(several, x, False), self.model.rm(single, x, True)
        if each == 1 and not torch.equal(several, single):
            return several, self.model.rm(single, x, True)
        several = self.model.rm(several, x, False)
        return several, several

    @torch.jit.export
    def embed(self, ids: Tensor, position: int) -> Tensor:
        return self.model.tgt_embed[0](ids) + self.model.tgt_embed[1].pe[0, position]
