"""Areas under the ROC curve with patient-wise bootstrap intervals: opacity within `siim`, five findings inside the
pneumonia half of ChestX-ray14 against the frozen floor, and every kept finding within and across sources and views."""

import argparse
import json
from pathlib import Path

import numpy as np

from hilum_train import stats
from hilum_train.data.films import Films
from hilum_train.data.labels import FINDINGS, INDEX
from hilum_train.encoder.floor import NIH_FIVE


def compare(films, ours, floor, names, count=2000):
    """Mean AUC of some findings, ours and the floor's, and the paired bootstrap of the difference."""
    half = np.flatnonzero(films.half)
    columns = [INDEX[name] for name in names]
    truth = films.values[np.ix_(half, columns)] == 1
    a, b = ours[np.ix_(half, columns)], floor[np.ix_(half, columns)]

    def mean_auc(scores, rows):
        return np.mean([stats.auc(truth[rows, j], scores[rows, j]) for j in range(len(columns))])
    everything = np.arange(len(half))
    draws = [mean_auc(a, i) - mean_auc(b, i)
             for i in stats.resamples([films.info[i]["patient"] for i in half], count, 0)]
    each = {name: {"ours": round(stats.auc(truth[:, j], a[:, j]), 4), "floor": round(stats.auc(truth[:, j], b[:, j]), 4),
                   "positive": int(truth[:, j].sum())} for j, name in enumerate(names)}
    return {"films": len(half), "ours": round(float(mean_auc(a, everything)), 4),
            "floor": round(float(mean_auc(b, everything)), 4),
            "difference": round(float(mean_auc(a, everything) - mean_auc(b, everything)), 4),
            "difference_interval": stats.interval(draws), "findings": each}


def against(films, ours, theirs, count=2000):
    """Every kept finding within the set that tests it, ours and an earlier bundle's, and the paired bootstrap of the mean's
    difference over the patients of both sets."""
    places = {"siim": (films.where("siim", "test"), ["Lung Opacity", "Pneumonia"]),
              "nih": (np.flatnonzero(films.half), [name for name in NIH_FIVE if name != "Consolidation"])}
    each, draws = {}, np.zeros(count)

    def auc(scores, rows, name):
        values = films.values[rows, INDEX[name]]
        known = ~np.isnan(values)
        return stats.auc(values[known] == 1, scores[rows[known], INDEX[name]])
    for rows, names in places.values():
        each.update({name: {"ours": round(auc(ours, rows, name), 4), "previous": round(auc(theirs, rows, name), 4)}
                     for name in names})
        samples = stats.resamples([films.info[i]["patient"] for i in rows], count, 0)
        draws += [sum(auc(ours, rows[i], name) - auc(theirs, rows[i], name) for name in names) for i in samples]
    mean = {key: float(np.mean([entry[key] for entry in each.values()])) for key in ("ours", "previous")}
    return {"findings": each, **{key: round(value, 4) for key, value in mean.items()},
            "difference": round(mean["ours"] - mean["previous"], 4), "difference_interval": stats.interval(draws / len(each))}


def held_scores(films, held_back, final):
    """Every film's scores by heads that have not seen it; NaN where there are none."""
    base = np.load(final)["logits"]
    scores = np.full_like(base, np.nan)
    rows = films.where("nih")
    scores[rows] = np.load(held_back)["logits"][rows]
    for part in ("val", "test"):
        rows = films.where("other", part)
        scores[rows] = base[rows]
    return scores


def table(films, scores, rows):
    """AUC of every finding on some films, where there are at least five of each class."""
    out = {}
    for name in FINDINGS:
        j = INDEX[name]
        known = rows[~np.isnan(films.values[rows, j]) & ~np.isnan(scores[rows, j])]
        truth = films.values[known, j] == 1
        if min(truth.sum(), (~truth).sum()) >= 5:
            out[name] = stats.auc_interval(truth, scores[known, j], [films.info[i]["patient"] for i in known])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--held-back", required=True, help="npz of fit_heads.py")
    parser.add_argument("--final", required=True, help="npz of fit_heads.py")
    parser.add_argument("--previous", nargs=2, metavar=("HELD_BACK", "FINAL"), help="the same two of an earlier bundle")
    parser.add_argument("--floor", required=True, help="npz of floor.py")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    films = Films(args.cache)
    scores = held_scores(films, args.held_back, args.final)
    floor = np.load(args.floor)["scores"]

    view = np.array([f["view"] or "" for f in films.info])
    siim = films.where("siim", "test")
    j = INDEX["Lung Opacity"]
    truth, patients = films.values[siim, j] == 1, [films.info[i]["patient"] for i in siim]
    half = np.flatnonzero(films.half)
    held = np.flatnonzero(~np.isnan(scores[:, 0]) & ~((films.source == "nih") & ~films.half))
    small = held[~np.isin(films.source[held], ["siim", "nih"])]
    j_ap = INDEX["View AP"]
    nih_view = films.where("nih")
    chest = np.flatnonzero(~np.isnan(scores[:, 0]))
    result = {
        "siim_opacity": {"ours": stats.auc_interval(truth, scores[siim, j], patients),
                         "floor": stats.auc_interval(truth, floor[siim, j], patients)},
        "nih_five": compare(films, scores, floor, NIH_FIVE),
        "nih_four": compare(films, scores, floor, [name for name in NIH_FIVE if name != "Consolidation"]),
        "within": {"siim test": table(films, scores, siim), "nih pneumonia half": table(films, scores, half),
                   "heart_lung and small sets": table(films, scores, small)},
        "across_sources": table(films, scores, held),
        "nih_half_AP": table(films, scores, half[view[half] == "AP"]),
        "nih_half_PA": table(films, scores, half[view[half] == "PA"]),
        "view_AP_nih": stats.auc_interval(films.values[nih_view, j_ap] == 1, scores[nih_view, j_ap],
                                          [films.info[i]["patient"] for i in nih_view]),
        "not_chest": stats.auc_interval(films.values[chest, INDEX["Not Chest"]] == 1, scores[chest, INDEX["Not Chest"]],
                                        [films.info[i]["patient"] for i in chest]),
    }
    if args.previous:
        result["previous"] = against(films, scores, held_scores(films, *args.previous))
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: result[k] for k in ("siim_opacity", "nih_five", "nih_four", "view_AP_nih", "not_chest", "previous")
                      if k in result}, indent=1))


if __name__ == "__main__":
    main()
