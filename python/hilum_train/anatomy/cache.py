"""Writes films, targets of lungs and heart and where they are known at one size, somewhat above the network's, once."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from hilum_train.anatomy import masks

SIZE = 256
# Right lung, left lung, heart.
MAPS = 3


def resize(mask):
    """bool[H,W] -> uint8[SIZE,SIZE], 255 where the structure covers a pixel, less at its border."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.array(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def read_grey(path, size=SIZE):
    """The film as the program reads it: grey, stretched to a square."""
    return np.array(Image.open(path).convert("L").resize((size, size), Image.Resampling.BILINEAR))


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
        images.append(read_grey(film["path"]))
        wanted.append(np.stack([resize(w) for w in made[0][: MAPS]]))
        known.append(np.stack([resize(k) > 127 for k in made[1][: MAPS]]))
        index.append({"key": film["key"], "patient": film["patient_key"], "kind": film["kind"], "source": film["source"],
                      "path": film["path"]})
    cache = Path(args.cache)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(cache / "images.npy", np.stack(images))
    np.save(cache / "targets.npy", np.stack(wanted))
    np.save(cache / "known.npy", np.stack(known))
    masks.save_json(cache / "index.json", index)
    print(f"{len(index)} films")


if __name__ == "__main__":
    main()
