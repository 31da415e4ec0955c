"""Trains the finding model on every source but ChestX-ray14, whose findings fit_heads.py adds by folds."""

import argparse
import copy
import math
import time

import numpy as np
import torch
from torch.nn import functional as F

from hilum_train import training
from hilum_train.data import augment, split_files
from hilum_train.data.films import Films
from hilum_train.data.labels import APPEARANCE, INDEX
from hilum_train.encoder import depthwise
from hilum_train.encoder.encoder import TAPS, FindingModel, to_input


def loss_of(logits, cells, values, grid, boxed, box_weight):
    """Masked cross-entropy over the known labels, plus the per-cell opacity loss on boxed films."""
    known = ~torch.isnan(values)
    weight = known.float()
    weight[:, INDEX["Lung Opacity"]] *= 2
    weight[:, [INDEX[name] for name in APPEARANCE]] *= 0.5
    findings = F.binary_cross_entropy_with_logits(logits, values.nan_to_num(0.0), weight, reduction="sum")
    loss = findings / weight.sum().clamp(min=1)
    if boxed.any():
        loss = loss + box_weight * F.binary_cross_entropy_with_logits(cells[boxed], grid[boxed])
    return loss


class Examples:
    """The training films of every source but ChestX-ray14; in all epochs but the last also some of a further cache's."""

    def __init__(self, films, further, count):
        self.own = films.where("other", "train")
        self.parts, self.first, self.count = [films], len(films.info), 0
        if further:
            self.parts.append(further)
            self.count = min(count, len(further.info))

    def order(self, last, limit, rng):
        """Positions of an epoch's films in random order; those of the further cache come after all of the first."""
        more = [] if last or not self.count else rng.choice(len(self.parts[1].info), self.count, replace=False) + self.first
        return rng.permutation(np.concatenate([self.own, more]).astype(int))[: limit or None]

    def take(self, rows, name):
        """An array's rows, given as positions."""
        near, far = rows[rows < self.first], rows[rows >= self.first] - self.first
        out = [getattr(self.parts[0], name)[near]] + ([getattr(self.parts[1], name)[far]] if len(far) else [])
        return torch.from_numpy(np.concatenate(out))


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
    parser.add_argument("--splits", default=str(split_files.FILMS))
    parser.add_argument("--further", help="cache of films that only teach in the epochs before the last (cache_images.py --paediatric)")
    parser.add_argument("--further-count", type=int, default=900, help="films of it an epoch")
    parser.add_argument("--dropout", type=float, default=0.2)
    parser.add_argument("--network", default="lite0", choices=list(TAPS), help="lite0 for the first, lite2 for the second reader")
    parser.add_argument("--random-start", action="store_true", help="no ImageNet weights (dry run)")
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    films = Films(args.cache, args.splits)
    examples = Examples(films, Films(args.further, args.splits) if args.further else None, args.further_count)
    generator = torch.Generator().manual_seed(args.seed)

    model = FindingModel(args.network, not args.random_start, args.dropout).to(memory_format=torch.channels_last)
    shadow = copy.deepcopy(model).eval().requires_grad_(False)
    depthwise.quicken(model)
    body = list(model.encoder.parameters())
    heads = list(model.classifier.parameters())
    optimizer = torch.optim.AdamW([{"params": body, "lr": args.lr}, {"params": heads, "lr": args.lr * 2}],
                                  weight_decay=0.02)
    peaks = training.peaks_of(optimizer)
    first = training.resume(args.out, model, shadow, optimizer)

    orders = [examples.order(epoch + 1 == args.epochs, args.limit, np.random.default_rng([args.seed, epoch]))
              for epoch in range(args.epochs)]
    steps = [math.ceil(len(order) / args.batch) for order in orders]
    total, step = sum(steps), sum(steps[:first])
    for epoch, order in list(enumerate(orders))[first:]:
        model.train()
        began, running, seen = time.time(), 0.0, 0
        for at in range(0, len(order), args.batch):
            rows = np.sort(order[at:at + args.batch])
            if len(rows) < 2:
                continue
            training.set_rate(optimizer, peaks, step, total, 100)
            grey, grid = augment.batch(examples.take(rows, "images"), examples.take(rows, "boxes"), generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits, cells = model(to_input(grey))
            loss = loss_of(logits.float(), cells.float(), examples.take(rows, "values"), grid,
                           examples.take(rows, "boxed"), args.box_weight)
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
