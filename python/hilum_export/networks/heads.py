"""Projection heads: two layers with batch normalisation between, for one vector or for a sequence."""
import torch.nn.functional as F
from torch import Tensor, nn


class VectorHead(nn.Module):
    """Linear, BatchNorm, ReLU, Linear, BatchNorm without affine: [N,in] -> [N,out]."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.head = nn.Sequential(nn.Linear(inputs, inputs), nn.BatchNorm1d(inputs), nn.ReLU(),
                                  nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs, affine=False))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(x)


class SequenceHead(nn.Module):
    """The same with 1x1 convolutions, for [N,L,in]; `last_norm` as in VectorHead, `hidden` the width between."""

    def __init__(self, inputs: int, hidden: int, outputs: int, last_norm: bool = True):
        super().__init__()
        layers = [nn.Conv1d(inputs, hidden, 1), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Conv1d(hidden, outputs, 1)]
        if last_norm:
            layers.append(nn.BatchNorm1d(outputs, affine=False))
        self.head = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(x.transpose(1, 2)).transpose(1, 2)


def unit(x: Tensor) -> Tensor:
    """To length 1 along the last axis."""
    return F.normalize(x, dim=-1, eps=1e-12)
