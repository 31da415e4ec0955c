"""RetinaNet (Lin et al. 2017) with a ResNet-50 to 152 trunk: boxes and class scores of five pyramid levels."""
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .resnet import stages

ANCHORS = 9
LEVELS = 5
RATIOS = (0.5, 1.0, 2.0)


def doubled(x: Tensor) -> Tensor:
    """Nearest neighbour to twice the size. (F.interpolate, scripted, names operators that LibTorch 1.13 does not know.)"""
    return x.repeat_interleave(2, 2).repeat_interleave(2, 3)


class Pyramid(nn.Module):
    """C3, C4, C5 -> P3..P7; the sums are handed down before their smoothing."""

    def __init__(self):
        super().__init__()
        for level, inputs in ((5, 2048), (4, 1024), (3, 512)):
            setattr(self, f"P{level}_1", nn.Conv2d(inputs, 256, 1))
            setattr(self, f"P{level}_2", nn.Conv2d(256, 256, 3, 1, 1))
        self.P6 = nn.Conv2d(2048, 256, 3, 2, 1)
        self.P7_2 = nn.Conv2d(256, 256, 3, 2, 1)

    def forward(self, c3: Tensor, c4: Tensor, c5: Tensor) -> List[Tensor]:
        p5 = self.P5_1(c5)
        p4 = self.P4_1(c4) + doubled(p5)
        p3 = self.P3_1(c3) + doubled(p4)
        p6 = self.P6(c5)
        return [self.P3_2(p3), self.P4_2(p4), self.P5_2(p5), p6, self.P7_2(torch.relu(p6))]


class Head(nn.Module):
    """Four convolutions and an output, shared by the levels -> [N, anchors of the level, values]."""

    def __init__(self, values: int):
        super().__init__()
        self.conv1 = nn.Conv2d(256, 256, 3, 1, 1)
        self.conv2 = nn.Conv2d(256, 256, 3, 1, 1)
        self.conv3 = nn.Conv2d(256, 256, 3, 1, 1)
        self.conv4 = nn.Conv2d(256, 256, 3, 1, 1)
        self.output = nn.Conv2d(256, ANCHORS * values, 3, 1, 1)
        self.values = values

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.conv2(torch.relu(self.conv1(x))))
        x = torch.relu(self.conv4(torch.relu(self.conv3(x))))
        return self.output(x).permute(0, 2, 3, 1).reshape(x.size(0), -1, self.values)


def anchors(side: int) -> Tensor:
    """All anchors of a square image as x0, y0, x1, y1, computed in double and rounded once."""
    boxes = []
    for level in range(LEVELS):
        stride = 2 ** (level + 3)
        cells = (side + stride - 1) // stride
        shapes = []
        for ratio in RATIOS:
            for scale in (0, 1, 2):
                area = (4 * stride * 2 ** (scale / 3)) ** 2
                width = (area / ratio) ** 0.5
                shapes.append([-width / 2, -width * ratio / 2, width / 2, width * ratio / 2])
        shape = torch.tensor(shapes, dtype=torch.float64)
        centre = (torch.arange(cells, dtype=torch.float64) + 0.5) * stride
        y, x = torch.meshgrid(centre, centre, indexing="ij")
        shift = torch.stack([x, y, x, y], -1).reshape(-1, 1, 4)
        boxes.append((shift + shape).reshape(-1, 4))
    return torch.cat(boxes).float()


class RetinaNet(nn.Module):
    """image [N,3,side,side] in 0..1 -> clipped boxes [N,A,4] in pixels and scores [N,A,classes]."""

    def __init__(self, blocks, classes: int, side: int):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1, self.layer2, self.layer3, self.layer4 = stages(blocks)
        self.fpn = Pyramid()
        self.regressionModel = Head(4)
        self.classificationModel = Head(classes)
        self.side = side
        self.register_buffer("anchors", anchors(side), persistent=False)

    @torch.jit.export
    def pyramid(self, image: Tensor) -> List[Tensor]:
        x = F.max_pool2d(torch.relu(self.bn1(self.conv1(image))), 3, 2, 1)
        c3 = self.layer2(self.layer1(x))
        c4 = self.layer3(c3)
        return self.fpn(c3, c4, self.layer4(c4))

    @torch.jit.export
    def decode(self, deltas: Tensor) -> Tensor:
        """Box deltas to boxes, not yet clipped."""
        size = self.anchors[:, 2:] - self.anchors[:, :2]
        centre = self.anchors[:, :2] + 0.5 * size
        centre = centre + deltas[:, :, :2] * 0.1 * size
        size = size * torch.exp(deltas[:, :, 2:] * 0.2)
        return torch.cat([centre - 0.5 * size, centre + 0.5 * size], 2)

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        levels = self.pyramid(image)
        deltas = torch.cat([self.regressionModel(level) for level in levels], 1)
        scores = torch.cat([torch.sigmoid(self.classificationModel(level)) for level in levels], 1)
        boxes = self.decode(deltas)
        # The low corner is held at 0 only, the high corner at the side only: as trained.
        return torch.cat([boxes[:, :, :2].clamp(min=0.0), boxes[:, :, 2:].clamp(max=float(self.side))], 2), scores
