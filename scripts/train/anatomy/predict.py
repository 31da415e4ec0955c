"""A film through the segmenter: masks, probability maps and the carina in the film's own size, as the program makes them."""

import numpy as np
import torch
from torch.nn import functional as F

import landmarks
import masks
from cache import read_grey
from net import INPUT, Segmenter, to_input

THRESHOLD = 0.5
# A carina without a fork is taken from its map when the map's summit is at least this high.
SUMMIT = 0.3


def load(path):
    """The averaged weights of a checkpoint, ready to run."""
    model = Segmenter(pretrained=False).eval()
    model.load_state_dict(torch.load(path, weights_only=True)["average"])
    return model


@torch.no_grad()
def maps(model, path, shape):
    """Probabilities f32[5,H,W] in the film's own shape."""
    logits, _ = model(to_input(torch.from_numpy(read_grey(path, INPUT)).unsqueeze(0)))
    return torch.sigmoid(F.interpolate(logits, size=tuple(shape), mode="bilinear", align_corners=False))[0].numpy()


def structures(probabilities):
    """bool[4,H,W]: of each structure the largest part, holes filled."""
    return np.stack([landmarks.largest(p > THRESHOLD) for p in probabilities[: len(masks.NAMES)]])


def summit(probabilities):
    """(x, y) of the carina map's summit and its height."""
    y, x = np.unravel_index(int(np.argmax(probabilities[4])), probabilities[4].shape)
    return (float(x), float(y)), float(probabilities[4, y, x])


def carina(found, probabilities):
    """(x, y) where the airway's mask forks, else the summit of the carina's map, else None."""
    fork = landmarks.carina(found[masks.AIRWAY])
    if fork is not None:
        return fork
    point, height = summit(probabilities)
    return point if height >= SUMMIT else None


def heart_ratio(found):
    """Extent of the heart over the widest row of the lungs, as the program measures it; NaN without one of them."""
    right, left, heart = found[masks.RIGHT], found[masks.LEFT], found[masks.HEART]
    columns = np.flatnonzero(heart.any(axis=0))
    rows = np.flatnonzero(right.any(axis=1) & left.any(axis=1))
    if len(columns) == 0 or len(rows) == 0:
        return float("nan")
    lungs = right | left
    widths = [np.flatnonzero(lungs[y]) for y in rows]
    return (columns[-1] - columns[0] + 1) / max(int(w[-1] - w[0] + 1) for w in widths)
