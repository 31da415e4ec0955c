#!/usr/bin/env python3
"""Two measurements on one bundle, in one run.

1. A decoder step with the cache against one without it, at --position tokens and beam 3: `step` on the cached state
   against one forward pass over the whole prefix (the bundle's decoder needs a method `whole`, as the bundles of
   scripts/goldens/tiny_bundles.py have).
2. Reports a second, end to end: `hilum generate` against a Python/PyTorch loop that reads, encodes and decodes one study
   after the other, with the cache and its best number of threads; both must write the same tokens.

    scripts/goldens/tiny_bundles.py --realistic build/bench-bundle
    scripts/bench/decoding.py build/release/bin/hilum --bundle build/bench-bundle --images FOLDER
"""
import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import torch
from PIL import Image


def load(bundle):
    manifest = json.loads((bundle / "manifest.json").read_text())
    modules = {f["role"]: torch.jit.load(str(bundle / f["path"])).eval() for f in manifest["files"] if f["path"].endswith(".pt")}
    return manifest, modules


def step_times(decoder, position, beam, rounds):
    """Seconds of a cached step and of a pass over the whole prefix, medians, alternating."""
    with torch.inference_mode():
        width = next(p for n, p in decoder.named_parameters() if n == "embed.weight").size(1)
        memory, mask = torch.randn(1, 50, width), torch.ones(1, 50, dtype=torch.bool)
        shared, state = decoder.prefill(memory, mask)
        rows, ids = torch.zeros(beam, dtype=torch.long), torch.randint(5, 50, (beam, position + 1))
        state = [s.index_select(0, rows) for s in state]
        for at in range(position):
            _, state, _ = decoder.step(ids[:, at], at, rows, shared, state)
        order = torch.arange(beam)
        many, many_mask = memory.expand(beam, -1, -1).contiguous(), mask.expand(beam, -1).contiguous()
        cached, whole = [], []
        for _ in range(rounds):
            begin = time.perf_counter()
            a, _, _ = decoder.step(ids[:, position], position, rows, shared, [s.index_select(0, order) for s in state])
            cached.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            b = decoder.whole(ids, many, many_mask)
            whole.append(time.perf_counter() - begin)
        assert torch.allclose(a, b, atol=1e-3), f"the two do not compute the same: {(a - b).abs().max()}"
    return statistics.median(cached), statistics.median(whole)


class Loop:
    """The usual way to write it in Python: one study after the other."""

    def __init__(self, manifest, modules):
        self.manifest, self.modules = manifest, modules
        self.size = manifest["preprocess"]["steps"][0]["size"]

    def read(self, path):
        p = self.manifest["preprocess"]
        grey = Image.open(path).convert("L").resize((self.size[1], self.size[0]), Image.BILINEAR)
        x = torch.from_numpy(numpy.asarray(grey, dtype=numpy.float32)) / p["scale"]
        x = (x - p["mean"][0]) / p["std"][0]
        return x.expand(1, p["channels"], *x.shape).contiguous(memory_format=torch.channels_last)

    def beam_search(self, memory, mask):
        decode, spec = self.manifest["decode"], self.manifest["tokenizer"]
        beam, limit, eos = decode["beam"], decode["max_tokens"], spec["eos"]
        normalised = decode["scoring"] == "length_normalised"
        penalty = decode.get("length_penalty", 1.0)
        decoder = self.modules["decoder"]
        shared, state = decoder.prefill(memory, mask)
        ids, sums, texts = torch.tensor([spec["bos"]]), torch.zeros(1), [[]]
        finished = []
        for position in range(limit):
            logits, state, _ = decoder.step(ids, position, torch.zeros(len(ids), dtype=torch.long), shared, state)
            scores = torch.log_softmax(logits, -1) + sums[:, None]
            vocabulary = scores.size(1)
            values, flat = scores.flatten().topk(2 * beam if normalised else beam)
            keep_rows, keep_ids, keep_sums, keep_texts = [], [], [], []
            for rank, (value, index) in enumerate(zip(values.tolist(), flat.tolist())):
                if len(keep_rows) == beam:
                    break
                row, token = divmod(index, vocabulary)
                if token == eos:
                    if rank < beam:
                        finished.append((value / (position + 1) ** penalty if normalised else value, texts[row]))
                    continue
                keep_rows.append(row)
                keep_ids.append(token)
                keep_sums.append(value)
                keep_texts.append(texts[row] + [token])
            finished = sorted(finished, key=lambda f: -f[0])[:beam]
            if position + 1 == limit:
                finished += [(s / limit ** penalty if normalised else s, t) for s, t in zip(keep_sums, keep_texts)]
                break
            if not keep_rows or (finished and not normalised and finished[0][0] >= keep_sums[0]):
                break
            if normalised and len(finished) == beam and finished[-1][0] >= values[0].item() / (position + 1) ** penalty:
                break
            state = [s.index_select(0, torch.tensor(keep_rows)) for s in state]
            ids, sums, texts = torch.tensor(keep_ids), torch.tensor(keep_sums), keep_texts
        return max(finished, key=lambda f: f[0])[1]

    def report(self, path):
        with torch.inference_mode():
            patches, pooled = self.modules["image_encoder"](self.read(path))
            inputs = {"anchor": patches}
            if "classifier" in self.modules and "predictions" in self.manifest["conditioner_inputs"]:
                inputs["predictions"] = torch.sigmoid(self.modules["classifier"](patches, pooled))
            memory, mask = self.modules["conditioner"](inputs)
            return self.beam_search(memory, mask)


def words_of(bundle, manifest):
    """Texts of ids, as hilum writes them, for comparing tokens."""
    spec = manifest["tokenizer"]
    if spec["type"] == "sentencepiece":
        import sentencepiece
        processor = sentencepiece.SentencePieceProcessor(model_file=str(bundle / spec["file"]))
        return lambda ids: processor.decode(ids)
    vocabulary = json.loads((bundle / spec["file"]).read_text())["model"]["vocab"]
    words = {i: w for w, i in vocabulary.items()}
    silent = {spec[k] for k in ("pad", "bos", "eos", "unk")}
    return lambda ids: " ".join(words[i] for i in ids if i not in silent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hilum")
    parser.add_argument("--bundle", type=pathlib.Path, required=True)
    parser.add_argument("--images", type=pathlib.Path, help="folder of PNG or JPEG; without one, noise of 1024 x 1024")
    parser.add_argument("--studies", type=int, default=64)
    parser.add_argument("--position", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=3, help="end-to-end runs of each kind, in turns; the best counts")
    args = parser.parse_args()
    manifest, modules = load(args.bundle)
    print(f"PyTorch {torch.__version__}, bundle {manifest['name']}")
    if hasattr(modules["decoder"], "whole"):
        torch.set_num_threads(1)
        cached, whole = step_times(modules["decoder"], min(args.position, manifest["decode"]["max_tokens"]), 3, args.rounds)
        print(f"step at {args.position} tokens, beam 3, 1 thread: {1e3 * cached:.2f} ms with the cache, {1e3 * whole:.2f} ms without: {whole / cached:.1f} times")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        found = sorted(p for p in args.images.rglob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg")) if args.images else []
        if not found:
            rng = numpy.random.default_rng(0)
            for i in range(min(args.studies, 16)):
                blocks = Image.fromarray(rng.integers(0, 256, (16, 16), dtype=numpy.uint8)).resize((1024, 1024), Image.BICUBIC)
                found.append(folder / f"{i}.png")
                blocks.save(found[-1])
        paths = [found[i % len(found)] for i in range(args.studies)]
        records = folder / "in.jsonl"
        records.write_text("".join(json.dumps({"id": str(i), "images": [{"path": str(p)}]}) + "\n" for i, p in enumerate(paths)))
        loop, say = Loop(manifest, modules), words_of(args.bundle, manifest)
        rates, texts = {}, []
        hilum_seconds = []
        for _ in range(args.repeats):
            for threads in sorted({1, torch.get_num_threads(), len(__import__("os").sched_getaffinity(0))}):
                torch.set_num_threads(threads)
                begin = time.perf_counter()
                texts = [loop.report(p) for p in paths]
                rates[threads] = max(rates.get(threads, 0), args.studies / (time.perf_counter() - begin))
            begin = time.perf_counter()
            done = subprocess.run([args.hilum, "generate", str(records), "--bundle", str(args.bundle), "--quiet"], capture_output=True, text=True, check=True)
            hilum_seconds.append(time.perf_counter() - begin)
        same, impression = 0, manifest["tokenizer"].get("impression", -1)
        for ids, line in zip(texts, done.stdout.splitlines()):
            report = json.loads(line)["report"]
            cut = ids.index(impression) if impression in ids else len(ids)
            expected = [say(ids[:cut]), say([i for i in ids[cut:] if i != impression])]
            same += [re.sub(r"\s+", " ", t).strip() for t in expected] == [re.sub(r"\s+", " ", report.get(k, "")).strip() for k in ("findings", "impression")]
        best = max(rates, key=rates.get)
        rate = args.studies / min(hilum_seconds)
        print(f"Python loop: {', '.join(f'{t} thread(s) {r:.2f}' for t, r in rates.items())} reports a second; best {rates[best]:.2f}")
        print(f"hilum generate: {rate:.2f} reports a second, start included: {rate / rates[best]:.2f} times")
        print(f"same text: {same} of {args.studies}")


if __name__ == "__main__":
    sys.exit(main())
