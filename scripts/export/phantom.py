"""Draws the self-test's synthetic pictures: no real film, the same bytes every time."""

import numpy as np
from PIL import Image


def draw(with_patch, height=384, width=352):
    """A grey picture with two dark lung fields, a bright middle and ribs; `with_patch` adds a bright blot."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    y, x = y / height, x / width

    def ellipse(cx, cy, rx, ry, softness=0.25):
        r = np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
        return np.clip((1 - r) / softness, 0, 1)
    grey = 40 + 140 * ellipse(0.5, 0.6, 0.52, 0.62)
    grey -= 95 * ellipse(0.29, 0.47, 0.17, 0.34)
    grey -= 95 * ellipse(0.71, 0.47, 0.17, 0.34)
    grey += 60 * ellipse(0.55, 0.62, 0.16, 0.18)
    grey += 30 * np.exp(-((x - 0.5) / 0.05) ** 2)
    grey += 10 * np.maximum(0, np.sin((y + 0.35 * np.abs(x - 0.5)) * 48)) * ellipse(0.5, 0.45, 0.45, 0.4)
    if with_patch:
        grey += 85 * ellipse(0.30, 0.66, 0.12, 0.13, 0.6)
        grey += 70 * ellipse(0.72, 0.62, 0.12, 0.15, 0.6)
    return Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8), mode="L")
