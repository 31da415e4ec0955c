"""Fits the linear layer that says AP view, lateral view and not a chest film, on the segmenter's deepest features."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from hilum_train.anatomy import masks, predict
from hilum_train.anatomy.cache import read_grey
from hilum_train.anatomy.cascade import coarse_net
from hilum_train.anatomy.net import INPUT, to_input
from hilum_train.data.labels import label_values, LABELS
from hilum_train.stats import auc_interval


NAMES = ("View AP", "View Lateral", "Not Chest")
# A film that is refused cannot be measured, so the labels that refuse need to be surer.
THRESHOLDS = (0.5, 0.9, 0.8)
TEST_SHARE = 0.25
# Films of one source at most: the features cost time, and a label that goes with a source is learnt as the source.
PER_SOURCE = 400


def chosen(data, seed):
    """Films with one of the labels: all laterals and pictures of other things, and some frontal films of each source."""
    films, counts = [], {}
    every = sorted(masks.records.load(data), key=lambda f: masks.records.hashed(f["key"], seed))
    for film in every:
        values = dict(zip(LABELS, label_values(film)))
        film["labels_of_view"] = [values[name] for name in NAMES]
        if all(np.isnan(v) for v in film["labels_of_view"]):
            continue
        rare = values["View Lateral"] == 1 or values["Not Chest"] == 1
        counts[film["source"]] = counts.get(film["source"], 0) + (not rare)
        if rare or counts[film["source"]] <= PER_SOURCE:
            films.append(film)
    return films


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--weights", required=True, help="checkpoint of the network of the whole film")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()

    torch.set_num_threads(1)
    model = predict.load_net(coarse_net, args.weights)
    films = chosen(args.data, args.seed)
    features = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(films), 16):
            grey = np.stack([read_grey(f["path"], INPUT) for f in films[at:at + 16]])
            features.append(model(to_input(torch.from_numpy(grey)))[1].float().numpy())
    features = np.concatenate(features)
    values = np.array([f["labels_of_view"] for f in films])
    patients = np.array([masks.records.patient_key(f) for f in films])
    held = np.array([masks.records.hashed(p, args.seed + 1) < TEST_SHARE for p in patients])
    mean, spread = features.mean(0), features.std(0) + 1e-6
    scaled = (features - mean) / spread
    out = {"names": list(NAMES), "thresholds": list(THRESHOLDS), "weight": [], "bias": [], "results": {}}
    for i, name in enumerate(NAMES):
        known = ~np.isnan(values[:, i])

        def fit(rows):
            return LogisticRegression(C=0.05, max_iter=2000, class_weight="balanced").fit(scaled[rows], values[rows, i])
        test = known & held
        scores = fit(known & ~held).decision_function(scaled[test])
        out["results"][name] = auc_interval(values[test, i], scores, patients[test])
        found = scores > np.log(THRESHOLDS[i] / (1 - THRESHOLDS[i]))
        truth = values[test, i] == 1
        out["results"][name]["sensitivity"] = round(float(found[truth].mean()), 4)
        out["results"][name]["false_alarms"] = round(float(found[~truth].mean()), 4)
        final = fit(known)
        weight = final.coef_[0] / spread
        out["weight"].append([float(w) for w in weight])
        out["bias"].append(float(final.intercept_[0] - (weight * mean).sum()))
    Path(args.out).write_text(json.dumps(out) + "\n", encoding="utf-8")
    print(json.dumps(out["results"], indent=1))


if __name__ == "__main__":
    main()
