"""Cross-attention of beams over the memory of their study, whose keys and values are held once a study."""
from typing import Tuple

import torch
from torch import Tensor


def beams_a_study(beam_of_study: Tensor, studies: int) -> int:
    """How many beams each study has if they lie study by study, equally many each; else 0."""
    beams = beam_of_study.size(0)
    each = beams // studies
    if each * studies != beams:
        return 0
    regular = torch.arange(studies, device=beam_of_study.device).repeat_interleave(each)
    return each if torch.equal(beam_of_study, regular) else 0


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor, beam_of_study: Tensor, each: int) -> Tuple[Tensor, Tensor]:
    """q [N,h,1,d] over k, v [B,h,S,d] with bias [B,1,1,S] -> mixed [N,h,1,d], weights [N,h,S].

    With `each` beams a study the keys are used in place; an irregular batch gathers them.
    """
    beams, heads, _, width = q.shape
    if each > 0:
        studies = k.size(0)
        grouped = q.view(studies, each, heads, width).transpose(1, 2)
        weights = torch.softmax(torch.matmul(grouped, k.transpose(-1, -2)) + bias, -1)
        mixed = torch.matmul(weights, v).transpose(1, 2).reshape(beams, heads, 1, width)
        return mixed, weights.transpose(1, 2).reshape(beams, heads, -1)
    scores = torch.matmul(q, k.index_select(0, beam_of_study).transpose(-1, -2)) + bias.index_select(0, beam_of_study)
    weights = torch.softmax(scores, -1)
    return torch.matmul(weights, v.index_select(0, beam_of_study)), weights[:, :, 0]
