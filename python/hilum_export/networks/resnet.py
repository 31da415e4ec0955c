"""ResNet trunk with bottleneck blocks (He et al. 2016; the stride on the 3x3 convolution)."""
import torch
from torch import Tensor, nn


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, width: int, stride: int):
        super().__init__()
        outputs = 4 * width
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = nn.Identity() if inputs == outputs and stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def stages(blocks) -> list:
    """The four stages of a ResNet with so many blocks each: (3, 4, 23, 3) is ResNet-101."""
    out, inputs = [], 64
    for stage, count in enumerate(blocks):
        width = 64 * 2 ** stage
        layer = []
        for i in range(count):
            layer.append(Bottleneck(inputs, width, 2 if i == 0 and stage > 0 else 1))
            inputs = 4 * width
        out.append(nn.Sequential(*layer))
    return out


def stem() -> list:
    return [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]


class Backbone(nn.Module):
    """ResNet-101: image [N,3,H,W] -> patches [N,P,2048] row by row, pooled [N,2048]."""

    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(*stem(), *stages((3, 4, 23, 3)))

    def forward(self, image: Tensor):
        grid = self.model(image)
        patches = grid.flatten(2).transpose(1, 2)
        return patches, patches.mean(1)
