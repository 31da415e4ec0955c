"""Decodes every film once: `films.npy` (uint8, N x SIZE x SIZE, as the bundle's preprocessing makes it),
`boxes.npy` (uint8 opacity masks, 56 x 56) and `films.json` (keys, label values, box flags, in the same order)."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image

from hilum_train.data import labels, records
from hilum_train.encoder.encoder import SIZE

GRID = 56


def read_grey(path, size=SIZE):
    """A film as the bundle's only preprocessing step leaves it: grey, stretched with Pillow's bilinear filter."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L").resize((size, size), Image.Resampling.BILINEAR))


def draw_boxes(boxes):
    """Boxes in fractions as a 0/255 mask of GRID x GRID."""
    mask = np.zeros((GRID, GRID), np.uint8)
    for x0, y0, x1, y1 in boxes:
        mask[math.floor(y0 * GRID):math.ceil(y1 * GRID), math.floor(x0 * GRID):math.ceil(x1 * GRID)] = 255
    return mask


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--paediatric", action="store_true", help="the paediatric films, and them alone")
    args = parser.parse_args()
    cache = Path(args.cache)
    cache.mkdir(parents=True, exist_ok=True)

    films = records.load(args.data, records.PAEDIATRIC if args.paediatric else None)
    images = np.zeros((len(films), SIZE, SIZE), np.uint8)
    masks = np.zeros((len(films), GRID, GRID), np.uint8)
    index = []
    for i, film in enumerate(films):
        images[i] = read_grey(film["path"])
        boxes = labels.opacity_boxes(film)
        masks[i] = draw_boxes(boxes or [])
        values = [None if math.isnan(v) else v for v in labels.label_values(film)]
        index.append({"key": film["key"], "source": film["source"], "patient": records.patient_key(film),
                      "file": film["file"], "nih_patient": film["patient"] if film["source"] == "nih" else None,
                      "half": labels.in_pneumonia_half(film),
                      "view": labels.view_of(film), "values": values, "boxed": boxes is not None})
        if i % 500 == 0:
            print(f"{i}/{len(films)}", flush=True)
    np.save(cache / "films.npy", images)
    np.save(cache / "boxes.npy", masks)
    (cache / "films.json").write_text(json.dumps({"labels": labels.LABELS, "films": index}), encoding="utf-8")


if __name__ == "__main__":
    main()
