"""Runs the trained networks (or the frozen ImageNet one) over the cached films and stores what they say."""

import argparse
import time

import numpy as np
import torch

from hilum_train.data import split_files
from hilum_train.data.films import Films
from hilum_train.data.labels import LABELS
from hilum_train.encoder.encoder import CELLS, WIDTH, FindingModel, FindingReader, to_input


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--weights", nargs=2, metavar=("FIRST", "SECOND"),
                        help="checkpoints of train_encoder.py; without them one network with ImageNet weights")
    parser.add_argument("--out", required=True, help="npz with logits and global vectors")
    parser.add_argument("--patches", help="also store the grids (float16 .npy, about 125 KB a film)")
    parser.add_argument("--only", choices=["all", "siim+nih"], default="all", help="films to run")
    parser.add_argument("--siim-every", type=int, default=1, help="run one in so many of the `siim` training films")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--splits", default=str(split_files.FILMS))
    args = parser.parse_args()

    torch.set_num_threads(1)
    films = Films(args.cache, args.splits)
    model = FindingReader() if args.weights else FindingModel()
    if args.weights:
        model.take(*args.weights)
    model.eval().to(memory_format=torch.channels_last)
    rows = np.arange(len(films.info))
    if args.only == "siim+nih":
        rows = np.flatnonzero(np.isin(films.source, ("siim", "nih")))
    skipped = films.where("siim", "train")
    rows = np.setdiff1d(rows, skipped[np.arange(len(skipped)) % args.siim_every != 0])
    logits = np.full((len(films.info), len(LABELS)), np.nan, np.float32)
    pooled = np.zeros((len(films.info), model.classifier.probe.in_features), np.float16)
    patches = None
    if args.patches:
        patches = np.lib.format.open_memmap(args.patches, "w+", np.float16, (len(films.info), CELLS, WIDTH))
    began = time.time()
    for at in range(0, len(rows), args.batch):
        part = rows[at:at + args.batch]
        with torch.no_grad():
            with torch.autocast("cpu", torch.bfloat16):
                grid, whole = model.encoder(to_input(torch.from_numpy(films.images[part])))
            grid = grid.float()
            logits[part] = model.classifier(grid, whole).numpy()
        pooled[part] = whole.numpy()
        if patches is not None:
            patches[part] = grid.numpy()
        if at // args.batch % 50 == 0:
            print(f"{at + len(part)}/{len(rows)} {(at + len(part)) / (time.time() - began):.0f} films/s", flush=True)
    np.savez(args.out, logits=logits, pooled=pooled)


if __name__ == "__main__":
    main()
