"""What the training loops share: moving averages, the rate's schedule, checkpoints that a run resumes from, and the log."""

import json
import math
import time
from pathlib import Path

import torch

from hilum_train import curves


@torch.no_grad()
def average(shadow, model, decay):
    """One step of the exponential moving average of weights (batch-norm statistics are copied)."""
    for kept, new in zip(shadow.parameters(), model.parameters()):
        kept.lerp_(new, 1 - decay)
    for kept, new in zip(shadow.buffers(), model.buffers()):
        kept.copy_(new)


def peaks_of(optimizer):
    """The learning rates that the groups were made with; to be asked before a checkpoint brings its own."""
    return [group["lr"] for group in optimizer.param_groups]


def set_rate(optimizer, peaks, step, total, warm):
    """The rates of a step, counted from 0 over the whole run: a linear start over `warm` steps, times a cosine to 2 %."""
    factor = min(1.0, (step + 1) / warm) * (0.5 * (1 + math.cos(math.pi * step / total)) * 0.98 + 0.02)
    for group, peak in zip(optimizer.param_groups, peaks):
        group["lr"] = peak * factor


def descend(loss, model, optimizer):
    """One step down the gradient, clipped."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
    optimizer.step()


def resume(out, model, shadow, optimizer):
    """Takes up the checkpoint `out` where there is one; gives the epochs that it has behind it."""
    if not Path(out).exists():
        return 0
    saved = torch.load(out, weights_only=True)
    model.load_state_dict(saved["model"])
    shadow.load_state_dict(saved["average"])
    if "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"]


def save(out, model, shadow, optimizer, epoch, epochs, line):
    """Logs `line` of the epoch beside the checkpoint and replaces it; the last one goes without the optimizer."""
    out = Path(out)
    with out.with_suffix(".jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"epoch": epoch, **line}) + "\n")
    state = {"model": model.state_dict(), "average": shadow.state_dict(), "epoch": epoch}
    if epoch < epochs:
        state["optimizer"] = optimizer.state_dict()
    torch.save(state, out.with_suffix(".tmp"))
    out.with_suffix(".tmp").replace(out)


def two_rates(model, lr):
    """AdamW over a segmenter: its decoder at the rate `lr`, its encoder at a quarter; and these rates."""
    body = [p for p in model.net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": body, "lr": lr * 0.25},
                                   {"params": [*model.ups.parameters(), *model.head.parameters()], "lr": lr}],
                                  weight_decay=0.02)
    return optimizer, peaks_of(optimizer)


def add_step_options(parser, steps):
    """Options of a run that counts steps (`Steps`); `steps` is its default length."""
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, help="checkpoint; training resumes from it when it exists")
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--every", type=int, default=50, help="steps between checkpoints")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=7)


class Steps:
    """A run that counts steps: takes up its checkpoint, sets the rate, logs the means of what it is told beside the
    checkpoint, and draws the log as curves."""

    def __init__(self, out, model, optimizer, total, warm, every):
        self.out, self.model, self.optimizer, self.total = Path(out), model, optimizer, total
        self.warm, self.every, self.step = warm, every, 0
        self.peaks, self.began, self.sums, self.count = peaks_of(optimizer), time.time(), {}, 0
        if self.out.exists():
            saved = torch.load(self.out, weights_only=True)
            model.load_state_dict(saved["model"])
            optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]

    def more(self):
        return self.step < self.total

    def due(self):
        """Whether it is time to save: every so many steps, and at the end."""
        return self.step % self.every == 0 or not self.more()

    def descend(self, loss, **values):
        """One step down the gradient of `loss`; `values` are what the log tells of it."""
        set_rate(self.optimizer, self.peaks, self.step, self.total, self.warm)
        descend(loss, self.model, self.optimizer)
        self.step += 1
        self.count += 1
        for name, value in {"loss": loss.item(), **values}.items():
            self.sums[name] = self.sums.get(name, 0.0) + value

    def save(self, **more):
        """Log line, curves and checkpoint."""
        line = {"step": self.step, **{name: round(total / self.count, 4) for name, total in self.sums.items()}, **more,
                "seconds": round(time.time() - self.began, 1)}
        print(json.dumps(line), flush=True)
        with self.out.with_suffix(".jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        curves.draw(self.out.with_suffix(".jsonl"), self.out.with_suffix(".svg"))
        self.sums, self.count = {}, 0
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}
        torch.save(state, self.out.with_suffix(".tmp"))
        self.out.with_suffix(".tmp").replace(self.out)
