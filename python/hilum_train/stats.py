"""Areas under the ROC curve, F1 and bootstrap intervals."""

import numpy as np
from scipy.stats import rankdata


def auc(truth, score):
    """Area under the ROC curve; NaN without both classes."""
    truth = np.asarray(truth, bool)
    positives, negatives = truth.sum(), (~truth).sum()
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def resamples(groups, count, seed):
    """Index arrays of bootstrap samples that draw whole groups (patients)."""
    rng = np.random.default_rng(seed)
    names, where = np.unique(np.asarray(groups), return_inverse=True)
    members = np.split(np.argsort(where, kind="stable"), np.cumsum(np.bincount(where))[:-1])
    for _ in range(count):
        yield np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))])


def interval(values):
    """2.5 and 97.5 percentiles, NaN left out."""
    return [round(float(x), 4) for x in np.nanpercentile(values, [2.5, 97.5])]


def auc_interval(truth, score, groups, count=1000, seed=0):
    """AUC with its patient-wise bootstrap interval, and the numbers of films."""
    truth, score = np.asarray(truth, bool), np.asarray(score)
    draws = [auc(truth[i], score[i]) for i in resamples(groups, count, seed)]
    return {"auc": round(auc(truth, score), 4), "interval": interval(draws), "positive": int(truth.sum()),
            "negative": int((~truth).sum())}


def f1(truth, said):
    """F1 of one label; 0 where there is nothing right."""
    hit = float((truth & said).sum())
    return 2 * hit / max(1.0, float(truth.sum() + said.sum()))
