"""Scores the segmenter on films it has not seen: heart and lungs on the held-out patients, airway and carina by folds."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from hilum_train.anatomy import close_cache, landmarks, masks, predict
from hilum_train.stats import interval, resamples


# The carina's error is in pixels of a film whose short side has this many.
SHORT_SIDE = 384


def dice(a, b):
    """Overlap of two masks."""
    return 2 * float((a & b).sum()) / max(1, int(a.sum()) + int(b.sum()))


def summary(values, patients, of=np.mean):
    """Mean (or median) of the films with its interval over patients."""
    values, patients = np.asarray(values, float), np.asarray(patients)
    keep = ~np.isnan(values)
    values, patients = values[keep], patients[keep]
    if len(values) == 0:
        return {"value": None, "interval": None, "films": 0, "patients": 0}
    draws = [of(values[i]) for i in resamples(patients, 2000, 0)]
    return {"value": round(float(of(values)), 4), "interval": interval(draws), "films": len(values),
            "patients": len(set(patients.tolist()))}


def swapped(wanted):
    """Whether a mask's heart lies outside its left lung: then somebody has swapped the two."""
    return np.nonzero(wanted[masks.HEART])[1].mean() > np.nonzero(wanted[masks.LEFT])[1].mean()


def score_films(model, films, data):
    """One row a film: Dice of every structure that is known all over the film, and the cardiothoracic ratios."""
    rows = []
    for film in films:
        made = masks.targets(film, data)
        if made is None:
            continue
        wanted, known = made
        logits, shape = predict.maps(model, film["path"]), wanted.shape[1:]
        found = predict.structures(logits, shape)
        row = {"patient": film["patient_key"], "source": film.get("dataset") or film["source"], "kind": film["kind"]}
        for i, name in enumerate(masks.NAMES):
            row[name] = dice(found[i], wanted[i]) if known[i].all() else float("nan")
        if film["kind"] == "heart_lung":
            row["ratio_error"] = abs(predict.heart_ratio(found) - predict.heart_ratio(wanted))
            row["ratio_error_sound"] = float("nan") if swapped(wanted) else row["ratio_error"]
        if known[masks.AIRWAY].all():
            tube = film["organ_masks"].get("endotracheal_tube")
            truth = {"carina": landmarks.carina(wanted[masks.AIRWAY]),
                     "tube_tip": close_cache.tip_of(masks.read(Path(data) / "xrays" / tube) > 127) if tube else None}
            scale = SHORT_SIDE / min(shape)
            for name, of, point in (("carina", "carina", predict.carina(found, logits)),
                                    ("fork", "carina", landmarks.carina(found[masks.AIRWAY])),
                                    ("summit", "carina", predict.summit(logits[4], shape)[0]),
                                    ("tube_tip", "tube_tip", predict.summit(logits[5], shape)[0])):
                both = truth[of] is not None and point is not None
                row[name] = scale * float(np.hypot(*np.subtract(point, truth[of]))) if both else float("nan")
            row["carina_missed"] = truth["carina"] is not None and predict.carina(found, logits) is None
        rows.append(row)
    return rows


def column(rows, name):
    """Summary of a column."""
    return summary([r.get(name, float("nan")) for r in rows], [r["patient"] for r in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--final", nargs=2, required=True, metavar=("COARSE", "CLOSE"), help="checkpoints of all training films")
    parser.add_argument("--coarse", nargs="*", default=[], help="checkpoints of the folds, in their order")
    parser.add_argument("--close", nargs="*", default=[], help="checkpoints of the folds' close-ups")
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    torch.set_num_threads(1)
    split = json.loads(Path(args.splits).read_text(encoding="utf-8"))
    films = masks.load(args.data)[0]
    test = set(split["test"])
    rows = score_films(predict.load(*args.final), [f for f in films if f["key"] in test], args.data)
    results = {"held_out": {"all": {name: column(rows, name) for name in masks.NAMES[:3]}}}
    for name in ("ratio_error", "ratio_error_sound"):
        results["held_out"]["all"][name] = column(rows, name)
    results["held_out"]["all"]["ratio_error_median"] = summary([r["ratio_error"] for r in rows if "ratio_error" in r],
                                                               [r["patient"] for r in rows if "ratio_error" in r], np.median)
    for source in sorted({r["source"] for r in rows}):
        part = [r for r in rows if r["source"] == source]
        results["held_out"][source] = {name: column(part, name) for name in masks.NAMES[:3]
                                       if not all(np.isnan(r[name]) for r in part)}
    by_fold = []
    for fold, paths in enumerate(zip(args.coarse, args.close)):
        held = [f for f in films if f["kind"] == "organs" and split["folds"][f["patient_key"]] == fold]
        by_fold += score_films(predict.load(*paths), held, args.data)
    if by_fold:
        errors, patients = [r["carina"] for r in by_fold if "carina" in r], [r["patient"] for r in by_fold if "carina" in r]
        results["folds"] = {name: column(by_fold, name) for name in masks.NAMES if name != "heart"}
        results["folds"]["carina_median_pixels"] = summary(errors, patients, np.median)
        for name in ("fork", "summit", "tube_tip"):
            results["folds"][f"{name}_median_pixels"] = summary([r[name] for r in by_fold if name in r], patients, np.median)
        results["folds"]["carina_within_8"] = summary([float(e <= 8) for e in errors if not np.isnan(e)],
                                                      [p for e, p in zip(errors, patients) if not np.isnan(e)])
        results["folds"]["carina_missed"] = sum(bool(r.get("carina_missed")) for r in by_fold)
    Path(args.out).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
