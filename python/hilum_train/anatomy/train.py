"""Trains the network of the whole film: lungs and heart. Resumes from its checkpoint.

--stage base: films with heart and lung masks. --stage organs: goes on from --start with the films of the radiologists' organ
masks (but those of --fold) and as many of the others.
"""

import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from hilum_train import training
from hilum_train.anatomy.cascade import coarse_net
from hilum_train.anatomy.net import INPUT, enlarge
from hilum_train.data import augment
from hilum_train.encoder import depthwise
from hilum_train.encoder.encoder import to_input


def random_change(images, targets, known, generator):
    """The same random rotation, stretch and shift for films and targets; random grey levels for the films."""
    count = len(images)
    theta = augment.random_affine(count, generator, degrees=10, scale=0.18, shift=0.075, mirror=False)
    grid = F.affine_grid(theta, (count, 1, INPUT, INPUT), align_corners=False)
    stack = torch.cat([images.unsqueeze(1), targets], dim=1).float()
    stack = F.grid_sample(stack, grid, align_corners=False)
    # Outside the film there is nothing, which is known.
    unknown = F.grid_sample(1.0 - known.float(), grid, mode="nearest", align_corners=False)
    grey = augment.random_grey(stack[:, 0], generator, gamma=0.45, gain=0.2, lift=25, noise=4.0)
    return grey, stack[:, 1:] / 255.0, 1.0 - unknown


def loss_of(logits, targets, known):
    """Cross-entropy and overlap of every structure where it is known."""
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none") * known
    entropy = entropy.sum() / known.sum().clamp(min=1)
    shares, targets = torch.sigmoid(logits) * known, targets * known
    both, all_ = (shares * targets).sum((2, 3)), (shares + targets).sum((2, 3))
    whole = (known.mean((2, 3)) > 0.98).float()
    overlap = (1 - (2 * both + 50) / (all_ + 50)) * whole
    return entropy + overlap.sum() / whole.sum().clamp(min=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--stage", choices=("base", "organs"), required=True)
    parser.add_argument("--start", help="checkpoint to go on from")
    parser.add_argument("--fold", type=int, default=-1, help="fold of patients to leave out (organs); -1: none")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=4e-3, help="of the decoder; the encoder takes a quarter")
    parser.add_argument("--decay", type=float, default=0.98)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--limit", type=int, default=0, help="films an epoch, for a dry run")
    parser.add_argument("--random-start", action="store_true", help="no ImageNet weights (dry run)")
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    cache, split = Path(args.cache), json.loads(Path(args.splits).read_text(encoding="utf-8"))
    images, targets, known = (np.load(cache / f"{name}.npy", mmap_mode="r") for name in ("images", "targets", "known"))
    index = json.loads((cache / "index.json").read_text(encoding="utf-8"))
    train = set(split["train"])
    others = np.array([i for i, f in enumerate(index) if f["key"] in train])
    organs = np.array([i for i, f in enumerate(index) if f["patient"] in split["folds"]
                       and split["folds"][f["patient"]] != args.fold])
    generator = torch.Generator().manual_seed(args.seed)

    model = coarse_net(not args.random_start and not args.start).to(memory_format=torch.channels_last)
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True)["average"])
    shadow = copy.deepcopy(model).eval().requires_grad_(False)
    depthwise.quicken(model)
    optimizer, peaks = training.two_rates(model, args.lr)
    first = training.resume(args.out, model, shadow, optimizer)

    for epoch in range(first, args.epochs):
        model.train()
        rng = np.random.default_rng([args.seed, epoch])
        order = rng.permutation(others)
        if args.stage == "organs":
            order = rng.permutation(np.concatenate([organs, order[: len(organs)]]))
        order = order[: args.limit or None]
        order = order[: max(2, len(order) - len(order) % args.batch)]
        steps = math.ceil(len(order) / args.batch)
        began, running = time.time(), 0.0
        for step in range(steps):
            rows = np.sort(order[step * args.batch:(step + 1) * args.batch])
            done = epoch * steps + step
            training.set_rate(optimizer, peaks, done, steps * args.epochs, 30)
            grey, wanted, where = random_change(*(torch.from_numpy(a[rows]) for a in (images, targets, known)), generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits, _ = model(to_input(grey))
            loss = loss_of(enlarge(logits), wanted, where)
            training.descend(loss, model, optimizer)
            training.average(shadow, model, min(args.decay, (2 + done) / (10 + done)))
            running += loss.item()
        training.save(args.out, model, shadow, optimizer, epoch + 1, args.epochs,
                      {"loss": round(running / steps, 5), "films": len(order), "seconds": round(time.time() - began, 1),
                       "cpu": round(time.process_time(), 1), "args": vars(args)})


if __name__ == "__main__":
    main()
