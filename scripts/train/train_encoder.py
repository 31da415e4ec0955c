"""Trains the finding model on every source but ChestX-ray14, whose findings fit_heads.py adds by folds."""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import augment
import depthwise
import training
from encoder import FindingModel, to_input
from films import Films
from labels import INDEX, LABELS


def loss_of(logits, cells, values, grid, boxed, box_weight):
    """Masked cross-entropy over the known labels, plus the per-cell opacity loss on boxed films."""
    known = ~torch.isnan(values)
    weight = known.float()
    weight[:, INDEX["Lung Opacity"]] *= 2
    findings = F.binary_cross_entropy_with_logits(logits, values.nan_to_num(0.0), weight, reduction="sum")
    loss = findings / weight.sum().clamp(min=1)
    if boxed.any():
        loss = loss + box_weight * F.binary_cross_entropy_with_logits(cells[boxed], grid[boxed])
    return loss


def epoch_order(films, limit, rng):
    """Positions of this epoch's films in random order."""
    return rng.permutation(films.where("other", "train"))[: limit or None]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", required=True, help="checkpoint; training resumes from it when it exists")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=6e-4)
    parser.add_argument("--box-weight", type=float, default=1.0)
    parser.add_argument("--decay", type=float, default=0.998, help="of the moving average of weights")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--limit", type=int, default=0, help="films an epoch, for a dry run")
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    parser.add_argument("--random-start", action="store_true", help="no ImageNet weights (dry run)")
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    films = Films(args.cache, args.splits)
    values = torch.from_numpy(films.values)
    boxed = torch.from_numpy(films.boxed)
    generator = torch.Generator().manual_seed(args.seed)

    model = FindingModel(len(LABELS), pretrained=not args.random_start).to(memory_format=torch.channels_last)
    shadow = copy.deepcopy(model).eval().requires_grad_(False)
    depthwise.quicken(model)
    body = list(model.encoder.parameters())
    heads = list(model.classifier.parameters())
    optimizer = torch.optim.AdamW([{"params": body, "lr": args.lr}, {"params": heads, "lr": args.lr * 2}],
                                  weight_decay=0.02)
    peaks = training.peaks_of(optimizer)
    first = training.resume(args.out, model, shadow, optimizer)

    per_epoch = math.ceil(len(epoch_order(films, args.limit, np.random.default_rng(0))) / args.batch)
    total, step = per_epoch * args.epochs, first * per_epoch
    for epoch in range(first, args.epochs):
        model.train()
        order = epoch_order(films, args.limit, np.random.default_rng([args.seed, epoch]))
        began, running, seen = time.time(), 0.0, 0
        for at in range(0, len(order), args.batch):
            rows = np.sort(order[at:at + args.batch])
            if len(rows) < 2:
                continue
            training.set_rate(optimizer, peaks, step, total, 100)
            grey, grid = augment.batch(torch.from_numpy(films.images[rows]), torch.from_numpy(films.boxes[rows]),
                                       generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits, cells = model(to_input(grey))
            loss = loss_of(logits.float(), cells.float(), values[rows], grid, boxed[rows], args.box_weight)
            training.descend(loss, model, optimizer)
            step += 1
            training.average(shadow, model, min(args.decay, (1 + step) / (10 + step)))
            running, seen = running + loss.item() * len(rows), seen + len(rows)
            if step % 25 == 0:
                print(f"epoch {epoch + 1}/{args.epochs} {seen}/{len(order)} loss {running / seen:.4f} "
                      f"{seen / (time.time() - began):.1f} films/s", flush=True)
        training.save(args.out, model, shadow, optimizer, epoch + 1, args.epochs,
                      {"loss": round(running / seen, 5), "films": seen, "seconds": round(time.time() - began, 1),
                       "args": vars(args)})


if __name__ == "__main__":
    main()
