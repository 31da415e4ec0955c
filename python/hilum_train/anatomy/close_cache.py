"""Writes the films with airway masks, their airways, close-ups' places, carinas and tube tips, once, for training the close-up."""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from hilum_train.anatomy import cascade, landmarks, masks, predict, tube_places
from hilum_train.anatomy.cache import read_grey


def in_units(point, shape):
    """Pixel indices -> shares of the film's width and height; NaN for no point."""
    return (float("nan"),) * 2 if point is None else ((point[0] + 0.5) / shape[1], (point[1] + 0.5) / shape[0])


def tip_of(tube):
    """(x, y) of the lowest end of a tube's mask."""
    mask = landmarks.largest(tube)
    rows = np.flatnonzero(mask.any(axis=1))
    return (float(np.flatnonzero(mask[rows[-2:]].any(axis=0)).mean()), float(rows[-1])) if len(rows) else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--coarse", required=True, help="checkpoint that has seen none of these films")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    torch.set_num_threads(1)
    model = cascade.Cascade(predict.load_net(cascade.coarse_net, args.coarse), None)
    films, airways, boxes, points, aspects, patients, real, without = [], [], [], [], [], [], [], []
    for film in masks.load(args.data)[0]:
        if film["kind"] != "organs" or "airways" not in film["organ_masks"]:
            continue
        airway = masks.targets(film, args.data)[0][masks.AIRWAY]
        tube = film["organ_masks"].get("endotracheal_tube")
        tip = tip_of(masks.read(Path(args.data) / "xrays" / tube) > 127) if tube else None
        films.append(read_grey(film["path"], cascade.FILM))
        airways.append(np.array(Image.fromarray(airway.astype(np.uint8) * 255).resize((cascade.FILM,) * 2,
                                                                                   Image.Resampling.BILINEAR)))
        with torch.no_grad():
            boxes.append(model.place(cascade.to_input(torch.from_numpy(films[-1]).unsqueeze(0)))[2][0].numpy())
        points.append([in_units(landmarks.carina(airway), airway.shape), in_units(tip, airway.shape)])
        aspects.append(airway.shape[1] / airway.shape[0])
        patients.append(film["patient_key"])
        real.append(tube is not None)
        without.append(tube is None and "tubings" not in film["organ_masks"])
    np.savez(args.out, films=np.stack(films), airways=np.stack(airways), boxes=np.stack(boxes), points=np.array(points, np.float32),
             aspects=np.array(aspects, np.float32), patients=np.array(patients), tubes=np.array(real), without=np.array(without),
             tips=tube_places.read(args.data))
    print(f"{len(films)} films, {int(np.isfinite(np.array(points)[:, 0, 0]).sum())} carinas, {sum(real)} tubes")


if __name__ == "__main__":
    main()
