"""Trains conditioner and decoder on weakly paired films and reports, with the encoder's grids computed beforehand."""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from torch.nn import functional as F

import reports
from decoder import ReportModel
from films import Films
from text_batches import PAD, Examples


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--labels", required=True, help="JSON list of the classifier's labels that the bundle keeps")
    parser.add_argument("--patches", help="grids of features.py; without them the text alone is learnt")
    parser.add_argument("--start", help="weights to start from")
    parser.add_argument("--start-labels", help="JSON list of the labels of those weights, where it is a longer one")
    parser.add_argument("--out", required=True, help="checkpoint; training resumes from it when it exists")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    parser.add_argument("--report-splits", default=str(Path(__file__).parent / "splits" / "reports.json"))
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    processor = sentencepiece.SentencePieceProcessor(model_file=args.tokenizer)
    names = json.loads(Path(args.labels).read_text(encoding="utf-8"))
    films = Films(args.cache, args.splits)
    patches = np.load(args.patches, mmap_mode="r") if args.patches else None
    model = ReportModel([0.5] * len(names), processor.get_piece_size(), width=args.width, layers=args.layers)
    if args.start:
        state = torch.load(args.start, weights_only=True)["model"]
        if args.start_labels:
            before = json.loads(Path(args.start_labels).read_text(encoding="utf-8"))
            rows = [before.index(name) for name in names]
            state["conditioner.stated"] = state["conditioner.stated"][:, rows]
            for key in ("conditioner.slope", "conditioner.thresholds"):
                state[key] = state[key][rows]
        model.load_state_dict(state)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.01, betas=(0.9, 0.98))
    out, first = Path(args.out), 0
    if out.exists():
        saved = torch.load(out, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        first = saved["step"]
    source = Examples(films, reports.load(args.data, splits=args.report_splits), names, processor, patches,
                      seed=args.seed + first)
    model.train()
    began, running = time.time(), []
    for step in range(first, args.steps):
        factor = min(1.0, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * step / args.steps)) * 0.98 + 0.02)
        for group in optimizer.param_groups:
            group["lr"] = args.lr * factor
        inputs, ids = source.batch(args.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs, ids[:, :-1])
        loss = F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), ignore_index=PAD)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        running.append(loss.item())
        if (step + 1) % 50 == 0 or step + 1 == args.steps:
            entry = {"step": step + 1, "loss": round(float(np.mean(running)), 4),
                     "seconds": round(time.time() - began, 1)}
            print(f"step {step + 1}/{args.steps} loss {entry['loss']} {entry['seconds']} s", flush=True)
            with out.with_suffix(".jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
            running = []
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1},
                       out.with_suffix(".tmp"))
            out.with_suffix(".tmp").replace(out)


if __name__ == "__main__":
    main()
