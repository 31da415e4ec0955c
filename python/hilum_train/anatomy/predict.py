"""A film through the two networks: masks and points in the film's own size, as the program makes them."""

import numpy as np
import torch
from torch.nn import functional as F

from hilum_train.anatomy import cascade, landmarks, masks
from hilum_train.anatomy.cache import read_grey

# The heart's tips come out short at one half.
THRESHOLDS = {"right_lung": 0.5, "left_lung": 0.5, "heart": 0.35, "airway": 0.5}
# A point's map counts when the chance that the point is near its summit is at least this high.
SUMMITS = {"carina": 0.1, "tube_tip": 0.1}
# Cells around a summit whose centre of gravity is the point.
REACH = 2


def load_net(make, path):
    """The averaged weights of a checkpoint, ready to run."""
    model = make(False).eval()
    model.load_state_dict(torch.load(path, weights_only=True)["average"])
    return model


def load(coarse, close):
    """Both networks out of their checkpoints, ready to run."""
    return cascade.Cascade(load_net(cascade.coarse_net, coarse), load_net(cascade.close_net, close)).eval()


@torch.no_grad()
def maps(model, path):
    """Log-odds f32[6,192,192] of a film."""
    image = cascade.to_input(torch.from_numpy(read_grey(path, cascade.FILM)).unsqueeze(0))
    return model(image)[0][0]


def structures(logits, shape):
    """bool[4,H,W] in the film's shape: of each structure the largest part, holes filled."""
    full = F.interpolate(logits[None, : len(masks.NAMES)], size=tuple(shape), mode="bilinear", align_corners=False)[0]
    return np.stack([landmarks.largest(torch.sigmoid(m).numpy() > THRESHOLDS[name]) for name, m in zip(masks.NAMES, full)])


def summit(logits, shape):
    """(x, y) of a map's summit in a film of `shape`, and the map's value there."""
    share = torch.sigmoid(logits).numpy()
    y, x = np.unravel_index(int(np.argmax(share)), share.shape)
    rows, columns = slice(max(0, y - REACH), y + REACH + 1), slice(max(0, x - REACH), x + REACH + 1)
    part = share[rows, columns]
    at_y, at_x = (np.arange(*s.indices(n)) for s, n in ((rows, share.shape[0]), (columns, share.shape[1])))
    centre = (part.sum(0) @ at_x / part.sum(), part.sum(1) @ at_y / part.sum())
    return (float((centre[0] + 0.5) * shape[1] / share.shape[1] - 0.5),
            float((centre[1] + 0.5) * shape[0] / share.shape[0] - 0.5)), float(share[y, x])


def carina(found, logits):
    """(x, y) of the summit of the carina's map where that is high enough, else where the airway's mask forks, or None."""
    point, height = summit(logits[len(masks.NAMES)], found.shape[1:])
    return point if height >= SUMMITS["carina"] else landmarks.carina(found[masks.AIRWAY])


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
