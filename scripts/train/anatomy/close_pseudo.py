"""Writes films without airway masks, marked by a trained close-up network, in the form of close_cache.py: to train another on.

Films are taken where the network is sure of the carina and its mask forks near it.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import cascade
import landmarks
import masks
import predict
from cache import read_grey
from close_cache import in_units

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from labels import label_values, LABELS  # noqa: E402

# Least chance of the carina's place, and the most that the fork may lie off it, as a share of the film.
SURE, NEAR = 0.6, 0.03


def candidates(data, count, seed):
    """`count` films of each source: frontal chest films, none of a patient with organ masks, open or kept back."""
    every = masks.records.load(data)
    masked = {masks.records.patient_key(f) for f in every if f.get("masks_held") or f.get("organ_masks")}
    chosen, counts = [], {}
    for film in sorted(every, key=lambda f: masks.records.hashed(f["key"], seed)):
        values = dict(zip(LABELS, label_values(film)))
        film["patient_key"] = masks.records.patient_key(film)
        if film["patient_key"] in masked or values["View Lateral"] == 1 or values["Not Chest"] == 1:
            continue
        counts[film["source"]] = counts.get(film["source"], 0) + 1
        if counts[film["source"]] <= count:
            chosen.append(film)
    return chosen


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--coarse", required=True)
    parser.add_argument("--close", required=True, help="checkpoint of the network that marks")
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=50, help="films of a source at most")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    torch.set_num_threads(1)
    model = predict.load(args.coarse, args.close)
    films, airways, boxes, points, patients = [], [], [], [], []
    chosen = candidates(args.data, args.count, args.seed)
    for film in chosen:
        grey = read_grey(film["path"], cascade.FILM)
        image = cascade.to_input(torch.from_numpy(grey).unsqueeze(0))
        box = model.place(image)[2]
        logits = model.look(image, box)[0]
        carina, sure = predict.summit(logits[1], grey.shape)
        share = torch.sigmoid(F.interpolate(logits[None, :1], size=grey.shape, mode="bilinear", align_corners=False))[0, 0].numpy()
        fork = landmarks.carina(share > predict.THRESHOLDS["airway"])
        if sure < SURE or fork is None or np.hypot(fork[0] - carina[0], fork[1] - carina[1]) > NEAR * cascade.FILM:
            continue
        films.append(grey)
        airways.append(np.round(255 * share).astype(np.uint8))
        boxes.append(box[0].numpy())
        points.append([in_units(carina, grey.shape), in_units(None, grey.shape)])
        patients.append(film["patient_key"])
    np.savez(args.out, films=np.stack(films), airways=np.stack(airways), boxes=np.stack(boxes), points=np.array(points, np.float32),
             patients=np.array(patients), tubes=np.zeros(len(films), bool))
    print(f"{len(films)} of {len(chosen)} films")


if __name__ == "__main__":
    main()
