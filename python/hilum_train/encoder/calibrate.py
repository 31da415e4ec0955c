"""Turns held-back logits into calibration, thresholds and the list of labels that the bundle keeps.

A label is kept when its held-back AUC is above one half with its whole bootstrap interval, on the sources that taught
it and, where ChestX-ray14 did not teach it but has enough cases, there too. Films of the test fold and
of the `siim` test patients take no part.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from hilum_train import stats
from hilum_train.data.films import Films
from hilum_train.data.labels import APPEARANCE
from hilum_train.encoder.fit_heads import PROBED

LEAST_POSITIVES, LEAST_ELSEWHERE = 15, 10


def held_back(films, nih, final):
    """(rows, logits): ChestX-ray14's pneumonia half without the test fold as its held-back heads see it, and the other
    sources' held-back films as the final model sees them."""
    logits = np.full(films.values.shape, np.nan, np.float32)
    for rows, path in ((np.flatnonzero(films.half & (films.fold != films.test_fold)), nih),
                       (films.where("other", "val"), final)):
        logits[rows] = np.load(path)["logits"][rows]
    return np.flatnonzero(~np.isnan(logits[:, 0])), logits


def best_threshold(truth, probability):
    """The probability above which F1 is highest."""
    candidates = np.unique(np.quantile(probability, np.linspace(0.02, 0.995, 200)))
    scores = [stats.f1(truth, probability >= t) for t in candidates]
    return float(np.clip(candidates[int(np.argmax(scores))], 0.02, 0.9))


def steady_threshold(truth, probability, groups, count=300):
    """The mean of the best thresholds over resamples of the patients: the best one of a few hundred films is mostly chance."""
    return float(np.mean([best_threshold(truth[i], probability[i]) for i in stats.resamples(groups, count, 0)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--held-back", required=True, help="npz of fit_heads.py")
    parser.add_argument("--final", required=True, help="npz of fit_heads.py")
    parser.add_argument("--out", required=True)
    parser.add_argument("--labels", required=True, help="JSON list of the kept labels, to write")
    args = parser.parse_args()

    films = Films(args.cache)
    rows, logits = held_back(films, args.held_back, args.final)
    result = {}
    for j, name in enumerate(films.labels):
        if name in APPEARANCE:
            continue
        # A label is calibrated on the sources that taught it.
        known = rows[~np.isnan(films.values[rows, j]) & ((films.source[rows] == "nih") == (name in PROBED))]
        truth = films.values[known, j] == 1
        groups = [films.info[i]["patient"] for i in known]
        if truth.sum() < 2 or (~truth).sum() < 2:
            continue
        elsewhere = rows[~np.isnan(films.values[rows, j]) & (films.source[rows] == "nih")]
        transfers = True
        if name not in PROBED and (films.values[elsewhere, j] == 1).sum() >= LEAST_ELSEWHERE:
            there = stats.auc_interval(films.values[elsewhere, j] == 1, logits[elsewhere, j],
                                       [films.info[i]["patient"] for i in elsewhere])
            transfers = there["interval"][0] > 0.5
        entry = stats.auc_interval(truth, logits[known, j], groups)
        # Prevalences differ between sources; weighting would hide that, so the pooled films are taken as they are.
        model = LogisticRegression(C=10.0).fit(logits[known, j:j + 1], truth)
        scale, bias = float(model.coef_[0, 0]), float(model.intercept_[0])
        probability = 1 / (1 + np.exp(-(scale * logits[known, j] + bias)))
        entry.update(scale=scale, bias=bias, threshold=steady_threshold(truth, probability, groups),
                     kept=bool(truth.sum() >= LEAST_POSITIVES and entry["interval"][0] > 0.5 and scale > 0
                               and transfers))
        result[name] = entry
        print(f"{name:20s} auc {entry['auc']:.3f} {entry['interval']} threshold {entry['threshold']:.3f} "
              f"scale {scale:.2f} {'kept' if entry['kept'] else 'dropped'}")
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    Path(args.labels).write_text(json.dumps([n for n, e in result.items() if e["kept"]]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
