"""Stage 2: for each case the most similar training cases of other patients, by the frozen encoder and the aligner.

Writes the records with `similar` (id, score, facts), as `hilum retrieve` does, and says how often the cases found say the same.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from hilum_train.data import cases
from hilum_train.report.aligner import ImageAligner
from hilum_train.report.train_alignment import vectors


class Loaded(torch.nn.Module):
    """The aligner alone out of a checkpoint of train_alignment.py."""

    def __init__(self, checkpoint):
        super().__init__()
        state = torch.load(checkpoint, weights_only=True)["model"]
        own = {k[len("image."):]: v for k, v in state.items() if k.startswith("image.")}
        self.image = ImageAligner(own["cells.weight"].shape[1], own["mean"].shape[0], own["cells.weight"].shape[0])
        self.image.load_state_dict(own)
        self.eval()


def nearest(queries, query_patients, stored, stored_patients, count, block=512):
    """Positions and scores [N,count] of the best stored vectors of other patients."""
    places, scores = [], []
    for at in range(0, len(queries), block):
        near = queries[at:at + block] @ stored.T
        near[query_patients[at:at + block, None] == stored_patients[None, :]] = -np.inf
        top = np.argsort(-near, axis=1, kind="stable")[:, :count]
        places.append(top)
        scores.append(np.take_along_axis(near, top, 1))
    return np.concatenate(places), np.concatenate(scores)


def agreement(records, stored, places, scores):
    """How often a found case states the same as the query, and how often a random training case would."""
    names = sorted({cases.signature(r) for r in stored})
    code = {name: i for i, name in enumerate(names)}
    of = np.array([code[cases.signature(r)] for r in stored])
    rng, same, chance = np.random.default_rng(0), [], []
    for record, row, score in zip(records, places, scores):
        mine = code.get(cases.signature(record), -1)
        same.append(np.mean(of[row[np.isfinite(score)]] == mine))
        chance.append(of[rng.integers(len(stored))] == mine)
    return {"cases": len(records), "same_findings": round(float(np.mean(same)), 4), "chance": round(float(np.mean(chance)), 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", required=True)
    parser.add_argument("--features", required=True)
    parser.add_argument("--aligner", required=True, help="checkpoint of train_alignment.py")
    parser.add_argument("--out", required=True, help="JSONL of the records with `similar`")
    parser.add_argument("--top", type=int, default=3)
    args = parser.parse_args()

    torch.set_num_threads(1)
    features = cases.Features(args.features)
    records = features.usable(cases.read(args.cases))
    found = vectors(Loaded(args.aligner), features, [features.anchor(r) for r in records])
    index = [i for i, r in enumerate(records) if cases.facts_of(r) and (r.get("split") or "train") == "train"]
    patients = np.unique([cases.patient_of(r) for r in records], return_inverse=True)[1]
    places, scores = nearest(found, patients, found[index], patients[index], args.top)
    stored = [records[i] for i in index]
    for name in ("train", "validate", "test"):
        part = [i for i, r in enumerate(records) if (r.get("split") or "train") == name and cases.facts_of(r)]
        if part:
            said = agreement([records[i] for i in part], stored, places[part], scores[part])
            print(json.dumps({"part": name, **said}), flush=True)
    with Path(args.out).open("w", encoding="utf-8") as out:
        for record, row, score in zip(records, places, scores):
            record["similar"] = [{"id": stored[i]["id"], "score": round(float(s), 6), "facts": cases.facts_of(stored[i])}
                                 for i, s in zip(row, score) if np.isfinite(s)]
            out.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
