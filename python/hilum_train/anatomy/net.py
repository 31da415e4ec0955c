"""A network for maps: EfficientNet-Lite0 up to 1/32 of the size, a narrow decoder back to 1/2, one map a structure or point."""

import torch
from torch import nn
from torch.nn import functional as F

from hilum_train.encoder.encoder import backbone, to_input  # noqa: F401

# Height and width of the whole film as the first network sees it. Training draws it out of the larger cached films.
INPUT = 192
# Blocks of the encoder that keep their ImageNet weights (up to 1/8 of the size): half of the cost of a training step.
FROZEN = 5
# Last block of every level that the decoder reads, and its channels; the last is the deepest block that is kept.
LEVELS, CHANNELS = (0, 2, 4, 10, 12), (16, 24, 40, 112, 192)
WIDTHS = (24, 32, 48, 96)


class Up(nn.Module):
    """Doubles the size, joins the encoder's level and mixes."""

    def __init__(self, below, level, width):
        super().__init__()
        self.join = nn.Conv2d(below + level, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.mix = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x, level):
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        x = F.relu(self.norm1(self.join(torch.cat([x, level], dim=1))))
        return F.relu(self.norm2(self.mix(x)))


class Segmenter(nn.Module):
    """Normalised image f32[N,3,H,W] -> (logits [N,M,H/2,W/2], features [N,192], the deepest level's mean).

    `prior` has each map's log-odds at the start.
    """

    def __init__(self, prior, pretrained=True):
        super().__init__()
        self.net = backbone(pretrained)
        self.net._blocks = self.net._blocks[: LEVELS[-1] + 1]
        self.net._conv_head = self.net._bn1 = nn.Identity()
        below = CHANNELS[1:4] + (CHANNELS[4],)
        self.ups = nn.ModuleList(Up(WIDTHS[i + 1] if i < 3 else below[3], CHANNELS[i], WIDTHS[i]) for i in range(4))
        self.head = nn.Conv2d(WIDTHS[0], len(prior), 1)
        # Rare structures begin rare: without it hundreds of steps go into learning how much of a film they cover.
        self.head.bias.data = torch.tensor(prior)
        for module in self.frozen():
            module.requires_grad_(False)

    def frozen(self):
        """The encoder's first parts, which stay as they are."""
        return [self.net._conv_stem, self.net._bn0, *self.net._blocks[:FROZEN]]

    def train(self, mode=True):
        super().train(mode)
        for module in self.frozen():
            module.eval()
        return self

    def forward(self, image):
        net = self.net
        x = net._swish(net._bn0(net._conv_stem(image.contiguous(memory_format=torch.channels_last))))
        levels = []
        for i, block in enumerate(net._blocks):
            x = block(x)
            if i in LEVELS:
                levels.append(x)
        features = x.float().mean((2, 3))
        for i in (3, 2, 1, 0):
            x = self.ups[i](x, levels[i])
        return self.head(x), features


def enlarge(logits):
    """Logits at half size -> at full size."""
    return F.interpolate(logits.float(), scale_factor=2.0, mode="bilinear", align_corners=False)
