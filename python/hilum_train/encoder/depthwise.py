"""Depthwise convolutions whose backward pass runs in float32.

oneDNN's bfloat16 backward kernels for depthwise convolutions are much slower than its float32 ones, so much that they rule the
whole training step.
"""

import torch
from torch.nn import functional as F


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, stride, padding):
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return F.conv2d(x, weight.to(x.dtype), None, stride, padding, 1, x.shape[1])

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        grad_x, grad_w, _ = torch.ops.aten.convolution_backward(
            grad.float().contiguous(memory_format=torch.channels_last), x.float(), weight.float(), None, ctx.stride,
            ctx.padding, (1, 1), False, (0, 0), x.shape[1], (True, True, False))
        return grad_x.to(x.dtype), grad_w, None, None


def quicken(net):
    """Makes every depthwise convolution of an EfficientNet use the fast backward pass while it trains."""
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d) and module.groups > 1:
            module.forward = _forward(module)


def _forward(module):
    original = module.forward

    def forward(x):
        if not (module.training and torch.is_autocast_enabled("cpu")):
            return original(x)
        x = module.static_padding(x)
        return _Depthwise.apply(x.to(torch.bfloat16), module.weight, module.stride, module.padding)
    return forward
