"""What a bundle's shared space of images and facts is good for, on held-back patients: whether the films nearest to a few words
have what the words say, and whether the training cases nearest to a film say the same as it (with the global vector alone, and
by chance)."""

import argparse
import json
from pathlib import Path

import numpy as np
import sentencepiece
import torch

from hilum_train import stats
from hilum_train.data import cases
from hilum_train.data.labels import FINDINGS
from hilum_train.report.retrieve_cases import agreement, nearest
from hilum_train.report.train_alignment import encode

# What a user might type: the bare name, and a phrase as facts have it.
PHRASES = {"Lung Opacity": "patchy opacities", "Pneumonia": "lower lobe pneumonia", "Edema": "pulmonary edema",
           "Atelectasis": "basilar atelectasis", "Infiltration": "patchy infiltrate", "Pleural Effusion": "small pleural effusion"}
TOP = 3


def vectors(aligner, features, records, batch=256):
    """The films' vectors by the bundle's aligner."""
    rows, out = [features.anchor(r) for r in records], []
    for at in range(0, len(rows), batch):
        out.append(aligner(*(torch.from_numpy(a[rows[at:at + batch]].astype(np.float32))
                             for a in (features.patches, features.pooled))))
    return torch.cat(out).numpy()


def by_words(records, image, text, name):
    """AUC of nearness to a text within each source that has films with and without the finding."""
    stated = np.array([cases.labels_of(r).get(name) or "" for r in records])
    sources, out = np.array([r["id"].split("/")[0] for r in records]), {}
    for source in np.unique(sources):
        rows = np.flatnonzero((sources == source) & (stated != ""))
        if min((stated[rows] == "positive").sum(), (stated[rows] == "negative").sum()) >= 10:
            out[source] = stats.auc_interval(stated[rows] == "positive", image[rows] @ text,
                                             [cases.patient_of(records[i]) for i in rows])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", required=True)
    parser.add_argument("--features", required=True)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    torch.set_num_threads(1)
    bundle, features = Path(args.bundle), cases.Features(args.features)
    aligner, encoder = (torch.jit.load(str(bundle / f"{role}.pt")) for role in ("aligner", "text_encoder"))
    processor = sentencepiece.SentencePieceProcessor(model_file=str(bundle / "tokenizer.model"))
    records = [r for r in features.usable(cases.read(args.cases)) if cases.labels_of(r)]
    test = cases.part(records, "test")
    stored = [r for r in cases.part(records, "train") if cases.facts_of(r)]
    names = [label["name"] for label in features.labels if label["name"] in FINDINGS]
    with torch.no_grad(), torch.jit.optimized_execution(False):
        image, index = vectors(aligner, features, test), vectors(aligner, features, stored)
        words = [name.lower() for name in names], [PHRASES.get(name, name.lower()) for name in names]
        _, text = encoder(*encode(processor, words[0] + words[1]))
    text = text.numpy()
    result = {"films": len(test), "words": {}, "similar": {}}
    for j, name in enumerate(names):
        result["words"][name] = {"name": by_words(test, image, text[j], name), "phrase": words[1][j],
                                 "by_phrase": by_words(test, image, text[len(names) + j], name)}
    whole = [features.pooled[[features.anchor(r) for r in part]] for part in (test, stored)]
    whole = [w / np.linalg.norm(w, axis=1, keepdims=True) for w in whole]
    patients = np.unique([cases.patient_of(r) for r in test + stored], return_inverse=True)[1]
    for space, (queries, against) in {"aligner": (image, index), "global vector": whole}.items():
        for source in sorted({r["id"].split("/")[0] for r in test}):
            rows = [i for i, r in enumerate(test) if r["id"].startswith(source + "/")]
            places, scores = nearest(queries[rows], patients[rows], against, patients[len(test):], TOP)
            result["similar"].setdefault(source, {})[space] = agreement([test[i] for i in rows], stored, places, scores)
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
