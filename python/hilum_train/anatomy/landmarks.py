"""The carina as the place where the airway's mask forks; src/anatomy/carina.cpp does the same."""

import numpy as np
from scipy import ndimage

# A fork counts when it stays open for this share of the airway's height below it.
DEPTH = 0.06


def largest(mask):
    """The mask's largest part, holes filled."""
    parts, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = ndimage.sum_labels(mask, parts, range(1, count + 1))
    return ndimage.binary_fill_holes(parts == 1 + int(np.argmax(sizes)))


def runs(row):
    """Start and end (exclusive) of each run of ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist()))


def carina(mask):
    """(x, y) in pixel indices of the top of the widest gap that opens downwards in the airway's mask, or None."""
    mask = largest(mask)
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows) == 0:
        return None
    need = max(2, round(DEPTH * (rows[-1] - rows[0] + 1)))
    lines = {y: runs(mask[y]) for y in range(rows[0], rows[-1] + 1)}
    best = None
    for y in range(rows[0] + 1, rows[-1] + 1):
        for (_, left), (right, _) in zip(lines[y], lines[y][1:]):
            if not mask[y - 1, left:right].all():
                continue
            depth, widest, a, b = 1, right - left, left, right
            while y + depth in lines:
                gaps = [(p, q) for (_, p), (q, _) in zip(lines[y + depth], lines[y + depth][1:]) if p < b and q > a]
                if not gaps:
                    break
                a, b = max(gaps, key=lambda g: min(g[1], b) - max(g[0], a))
                widest = max(widest, b - a)
                depth += 1
            if depth >= need and (best is None or widest > best[0]):
                best = (widest, (left + right - 1) / 2, y)
    return None if best is None else (best[1], float(best[2]))
