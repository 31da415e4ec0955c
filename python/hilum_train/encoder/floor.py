"""The floor: logistic regression on the frozen ImageNet network's mean-pooled features, on the same films and folds."""

import argparse

import numpy as np
from sklearn.linear_model import LogisticRegression

from hilum_train import stats
from hilum_train.data.films import Films
from hilum_train.data.labels import INDEX
from hilum_train.encoder.encoder import WIDTH

NIH_FIVE = ["Pleural Effusion", "Edema", "Atelectasis", "Infiltration", "Consolidation"]


def fit_and_score(x, y, train, test, strength):
    """Scores of the test rows by a logistic regression on the training rows."""
    model = LogisticRegression(C=strength, max_iter=500).fit(x[train], y[train])
    return model.decision_function(x[test])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--features", required=True, help="npz of features.py without --weights")
    parser.add_argument("--out", required=True, help="npz with the floor's scores")
    parser.add_argument("--strength", type=float, default=0.01, help="C of the logistic regression (0.01 was the best of 0.0003 to 1)")
    args = parser.parse_args()

    films = Films(args.cache)
    x = np.load(args.features)["pooled"][:, :WIDTH].astype(np.float32)
    scores = np.full(films.values.shape, np.nan, np.float32)
    y = films.values[:, INDEX["Lung Opacity"]]
    train, test = films.where("siim", "train"), films.where("siim", "test")
    scores[test, INDEX["Lung Opacity"]] = fit_and_score(x, y, train, test, args.strength)
    print("siim Lung Opacity", round(stats.auc(y[test] == 1, scores[test, INDEX["Lung Opacity"]]), 4), len(test))
    half = np.flatnonzero(films.half)
    for name in NIH_FIVE:
        y = films.values[:, INDEX[name]]
        for fold in range(5):
            test = half[films.fold[half] == fold]
            train = half[films.fold[half] != fold]
            scores[test, INDEX[name]] = fit_and_score(x, y, train, test, args.strength)
        print("nih", name, round(stats.auc(y[half] == 1, scores[half, INDEX[name]]), 4), int(y[half].sum()))
    np.savez(args.out, scores=scores)


if __name__ == "__main__":
    main()
