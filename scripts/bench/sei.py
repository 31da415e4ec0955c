#!/usr/bin/env python3
"""Seconds a full-size SEI study takes (ResNet-101, one similar case, indication, beam 3, 100 tokens): `hilum generate` against a
Python loop that runs the whole prefix through the decoder again for every token, as the published code does.

    scripts/bench/sei.py                       # one study at a time, and sixteen
    scripts/bench/sei.py --tokens 5 --batch 2  # a quick look
    scripts/bench/sei.py --bundle models/sei   # a bundle of your own; without one, random weights

Both run with the same number of threads, in turns; the median of the rounds counts. Loading is left out of both: hilum's time is
that of nine batches (sixteen studies at a time: of two) less that of one, for each batch more. On a busy machine only the processor seconds mean something. The loop has no cache and stops at no end token; with random weights neither does hilum.
Needs PyTorch, and with random weights about 8 GB of memory.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))
from hilum_export import check_reference, exported, systems  # noqa: E402
from hilum_export.checkpoint import load_tensors  # noqa: E402
from hilum_export.systems.sei import export as sei  # noqa: E402

BEAM = 3
INDICATION = "woman with cough and fever evaluate for pneumothorax"
FACTS = ["heart size normal", "no pleural effusion", "small left atelectasis"]


class PrefixLoop:
    """The published way: encoder once, then for each token the decoder over everything written so far, for every beam."""

    def __init__(self, model: sei.Sei, vocabulary: dict):
        self.model, self.vocabulary = model, vocabulary

    def memory_step(self, memory, x):
        rm, x = self.model.text_decoder.model.rm, x.unsqueeze(1)
        a = memory + rm.attn(memory, torch.cat([memory, x], 1), torch.zeros(1))
        b = a + rm.mlp(a)
        take, keep = torch.sigmoid(rm.W(x) + rm.U(torch.tanh(memory))).chunk(2, 2)
        return take * torch.tanh(b) + keep * memory

    def encode(self, paths: list):
        pictures = []
        for path in paths:
            grey = np.asarray(Image.open(path).convert("RGB").resize((224, 224), Image.BILINEAR), np.float32) / 255
            grey = (grey - np.array([0.485, 0.456, 0.406], np.float32)) / np.array([0.229, 0.224, 0.225], np.float32)
            pictures.append(torch.from_numpy(grey.transpose(2, 0, 1)))
        patches, whole = self.model.image_encoder(torch.stack(pictures))
        count = len(paths)
        indication = torch.tensor([[sei.BOS, *(self.vocabulary[w] for w in INDICATION.split()), sei.EOS]]).repeat(count, 1)
        facts = [sei.SEP] + [i for fact in FACTS for i in [*(self.vocabulary[w] for w in fact.split()), sei.SEP]]
        similar = torch.tensor([[[sei.BOS, *facts[1:-1], sei.EOS]]]).repeat(count, 1, 1)
        memory, _ = self.model.conditioner({
            "anchor": patches, "anchor_global": whole, "indication_ids": indication, "indication_mask": torch.ones_like(indication, dtype=torch.bool),
            "similar_ids": similar, "similar_mask": torch.ones_like(similar, dtype=torch.bool)})
        decoder = self.model.text_decoder
        return decoder.model.encoder(decoder.att_embed(memory), torch.zeros(1))

    def last_logits(self, ids, encoded):
        """ids [N,T] and the encoded source [N,S,512] -> logits of the next token [N,V]."""
        decoder = self.model.text_decoder
        count, length = ids.shape
        x = torch.stack([decoder.embed(ids[:, t], t) for t in range(length)], 1)
        slots = torch.eye(512)[:3].unsqueeze(0).repeat(count, 1, 1)
        states = []
        for t in range(length):
            slots = self.memory_step(slots, x[:, t])
            states.append(slots.flatten(1))
        memory = torch.stack(states, 1)
        ahead = torch.full((length, length), -1e9).triu(1)
        nothing = torch.zeros(1)
        for layer in decoder.model.decoder.layers:
            y = layer.sublayer[0].norm(x, memory)
            x = x + layer.self_attn(y, y, ahead)
            y = layer.sublayer[1].norm(x, memory)
            x = x + layer.src_attn(y, encoded, nothing)
            x = x + layer.feed_forward(layer.sublayer[2].norm(x, memory))
        return decoder.logit(decoder.model.decoder.norm(x)[:, -1])

    def generate(self, paths: list, tokens: int) -> list:
        encoded = self.encode(paths)
        studies = encoded.size(0)
        ids, sums = torch.full((studies, 1), sei.BOS), torch.zeros(studies, 1)
        for _ in range(tokens):
            beams = sums.size(1)
            source = encoded.repeat_interleave(beams, 0)
            totals = sums.unsqueeze(2) + torch.log_softmax(self.last_logits(ids, source), -1).view(studies, beams, -1)
            sums, flat = totals.flatten(1).topk(BEAM)
            parents = flat // totals.size(2) + torch.arange(studies).unsqueeze(1) * beams
            ids = torch.cat([ids.index_select(0, parents.flatten()), (flat % totals.size(2)).view(-1, 1)], 1)
        return ids.view(studies, BEAM, -1)[:, 0, 1:].tolist()


def make_bundle(folder: pathlib.Path) -> sei.Sei:
    wrap = check_reference.save_checkpoint("sei", {"seed": 1}, folder / "checkpoint.pth")
    model = sei.build(load_tensors(str(folder / "checkpoint.pth"), wrap))
    exported.export(systems.load("sei"), model, folder)
    return model


def records(paths: list, count: int) -> str:
    return "".join(json.dumps({"id": str(i), "images": [{"path": paths[i % len(paths)]}], "indication": INDICATION,
                               "similar": [{"id": "x", "score": 1, "facts": FACTS}]}) + "\n" for i in range(count))


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hilum_seconds(command: list, paths: list, count: int):
    """Seconds on the clock and of the processors, and the texts."""
    begin, before = time.perf_counter(), children_seconds()
    done = subprocess.run(command, input=records(paths, count), capture_output=True, text=True, check=True)
    seconds = np.array([time.perf_counter() - begin, children_seconds() - before])
    return seconds, [json.loads(line)["report"]["findings"] for line in done.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", help="the program (default: build/release, build/dev, then PATH)")
    parser.add_argument("--checkpoint", help="a SEI checkpoint; with --bundle, the one that it was exported from")
    parser.add_argument("--bundle", help="an exported bundle (default: random weights)")
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--batch", type=int, nargs="*", default=[1, 16], help="studies at a time")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    if bool(args.bundle) != bool(args.checkpoint):
        parser.error("--bundle and --checkpoint go together")
    hilum = exported.find_hilum(args.hilum)
    torch.set_num_threads(args.threads)
    with torch.inference_mode(), tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model = sei.build(load_tensors(args.checkpoint, "state_dict")) if args.checkpoint else make_bundle(folder)
        bundle = pathlib.Path(args.bundle or folder / "bundle")
        vocabulary = json.loads((bundle / "tokenizer.json").read_text())["model"]["vocab"]
        words = {i: word for word, i in vocabulary.items()}
        rng = np.random.default_rng(0)
        paths = [str(folder / f"{i}.png") for i in range(max(args.batch))]
        for path in paths:
            Image.fromarray(rng.integers(0, 256, (16, 16), dtype=np.uint8)).resize((1024, 1024), Image.BICUBIC).save(path)
        loop = PrefixLoop(model, vocabulary)
        print(f"PyTorch {torch.__version__}, {args.threads} thread(s), {args.tokens} tokens, beam {BEAM}; {hilum}")
        for batch in args.batch:
            command = [hilum, "generate", "--bundle", str(bundle), "--batch", str(batch), "--replicas", "1", "--threads", str(args.threads),
                       "--max-tokens", str(args.tokens), "--quiet"]
            more = 8 if batch == 1 else 1  # one study is short against the swing of loading
            slow, fast = [], []
            for _ in range(args.rounds):
                begin, before = time.perf_counter(), time.process_time()
                ids = loop.generate(paths[:batch], args.tokens)
                slow.append([time.perf_counter() - begin, time.process_time() - before])
                once, texts = hilum_seconds(command, paths[:batch], batch)
                many, _ = hilum_seconds(command, paths[:batch], (1 + more) * batch)
                fast.append((many - once) / more)
            (loop_clock, loop_cpu), (clock, cpu) = np.median(slow, 0), np.median(fast, 0)
            said = [re.sub(r"\s+", " ", " ".join(words[i] for i in row if i in words and i not in (0, 1, 2, 3, 4, sei.BOS, sei.EOS))) for row in ids]
            same = sum(a == b for a, b in zip(said, texts))
            print(f"{batch:3} at a time: loop {loop_clock:.2f} s, hilum {clock:.2f} s: {loop_clock / clock:.1f} times as fast (processor "
                  f"seconds {loop_cpu:.2f} and {cpu:.2f}: {loop_cpu / cpu:.1f} times); {same} of {batch} texts the same", flush=True)


if __name__ == "__main__":
    main()
