"""DistilGPT2 with cross-attention (Radford et al. 2019), stepping with caches."""
import math
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .bert import key_bias
from .shared_memory import attend, beams_a_study


class Transposed(nn.Module):
    """A linear map whose weight is stored (in, out)."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return torch.matmul(x, self.weight) + self.bias


def _heads(x: Tensor, heads: int) -> Tensor:
    return x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2)


def _merged(x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape(x.size(0), x.size(2), -1)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = math.sqrt(width // heads)
        self.c_attn = Transposed(width, 3 * width)
        self.c_proj = Transposed(width, width)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        q, k, v = self.c_attn(x).chunk(3, 2)
        keys = torch.cat([keys, _heads(k, self.heads)], 2)
        values = torch.cat([values, _heads(v, self.heads)], 2)
        scores = torch.matmul(_heads(q, self.heads), keys.transpose(-1, -2)) / self.scale
        return self.c_proj(_merged(torch.matmul(torch.softmax(scores, -1), values))), keys, values


class CrossAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = math.sqrt(width // heads)
        self.c_attn = Transposed(width, 2 * width)
        self.q_attn = Transposed(width, width)
        self.c_proj = Transposed(width, width)

    def memory(self, encoded: Tensor) -> Tuple[Tensor, Tensor]:
        k, v = self.c_attn(encoded).chunk(2, 2)
        return _heads(k, self.heads).contiguous(), _heads(v, self.heads).contiguous()

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, bias: Tensor, beam_of_study: Tensor,
                each: int) -> Tuple[Tensor, Tensor]:
        q = _heads(self.q_attn(x), self.heads) / self.scale
        mixed, weights = attend(q, keys, values, bias, beam_of_study, each)
        return self.c_proj(_merged(mixed)), weights


class Mlp(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.c_fc = Transposed(width, 4 * width)
        self.c_proj = Transposed(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.c_fc(x)  # GELU in its tanh form
        return self.c_proj(0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x))))


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=1e-5)
        self.attn = SelfAttention(width, heads)
        self.ln_2 = nn.LayerNorm(width, eps=1e-5)
        self.crossattention = CrossAttention(width, heads)
        self.ln_cross_attn = nn.LayerNorm(width, eps=1e-5)
        self.mlp = Mlp(width)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, source_keys: Tensor, source_values: Tensor, bias: Tensor,
                beam_of_study: Tensor, each: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        mixed, keys, values = self.attn(self.ln_1(x), keys, values)
        x = x + mixed
        mixed, weights = self.crossattention(self.ln_cross_attn(x), source_keys, source_values, bias, beam_of_study, each)
        x = x + mixed
        return x + self.mlp(self.ln_2(x)), keys, values, weights


class Transformer(nn.Module):
    def __init__(self, vocabulary: int, layers: int, width: int, heads: int, positions: int):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(positions, width)
        self.h = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(width, eps=1e-5)


class ReportDecoder(nn.Module):
    """memory [B,S,width] -> tokens; the output map is the embedding table."""

    def __init__(self, vocabulary: int, layers: int = 6, width: int = 768, heads: int = 12, positions: int = 1024):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.transformer = Transformer(vocabulary, layers, width, heads, positions)

    @torch.jit.export
    def prefill(self, memory: Tensor, mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        """shared: the source bias, then keys and values of each layer; state: empty keys and values of each layer."""
        shared = [key_bias(mask)]
        state: List[Tensor] = []
        for block in self.transformer.h:
            keys, values = block.crossattention.memory(memory)
            shared.append(keys)
            shared.append(values)
            for _ in range(2):
                state.append(torch.zeros(memory.size(0), self.heads, 0, self.size, device=memory.device))
        return shared, state

    @torch.jit.export
    def step(self, ids: Tensor, position: int, beam_of_study: Tensor, shared: List[Tensor],
             state: List[Tensor]) -> Tuple[Tensor, List[Tensor], Tensor]:
        x = (self.transformer.wte(ids) + self.transformer.wpe.weight[position]).unsqueeze(1)
        each = beams_a_study(beam_of_study, shared[0].size(0))
        attention = torch.zeros(ids.size(0), shared[0].size(3), device=x.device)
        grown: List[Tensor] = []
        for i, block in enumerate(self.transformer.h):
            x, keys, values, weights = block(x, state[2 * i], state[2 * i + 1], shared[1 + 2 * i], shared[2 + 2 * i], shared[0],
                                             beam_of_study, each)
            grown.append(keys)
            grown.append(values)
            attention = attention + weights.mean(1)
        hidden = self.transformer.ln_f(x).squeeze(1)
        return F.linear(hidden, self.transformer.wte.weight), grown, attention / len(self.transformer.h)
