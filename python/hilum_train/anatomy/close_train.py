"""Trains the close-up's network: the airway's mask and, as maps over places, the carina and a tube's tip. Resumes.

Tubes are drawn into the films (tubes.py); a film with a real tube keeps it and counts with its tip. Where there is none, the
tip may be anywhere: its map is to be flat, so that no place looks likely.
"""

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from hilum_train import training
from hilum_train.anatomy import cascade, tubes
from hilum_train.anatomy.net import enlarge
from hilum_train.data import augment
from hilum_train.encoder import depthwise

# Spread of a point's target, in cells of the map (two pixels each).
SPREAD = 1.5


def random_places(boxes, generator):
    """Matrices [N,2,3] of close-ups that lie about where they should: turned, stretched and shifted at random."""
    count = len(boxes)
    change = augment.random_affine(count, generator, degrees=10, scale=0.2, shift=0.07, mirror=False)
    # Turning is in pixels, which are no squares in units of the close-up's sides.
    aspect = cascade.ROWS / cascade.COLUMNS
    change[:, 0, 1] *= aspect
    change[:, 1, 0] /= aspect
    place = cascade.places(boxes)
    theta = place[:, :, :2] @ change
    theta[:, :, 2] += place[:, :, 2]
    return theta


def in_close_up(points, theta):
    """Points [N,P,2] in units of the film -> in cells of the maps."""
    inverse = torch.linalg.inv(theta[:, :, :2])
    at = (inverse.unsqueeze(1) @ (2 * points - 1 - theta[:, None, :, 2]).unsqueeze(3)).squeeze(3)
    return (at + 1) / 2 * torch.tensor([cascade.COLUMNS / 2, cascade.ROWS / 2]) - 0.5


def bumps(at):
    """Cells [N,P,2] -> targets [N,P,h,w] that sum to 1, and whether the point is inside [N,P]."""
    h, w = cascade.ROWS // 2, cascade.COLUMNS // 2
    inside = torch.isfinite(at).all(2) & (at > 0).all(2) & (at[..., 0] < w - 1) & (at[..., 1] < h - 1)
    at = torch.where(inside.unsqueeze(2), at, torch.zeros_like(at))
    across = torch.exp(-((torch.arange(w) - at[..., :1]) ** 2) / (2 * SPREAD**2))
    down = torch.exp(-((torch.arange(h) - at[..., 1:]) ** 2) / (2 * SPREAD**2))
    bump = down.unsqueeze(3) * across.unsqueeze(2)
    return bump / bump.sum((2, 3), keepdim=True), inside


def loss_of(logits, airway, bump, inside):
    """Cross-entropy and overlap of the airway, cross-entropy of each point over all places."""
    found = enlarge(logits[:, :1])[:, 0]
    entropy = F.binary_cross_entropy_with_logits(found, airway)
    share = torch.sigmoid(found)
    overlap = 1 - (2 * (share * airway).sum((1, 2)) + 50) / ((share + airway).sum((1, 2)) + 50)
    places = torch.log_softmax(logits[:, 1:].float().flatten(2), dim=2)
    missed = -(bump.flatten(2) * places).sum(2) * inside
    return entropy + overlap.mean() + 0.15 * missed.sum() / len(airway)


def batch(data, rows, rng, generator):
    """Close-ups f32[N,3,..] with airways, point targets and which of them count."""
    films, points, without = [], data["points"][rows].copy(), data["without"][rows].copy()
    for k, i in enumerate(rows):
        if data["tubes"][i] or not np.isfinite(data["points"][i, 0]).all():
            films.append(data["films"][i].astype(np.float32))
            continue
        size = data["films"][i].shape
        carina = data["points"][i, 0] * size[::-1] - 0.5
        # Squeezed into a square, a wide film's millimetre is taller than it is wide.
        places = data["tips"] * np.array([size[1], size[0] * data["aspects"][i]])
        film, tip = tubes.dress(data["films"][i], data["airways"][i] > 127, carina, places, rng)
        films.append(film)
        if tip is not None:
            points[k, 1], without[k] = (np.array(tip) + 0.5) / size[::-1], False
    stack = torch.stack([torch.from_numpy(np.stack(films)), torch.from_numpy(data["airways"][rows]).float()], dim=1)
    theta = random_places(torch.from_numpy(data["boxes"][rows]), generator)
    stack = cascade.cut(stack, theta)
    grey = augment.random_grey(stack[:, 0], generator, gamma=0.5, gain=0.25, lift=30, noise=5.0)
    bump, inside = bumps(in_close_up(torch.from_numpy(points), theta))
    bump[without, 1], inside[without, 1] = 1 / bump[0, 0].numel(), True
    return cascade.to_input(grey), stack[:, 1] / 255, bump, inside


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True, help="file of close_cache.py")
    parser.add_argument("--out", required=True)
    parser.add_argument("--fold", type=int, default=-1, help="fold of patients to leave out; -1: none")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--films", type=int, default=480, help="films an epoch")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=4e-3, help="of the decoder; the encoder takes a quarter")
    parser.add_argument("--decay", type=float, default=0.985)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--random-start", action="store_true", help="no ImageNet weights (dry run)")
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    split = json.loads(Path(args.splits).read_text(encoding="utf-8"))
    data = dict(np.load(args.cache))
    train = np.array([i for i, p in enumerate(data["patients"]) if split["folds"][str(p)] != args.fold])
    generator = torch.Generator().manual_seed(args.seed)

    model = cascade.close_net(not args.random_start).to(memory_format=torch.channels_last)
    shadow = copy.deepcopy(model).eval().requires_grad_(False)
    depthwise.quicken(model)
    optimizer, peaks = training.two_rates(model, args.lr)
    first = training.resume(args.out, model, shadow, optimizer)
    steps = args.films // args.batch
    for epoch in range(first, args.epochs):
        model.train()
        rng = np.random.default_rng([args.seed, epoch])
        order = np.concatenate([rng.permutation(train) for _ in range(1 + args.films // len(train))])
        began, running = time.time(), 0.0
        for step in range(steps):
            done = epoch * steps + step
            training.set_rate(optimizer, peaks, done, steps * args.epochs, 30)
            images, airway, bump, inside = batch(data, order[step * args.batch:(step + 1) * args.batch], rng, generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits, _ = model(images)
            loss = loss_of(logits, airway, bump, inside)
            training.descend(loss, model, optimizer)
            training.average(shadow, model, min(args.decay, (2 + done) / (10 + done)))
            running += loss.item()
        training.save(args.out, model, shadow, optimizer, epoch + 1, args.epochs,
                      {"loss": round(running / steps, 5), "films": steps * args.batch, "seconds": round(time.time() - began, 1),
                       "cpu": round(time.process_time(), 1), "args": vars(args)})


if __name__ == "__main__":
    main()
