"""Scores a bundle's generated reports against the films' known findings, with two baselines.

What a report states is read by `hilum label` (rules of their own: the training text was chosen by report_labels.py); uncertain
mentions count as stated. Films: `siim` test patients and the pneumonia half of ChestX-ray14's
test fold, which had no part in thresholds either. Only findings known of a film count.
"""

import argparse
import collections
import json
import subprocess
from pathlib import Path

import numpy as np
import sentencepiece
import torch

import generate
import reports
import stats
from encoder import to_input
from films import Films
from labels import FINDINGS, NIH_NAMES

LEAST_POSITIVES = 10


def write_reports(bundle, films, rows, batch=16):
    """(texts, probabilities) of the films by the bundle's own modules, greedily."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    modules = {f["role"]: torch.jit.load(str(bundle / f["path"])) for f in manifest["files"] if f["path"].endswith(".pt")}
    processor = sentencepiece.SentencePieceProcessor(model_file=str(bundle / "tokenizer.model"))
    token = manifest["tokenizer"]
    texts, probabilities = [], []
    for at in range(0, len(rows), batch):
        with torch.no_grad():
            patches, pooled = modules["image_encoder"](to_input(torch.from_numpy(films.images[rows[at:at + batch]])))
            predictions = torch.sigmoid(modules["classifier"](patches, pooled))
            ids = generate.greedy(modules["conditioner"], modules["decoder"],
                                  {"anchor": patches, "predictions": predictions}, token["bos"], token["eos"],
                                  manifest["decode"]["max_tokens"])
        texts += [generate.sections(i, processor, token["impression"]) for i in ids]
        probabilities.append(predictions.numpy())
        if at // batch % 10 == 0:
            print(f"{at}/{len(rows)}", flush=True)
    return texts, np.concatenate(probabilities), manifest["labels"]


def stated_by(texts, hilum):
    """One set of stated findings a text: CheXpert's names, and ChestX-ray14's where CheXpert has none."""
    lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
    stated = [set() for _ in texts]
    for scheme in ("chexpert14", "nih14"):
        done = subprocess.run([hilum, "label", "--scheme", scheme, "--policy", "positive"], input=lines, text=True,
                              capture_output=True, check=True)
        for found, line in zip(stated, done.stdout.splitlines(), strict=True):
            found.update(n for n, value in json.loads(line)["labels"].items() if value == "positive")
    return [{n for n in FINDINGS if found & {n, *NIH_NAMES.get(n, [])}} for found in stated]


def score(truth, known, said, rows=slice(None)):
    """Micro F1 over all known pairs and macro F1 over the findings with enough positives."""
    truth, known, said = truth[rows], known[rows], said[rows]
    micro = stats.f1(truth[known], said[known])
    each = [stats.f1(truth[known[:, j], j], said[known[:, j], j]) for j in range(truth.shape[1])]
    return micro, float(np.mean(each)), each


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--hilum", default=str(Path(__file__).parents[2] / "build/release/bin/hilum"), help="the program")
    parser.add_argument("--texts", help="also write the generated reports (JSONL)")
    args = parser.parse_args()

    torch.set_num_threads(1)
    films = Films(args.cache)
    rows = np.concatenate([films.where("siim", "test"), np.flatnonzero(films.half & (films.fold == films.test_fold))])
    texts, probability, entries = write_reports(Path(args.bundle), films, rows)
    if args.texts:
        with open(args.texts, "w", encoding="utf-8") as file:
            for row, (findings, impression) in zip(rows, texts):
                file.write(json.dumps({"id": films.info[row]["key"], "findings": findings, "impression": impression}) + "\n")

    every = [e["name"] for e in entries if e["name"] in FINDINGS]
    values = films.values[np.ix_(rows, [films.labels.index(n) for n in every])]
    enough = [j for j in range(len(every)) if (values[:, j] == 1).sum() >= LEAST_POSITIVES]
    names, values = [every[j] for j in enough], values[:, enough]
    truth, known = values == 1, ~np.isnan(values)
    training = reports.load(args.data)
    whole = [" ".join(filter(None, (r.row.get("findings"), r.row.get("impression")))) for r in training]
    normal = collections.Counter(w for r, w, stated in zip(training, whole, stated_by(whole, args.hilum))
                                 if r.row.get("findings") and not stated).most_common(1)[0][0]
    rng = np.random.default_rng(0)
    systems = {
        "generated": [" ".join(t) for t in texts],
        "commonest normal report": [normal] * len(rows),
        "random training report": [whole[i] for i in rng.integers(len(whole), size=len(rows))],
    }
    said = {}
    for system, written in systems.items():
        said[system] = np.array([[n in stated for n in names] for stated in stated_by(written, args.hilum)])
    draws = list(stats.resamples([films.info[i]["patient"] for i in rows], 1000, 0))
    result = {"films": len(rows), "findings": names, "commonest normal report": normal, "systems": {}}
    samples = {}
    for system, matrix in said.items():
        micro, macro, each = score(truth, known, matrix)
        samples[system] = np.array([score(truth, known, matrix, i)[:2] for i in draws])
        result["systems"][system] = {
            "micro_f1": round(micro, 4), "micro_interval": stats.interval(samples[system][:, 0]),
            "macro_f1": round(macro, 4), "macro_interval": stats.interval(samples[system][:, 1]),
            "f1": {n: round(f, 4) for n, f in zip(names, each)}}
    for other in list(systems)[1:]:
        difference = samples["generated"] - samples[other]
        result["systems"][other]["generated_minus_this"] = {
            "micro_interval": stats.interval(difference[:, 0]), "macro_interval": stats.interval(difference[:, 1])}
    column = [next(i for i, e in enumerate(entries) if e["name"] == n) for n in names]
    above = probability[:, column] >= np.array([entries[i]["threshold"] for i in column])
    stated = said["generated"]
    result["findings above threshold that are stated"] = round(float(stated[above].mean()), 4)
    result["stated findings that are above threshold"] = round(float(above[stated].mean()), 4)
    result["distinct reports"] = len(set(systems["generated"]))
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
