"""Draws the self-test's synthetic pictures: no real film, the same bytes every time."""

import numpy as np
from PIL import Image


def draw(with_patch, height=384, width=352):
    """A grey picture with two dark lung fields, a bright middle, shoulders and ribs; `with_patch` adds bright blots."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    y, x = y / height, x / width

    def ellipse(cx, cy, rx, ry, softness=0.5):
        r = np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
        return np.clip((1 - r) / softness, 0, 1)
    grey = 190 - 20 * y
    grey -= 120 * ellipse(0.29, 0.47, 0.2, 0.4)
    grey -= 120 * ellipse(0.71, 0.47, 0.2, 0.4)
    grey += 50 * ellipse(0.56, 0.62, 0.17, 0.2)
    grey += 25 * np.exp(-((x - 0.5) / 0.06) ** 2)
    grey *= 1 - 0.75 * ellipse(0.02, 0.05, 0.25, 0.22, 0.6)
    grey *= 1 - 0.75 * ellipse(0.98, 0.05, 0.25, 0.22, 0.6)
    grey += 12 * np.maximum(0, np.sin((y + 0.35 * np.abs(x - 0.5)) * 48))
    if with_patch:
        grey += 80 * ellipse(0.30, 0.66, 0.12, 0.13, 0.6)
        grey += 70 * ellipse(0.72, 0.62, 0.12, 0.15, 0.6)
    return Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8))
