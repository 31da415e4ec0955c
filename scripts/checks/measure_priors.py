#!/usr/bin/env python3
"""How often generated reports refer to an earlier study that was not given, with and without the rule of --priors.

    scripts/checks/measure_priors.py --hilum build/release/bin/hilum --reports /data/iu_reports [--work build/priors]

FOLDER holds iu_reports.jsonl (uid, findings, impression) and ReXRank_IUXray_test.json, whose studies are left out. A
small word-level decoder (GRU) learns in about a minute to write Indiana reports WITH their comparisons from the 14 labels of a
report; its "film" is a picture of 16 grey cells, one a label, so no film is involved and nothing here says how good a
report model is. Studies held back from training get two reports each: --priors allow, --priors auto (no prior given).

Lines and reports that refer to a prior are counted by two lists, neither the one that forbids: `hilum factcheck
--prior no`, and configs/eval/prior_phrases.txt. Clinical F1 (micro, positive labels of `hilum label`) is against the
real reports. Intervals: 95 %, paired bootstrap over studies. Needs PyTorch. --check ends with 1 below the bars: 50
offending lines in one decoding at least, 3.2 times fewer wherever there are so many, and an interval of the F1's difference
that excludes a loss of MARGIN (.02) or more.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests/cli")]
from hilum_export import bundle  # noqa: E402
from pictures import write_grey  # noqa: E402

MARGIN = 0.02
SPECIAL = ["[PAD]", "[BOS]", "[EOS]", "[UNK]", "[IMPRESSION]"]
CELLS, SIDE, LIMIT, WIDTH = 4, 16, 100, 128


class Encoder(nn.Module):
    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        cells = nn.functional.adaptive_avg_pool2d(image[:, :1], [4, 4]).flatten(1)
        return cells.unsqueeze(2), cells


class Conditioner(nn.Module):
    def forward(self, inputs: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
        anchor = inputs["anchor"]
        return anchor, torch.ones(anchor.size(0), anchor.size(1), dtype=torch.bool, device=anchor.device)


class Decoder(nn.Module):
    def __init__(self, vocabulary: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, WIDTH)
        self.labels = nn.Linear(CELLS * CELLS, WIDTH)
        self.cell = nn.GRUCell(2 * WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, vocabulary)

    def forward(self, ids: Tensor, cells: Tensor) -> Tensor:
        wanted = torch.tanh(self.labels(cells))
        h = wanted
        out: List[Tensor] = []
        words = nn.functional.dropout(self.embed(ids), 0.2, self.training)
        for at in range(ids.size(1)):
            h = self.cell(torch.cat([words[:, at], wanted], 1), h)
            out.append(h)
        return self.head(nn.functional.dropout(torch.stack(out, 1), 0.2, self.training))

    @torch.jit.export
    def prefill(self, memory: Tensor, mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        wanted = torch.tanh(self.labels(memory[:, :, 0]))
        return [wanted, memory], [wanted]

    @torch.jit.export
    def step(self, ids: Tensor, position: int, beam_of_study: Tensor, shared: List[Tensor],
             state: List[Tensor]) -> Tuple[Tensor, List[Tensor], Tensor]:
        h = self.cell(torch.cat([self.embed(ids), shared[0].index_select(0, beam_of_study)], 1), state[0])
        return self.head(h), [h], torch.zeros(ids.size(0), shared[1].size(1), device=ids.device)


def run(hilum, *args, records=None):
    lines = "".join(json.dumps(r) + "\n" for r in records) if records is not None else None
    done = subprocess.run([hilum, *map(str, args)], input=lines, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"hilum {args[0]}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_reports(folder):
    keys = json.loads((folder / "ReXRank_IUXray_test.json").read_text())
    held = {int(re.match(r"CXR(\d+)_", key).group(1)) for key in keys}
    for line in open(folder / "iu_reports.jsonl"):
        study = json.loads(line)
        findings, impression = study.get("findings") or "", study.get("impression") or ""
        if study["uid"] not in held and findings.strip() and impression.strip():
            yield {"id": str(study["uid"]), "report": {"findings": findings, "impression": impression}}


def words_of(text):
    return re.findall(r"\w+|[^\w\s]", text.lower())


def tokens_of(record):
    return words_of(record["report"]["findings"]) + ["[IMPRESSION]"] + words_of(record["report"]["impression"])


def film(path, values):
    """A grey PNG of 4 x 4 blocks, white where a value is 1."""
    size = SIDE // CELLS
    write_grey(path, [bytes(255 * values[y // size * CELLS + x // size] for x in range(SIDE)) for y in range(SIDE)])


def train(records, cells, vocabulary, epochs):
    torch.manual_seed(0)
    index = {w: i for i, w in enumerate(vocabulary)}
    rows = [([1] + [index.get(w, 3) for w in tokens_of(r)] + [2])[:LIMIT] for r in records]
    model = Decoder(len(vocabulary))
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    batches = [order[i:i + 32] for i in range(0, len(order), 32)]
    shuffle = random.Random(0)
    for epoch in range(epochs):
        shuffle.shuffle(batches)
        total = 0.0
        for group in batches:
            ids = nn.utils.rnn.pad_sequence([torch.tensor(rows[i]) for i in group], batch_first=True)
            logits = model(ids[:, :-1], torch.tensor([cells[i] for i in group], dtype=torch.float))
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=0)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / len(batches):.3f}", file=sys.stderr)
    return model


def write_bundle(folder, model, vocabulary):
    folder.mkdir(parents=True, exist_ok=True)
    added = [{"id": i, "content": w, "special": True} for i, w in enumerate(SPECIAL)]
    file = folder.parent / "tokenizer.json"
    file.write_text(json.dumps({"version": "1.0", "added_tokens": added, "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
                                "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {w: i for i, w in enumerate(vocabulary)}}}))
    bundle.write(folder, name="priors-test", modules={"image_encoder": Encoder(), "conditioner": Conditioner(), "decoder": model},
                 preprocess={"photometric": "MONOCHROME2", "channels": 1, "scale": 255.0, "mean": [0.0], "std": [1.0],
                             "steps": [{"op": "resize", "mode": "stretch", "size": [SIDE, SIDE], "filter": "bilinear", "antialias": False}]},
                 tokenizer=str(file), tokenizer_settings={"type": "wordlevel", "pad": 0, "bos": 1, "eos": 2, "unk": 3, "impression": 4},
                 conditioner_inputs=["anchor"], memory_layout=[{"input": "anchor", "rows": 16, "grid": [4, 4]}],
                 decode={"strategy": "greedy", "beam": 1, "max_tokens": LIMIT, "scoring": "sum", "suppress": [3]},
                 license="none: holds wording of its training texts; not for distribution", labels=[])


def offences(hilum, records):
    """For each record, the sentences that refer to a prior, by either list."""
    phrases = [line for line in (ROOT / "configs/eval/prior_phrases.txt").read_text().splitlines() if line and line[0] != "#"]
    pattern = re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, phrases)) + r")(?![a-z0-9])")
    lines = [[s["text"] for s in r["report"]["sentences"]] for r in records]
    flat = [{"id": f"{i}.{j}", "report": {"findings": text, "impression": ""}} for i, texts in enumerate(lines) for j, text in enumerate(texts)]
    checked = run(hilum, "factcheck", "--prior", "no", records=flat)
    by_claims, by_phrases = [[] for _ in records], [[] for _ in records]
    for record in checked:
        i, j = map(int, record["id"].split("."))
        by_claims[i].append(any(c["type"] == "prior_reference" for c in record["factcheck"]["claims"]))
    for i, texts in enumerate(lines):
        by_phrases[i] = [bool(pattern.search(" ".join(words_of(t)))) for t in texts]
    return {"factcheck": by_claims, "eval phrases": by_phrases}


def micro_f1(rows):
    hit, made, there = (sum(r[k] for r in rows) for k in range(3))
    return 2 * hit / (made + there) if made + there else 1.0


def label_counts(made, reference):
    positive = lambda r: {k for k, v in r["labels"].items() if v == "positive"}  # noqa: E731
    return [(len(positive(a) & positive(b)), len(positive(a)), len(positive(b))) for a, b in zip(made, reference)]


def interval(n, statistic, rounds=1000):
    draw = random.Random(1)
    values = sorted(statistic([draw.randrange(n) for _ in range(n)]) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--reports", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/priors", help="bundle and films; holds wording of the reports")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--studies", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=10, help="sampled reports a study")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    films = args.work / "films"
    films.mkdir(parents=True, exist_ok=True)
    records = run(args.hilum, "label", records=list(read_reports(args.reports)))
    random.Random(0).shuffle(records)
    cells = [([int(v in ("positive", "uncertain")) for v in r["labels"].values()] + [0, 0])[:CELLS * CELLS] for r in records]
    held, n = records[:args.studies], args.studies
    if not (args.work / "bundle" / "manifest.json").exists():
        counts = {}
        for record in records[n:]:
            for word in words_of(record["report"]["findings"] + " " + record["report"]["impression"]):
                counts[word] = counts.get(word, 0) + 1
        vocabulary = SPECIAL + sorted(w for w, c in counts.items() if c >= 3)
        torch.set_num_threads(1)
        write_bundle(args.work / "bundle", train(records[n:], cells[n:], vocabulary, args.epochs), vocabulary)
    for record, values in zip(held, cells):
        film(films / f"{record['id']}.png", values)
    studies = [{"id": r["id"], "images": [{"path": str(films / f"{r['id']}.png")}]} for r in held]
    print(f"{len(records) - n} reports for training, {n} studies held back")
    print("| decoding | list | lines | offending: free | with the rule | times fewer | reports: free | with the rule | times fewer |")
    print("|---|---|---|---|---|---|---|---|---|")
    enough, failed, f1_lines = False, False, []
    draws = [["--sampling", "--top-p", 0.9, "--seed", seed] for seed in range(args.seeds)]
    for name, runs in [("greedy", [["--greedy"]]), ("beam 3", [["--beam", 3]]), ("sampling, top-p .9", draws)]:
        # Run by run; report i of every run belongs to study i % n.
        made = {rule: [r for options in runs for r in run(args.hilum, "generate", "--bundle", args.work / "bundle", "--priors", rule, *options,
                                                          records=studies)] for rule in ("allow", "auto")}
        found = {rule: offences(args.hilum, made[rule]) for rule in made}
        for kind in ("factcheck", "eval phrases"):
            free, ruled = found["allow"][kind], found["auto"][kind]
            a, b = sum(map(sum, free)), sum(map(sum, ruled))
            ra, rb = sum(map(any, free)), sum(map(any, ruled))
            times = lambda x, y: f"{x / y:.1f}" if y else "all gone"  # noqa: E731
            print(f"| {name} | {kind} | {sum(map(len, free))} / {sum(map(len, ruled))} | {a} | {b} | {times(a, b)} | {ra} | {rb} | {times(ra, rb)} |")
            enough |= a >= 50
            failed |= a >= 50 and a < 3.2 * b
        counts = {rule: label_counts(run(args.hilum, "label", records=made[rule]), held * len(runs)) for rule in made}
        f1 = {rule: micro_f1(counts[rule]) for rule in made}
        by_study = {rule: [tuple(map(sum, zip(*counts[rule][i::n]))) for i in range(n)] for rule in made}
        low, high = interval(n, lambda pick: micro_f1([by_study["auto"][i] for i in pick]) - micro_f1([by_study["allow"][i] for i in pick]))
        words = {rule: sum(len(words_of(s["text"])) for r in made[rule] for s in r["report"]["sentences"]) / len(made[rule]) for rule in made}
        f1_lines.append(f"| {name} | {f1['allow']:.3f} | {f1['auto']:.3f} | {f1['auto'] - f1['allow']:+.3f} [{low:+.3f}, {high:+.3f}] | "
                        f"{words['allow']:.1f} | {words['auto']:.1f} |")
        failed |= low <= -MARGIN
    print("\n| decoding | clinical F1: free | with the rule | difference | words a report: free | with the rule |\n|---|---|---|---|---|---|")
    print("\n".join(f1_lines))
    sys.exit(1 if args.check and (failed or not enough) else 0)


if __name__ == "__main__":
    main()
