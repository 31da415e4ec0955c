"""Fits the findings that only ChestX-ray14 has, as ridge logistic regressions on a trained encoder's global vector.

The encoder must not have seen ChestX-ray14. Five regressions, each without one fold's patients, give the held-back
logits; a sixth without the test fold goes into the classifier. Only the pneumonia half is used, in which "no finding" does
not betray the scanner.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from encoder import WIDTH
from films import Films
from labels import INDEX

PROBED = ["Consolidation", "Edema", "Atelectasis", "Infiltration", "Pleural Effusion", "Pneumothorax", "Emphysema",
          "Fibrosis", "Pleural Thickening"]
# The patches' mean is longer than all tapped levels together, so its columns weigh half.
MEAN_WEIGHT = 0.5


def fit(x, y, strength):
    """(weights, bias) on unscaled columns of a regression on standardised ones; a constant where y is one."""
    if y.min() == y.max():
        return np.zeros(x.shape[1]), 5.0 * float(2 * y[0] - 1)
    mean, spread = x.mean(0), x.std(0)
    # A channel that is nearly silent on the training films may speak up on others.
    spread = np.maximum(spread, 0.1 * np.median(spread))
    scale = np.where(np.arange(x.shape[1]) < WIDTH, MEAN_WEIGHT, 1.0) / spread
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit((x - mean) * scale, y)
    weights = model.coef_[0] * scale
    return weights, float(model.intercept_[0] - (weights * mean).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--weights", required=True, help="checkpoint of train_encoder.py --stage pretrain")
    parser.add_argument("--features", required=True, help="npz of features.py with these weights")
    parser.add_argument("--out", required=True, help="checkpoint with the fitted heads")
    parser.add_argument("--held-back", required=True, help="npz with every ChestX-ray14 film as held-back heads see it")
    parser.add_argument("--final", required=True, help="npz with every film as the fitted heads see it")
    parser.add_argument("--strength", type=float, default=0.003, help="C of the regressions")
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    args = parser.parse_args()

    films = Films(args.cache, args.splits)
    stored = np.load(args.features)
    x, held, final = stored["pooled"].astype(np.float64), stored["logits"].copy(), stored["logits"].copy()
    saved = torch.load(args.weights, weights_only=True)
    state = saved["average"]
    half, nih = np.flatnonzero(films.half), np.flatnonzero(films.fold >= 0)
    for name in PROBED:
        j, y = INDEX[name], films.values[:, INDEX[name]]
        for fold in sorted(set(films.fold[nih])):
            rows = half[films.fold[half] != fold]
            weights, bias = fit(x[rows], y[rows], args.strength)
            out = nih[films.fold[nih] == fold]
            held[out, j] = x[out] @ weights + bias
            if fold == films.test_fold:
                final[:, j] = np.where(np.isnan(stored["logits"][:, j]), np.nan, x @ weights + bias)
                for part in ("whole", "score", "attend"):
                    state[f"classifier.{part}.weight"][j] = 0.0
                    state[f"classifier.{part}.bias"][j] = 0.0
                state["classifier.probe.weight"][j] = torch.from_numpy(weights).float()
                state["classifier.probe.bias"][j] = bias
    torch.save({"average": state}, args.out)
    np.savez(args.held_back, logits=held)
    np.savez(args.final, logits=final)


if __name__ == "__main__":
    main()
