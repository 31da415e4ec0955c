"""Writes films, targets and where they are known at one size, somewhat above the network's, once, for training."""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

import landmarks
import masks

SIZE = 256
# Spread of the bump that marks the carina, in pixels of SIZE.
SIGMA = 5.0


def resize(mask):
    """bool[H,W] -> uint8[SIZE,SIZE], 255 where the structure covers a pixel, less at its border."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.array(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def read_grey(path, size=SIZE):
    """The film as the program reads it: grey, stretched to a square."""
    return np.array(Image.open(path).convert("L").resize((size, size), Image.Resampling.BILINEAR))


def bump(point, shape):
    """uint8[SIZE,SIZE]: a bump around a point that is given in a picture of `shape`."""
    x, y = ((point[0] + 0.5) * SIZE / shape[1] - 0.5, (point[1] + 0.5) * SIZE / shape[0] - 0.5)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    return np.round(255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * SIGMA**2))).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    args = parser.parse_args()

    images, wanted, known, index = [], [], [], []
    for film in masks.load(args.data)[0]:
        made = masks.targets(film, args.data)
        if made is None:
            print(f'{film["key"]}: the lungs touch, left out')
            continue
        carina = landmarks.carina(made[0][masks.AIRWAY]) if made[1][masks.AIRWAY].all() else None
        empty = np.zeros((SIZE, SIZE), np.uint8)
        images.append(read_grey(film["path"]))
        wanted.append(np.stack([*map(resize, made[0]), bump(carina, made[0].shape[1:]) if carina else empty]))
        known.append(np.stack([*(resize(k) > 127 for k in made[1]), np.full((SIZE, SIZE), carina is not None)]))
        index.append({"key": film["key"], "patient": film["patient_key"], "kind": film["kind"], "source": film["source"],
                      "path": film["path"], "carina": carina})
    cache = Path(args.cache)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(cache / "images.npy", np.stack(images))
    np.save(cache / "targets.npy", np.stack(wanted))
    np.save(cache / "known.npy", np.stack(known))
    masks.save_json(cache / "index.json", index)
    print(f"{len(index)} films")


if __name__ == "__main__":
    main()
