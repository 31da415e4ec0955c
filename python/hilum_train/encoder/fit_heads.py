"""Fits ridge logistic regressions on both networks' summaries: those that add the inner blocks to the logits of opacity and
pneumonia, and one for each finding that only ChestX-ray14 has.

The networks must not have seen ChestX-ray14. Five regressions, each without one fold's patients, give the held-back
logits; a sixth without the test fold goes into the classifier. "No finding" betrays the scanner in this set, so only films
with a finding teach by their labels: the pneumonia half, and the films beyond the first thousand. Where published networks'
probabilities are given for a film, they are averaged with its label, or teach alone. The regressions' strength is picked
within each fold's training patients.
"""

import argparse
import csv

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from hilum_train import stats
from hilum_train.data import split_files
from hilum_train.data.films import Films
from hilum_train.data.labels import INDEX, NIH_NAMES
from hilum_train.encoder.encoder import SECOND, WIDTH, FindingReader, summary_width
from hilum_train.encoder.floor import NIH_FIVE

PROBED = ["Consolidation", "Edema", "Atelectasis", "Infiltration", "Pleural Effusion", "Pneumothorax", "Emphysema",
          "Fibrosis", "Pleural Thickening"]
STRENGTHS = (0.0003, 0.001, 0.003, 0.01)
# A grid's mean has about as many columns as all tapped levels together, and they weigh half.
COLUMNS = np.concatenate([np.where(np.arange(width) < WIDTH, 0.5, 1.0) for width in (summary_width(), summary_width(SECOND))])
# Findings of `siim` whose logits the inner blocks add to, and how strong beside the network's own part.
ADDED, SHARES = ("Lung Opacity", "Pneumonia"), (1.0, 2.0, 4.0)


def teacher_of(path, films):
    """{finding: {position of a film: probability}} out of the published networks' table."""
    position = {film["file"]: i for i, film in enumerate(films.info)}
    out = {name: {} for name in PROBED}
    if path:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name in PROBED:
                    if row["file"] in position:
                        out[name][position[row["file"]]] = float(row[NIH_NAMES[name][0]])
    return out


def regression(x, target, weight, strength, columns):
    """(weights, bias) on unscaled columns of a ridge logistic regression on standardised ones."""
    mean, spread = x.mean(0), x.std(0)
    # A channel that is nearly silent on the training films may speak up on others.
    spread = np.maximum(spread, 0.1 * np.median(spread))
    scale = columns / spread
    both = np.concatenate([(x - mean) * scale] * 2)
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit(both, np.repeat([1, 0], len(x)), sample_weight=np.concatenate([weight * target, weight * (1 - target)]))
    weights = model.coef_[0] * scale
    return weights, float(model.intercept_[0] - (weights * mean).sum())


def add_inner(films, x, logits, name):
    """(weights, bias) of what the inner blocks add to the network's own logit of a finding, learnt on `siim`. The regression's
    strength, and its share, are picked on the films held back for such choices."""
    known = ~np.isnan(films.values[:, INDEX[name]])
    train, val = (rows[known[rows]] for rows in (films.where("siim", "train"), films.where("siim", "val")))
    truth, best = films.values[:, INDEX[name]] == 1, (-1.0, np.zeros(x.shape[1]), 0.0)
    for strength in STRENGTHS:
        weights, bias = regression(x[train], truth[train].astype(float), np.ones(len(train)), strength, COLUMNS == 1)
        for share in SHARES:
            factor = share * logits[train].std() / (x[train] @ weights).std()
            area = stats.auc(truth[val], logits[val] + factor * (x[val] @ weights))
            print(name, "strength", strength, "share", share, "auc", round(area, 4), flush=True)
            best = max(best, (np.nan_to_num(area), factor * weights, factor * bias), key=lambda b: b[0])
    return best[1], best[2]


class Examples:
    """What teaches one finding: a target between 0 and 1 and a weight for every film of ChestX-ray14."""

    def __init__(self, films, teacher, name):
        self.target = np.nan_to_num(films.values[:, INDEX[name]].astype(np.float64))
        ill = (films.values[:, [INDEX[n] for n in NIH_NAMES]] == 1).any(1)
        self.weight = ((films.source == "nih") & (films.half | ill)).astype(np.float64)
        for i, probability in teacher[name].items():
            self.target[i] = (self.target[i] + probability) / 2 if self.weight[i] else probability
            self.weight[i] += 1

    def fit(self, x, rows, strength):
        """(weights, bias) of the regression on these films; a constant where all agree."""
        rows = rows[self.weight[rows] > 0]
        if self.target[rows].max() < 0.5:
            return np.zeros(x.shape[1]), -5.0
        return regression(x[rows], self.target[rows], self.weight[rows], strength, COLUMNS)


def best_strength(films, examples, x, rows):
    """The strength with the highest mean AUC of the five scored findings over inner folds of these rows."""
    means = []
    for strength in STRENGTHS:
        areas = []
        for name in NIH_FIVE:
            scores = np.full(len(films.info), np.nan)
            for fold in np.unique(films.fold[rows]):
                weights, bias = examples[name].fit(x, rows[films.fold[rows] != fold], strength)
                out = rows[films.fold[rows] == fold]
                scores[out] = x[out] @ weights + bias
            scored = rows[films.half[rows]]
            areas.append(stats.auc(films.values[scored, INDEX[name]] == 1, scores[scored]))
        means.append(np.mean(areas))
    print("strength", dict(zip(STRENGTHS, np.round(means, 4))), flush=True)
    return STRENGTHS[int(np.argmax(means))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--weights", nargs=2, metavar=("FIRST", "SECOND"), required=True, help="checkpoints of train_encoder.py")
    parser.add_argument("--features", required=True, help="npz of features.py with these weights")
    parser.add_argument("--out", required=True, help="checkpoint with the fitted heads")
    parser.add_argument("--held-back", required=True, help="npz with every ChestX-ray14 film as held-back heads see it")
    parser.add_argument("--final", required=True, help="npz with every film as the fitted heads see it")
    parser.add_argument("--teacher", help="CSV of published networks' probabilities (xrays/teacher/nih14_probabilities.csv)")
    parser.add_argument("--splits", default=str(split_files.FILMS))
    args = parser.parse_args()

    films = Films(args.cache, args.splits)
    stored = np.load(args.features)
    x, logits = stored["pooled"].astype(np.float64), stored["logits"].copy()
    reader = FindingReader()
    reader.take(*args.weights)
    state = reader.state_dict()

    def put(name, weights, bias):
        state["classifier.probe.weight"][INDEX[name]] = torch.from_numpy(weights).float()
        state["classifier.probe.bias"][INDEX[name]] = bias
    for name in ADDED:
        weights, bias = add_inner(films, x, logits[:, INDEX[name]], name)
        put(name, weights, bias)
        logits[:, INDEX[name]] += x @ weights + bias
    held, final = logits.copy(), logits
    nih = np.flatnonzero(films.fold >= 0)
    teacher = teacher_of(args.teacher, films)
    examples = {name: Examples(films, teacher, name) for name in PROBED}
    for fold in np.unique(films.fold[nih]):
        rows, out = nih[films.fold[nih] != fold], nih[films.fold[nih] == fold]
        strength = best_strength(films, examples, x, rows)
        for name in PROBED:
            j = INDEX[name]
            weights, bias = examples[name].fit(x, rows, strength)
            held[out, j] = x[out] @ weights + bias
            if fold == films.test_fold:
                final[:, j] = np.where(np.isnan(final[:, j]), np.nan, x @ weights + bias)
                for part in ("whole", "score", "attend"):
                    state[f"classifier.{part}.weight"][j] = 0.0
                    state[f"classifier.{part}.bias"][j] = 0.0
                put(name, weights, bias)
    torch.save({"average": state}, args.out)
    np.savez(args.held_back, logits=held)
    np.savez(args.final, logits=final)


if __name__ == "__main__":
    main()
