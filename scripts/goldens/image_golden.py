#!/usr/bin/env python3
"""Writes the small pictures in tests/unit/io/golden: synthetic inputs and what Pillow makes of them."""
import pathlib
import sys

import numpy as np
from PIL import Image

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "tests/unit/io/golden")


def synthetic(height, width):
    """A gradient with stripes and noise: smooth parts, edges and extremes."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(7).integers(-40, 41, (height, width))
    stripes = np.where((x // 5 + y // 9) % 3 == 0, 90, 0)
    return np.clip(x * 200 // width + y * 50 // height + stripes + noise, 0, 255).astype(np.uint8)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    source = Image.fromarray(synthetic(67, 101))
    source.save(FOLDER / "source.png")
    for name, filter_ in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC)):
        for width, height in ((24, 24), (101, 30), (13, 67), (150, 90), (40, 100), (1, 1)):
            source.resize((width, height), filter_).save(FOLDER / f"{name}_{width}x{height}.png")
    small = synthetic(24, 40)
    colour = np.stack([small, small[::-1], small[:, ::-1]], axis=2)
    Image.fromarray(colour).save(FOLDER / "rgb.png")
    Image.fromarray(colour).convert("L").save(FOLDER / "rgb_as_grey.png")
    Image.fromarray(np.dstack([colour, small])).save(FOLDER / "rgba.png")
    Image.fromarray(colour).quantize(16).save(FOLDER / "palette.png")
    Image.fromarray(colour).quantize(16).convert("L").save(FOLDER / "palette_as_grey.png")
    Image.fromarray(small).save(FOLDER / "grey.jpg", quality=90)
    Image.open(FOLDER / "grey.jpg").save(FOLDER / "grey_jpg.png")
    Image.fromarray(colour).save(FOLDER / "rgb.jpg", quality=90)
    Image.open(FOLDER / "rgb.jpg").convert("L").save(FOLDER / "rgb_jpg_as_grey.png")
    Image.fromarray(small.astype(np.uint16) * 16 + 3).save(FOLDER / "twelve_bit.jp2", irreversible=False)
    jp2 = (FOLDER / "twelve_bit.jp2").read_bytes()
    (FOLDER / "twelve_bit.j2k").write_bytes(jp2[jp2.index(b"\xff\x4f\xff\x51"):])
    (FOLDER / "twelve_bit.jp2").unlink()
    Image.fromarray(small).save(FOLDER / "small.png")


if __name__ == "__main__":
    main()
