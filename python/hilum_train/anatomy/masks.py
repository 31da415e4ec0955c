"""The films with masks: their sources, patients, and the four structures as targets with the places where they are known.

Lung masks come in two conventions. JSRT, Wingspan and the `lung_mask` files stop at the heart's border and the dome of the
diaphragm; the radiologists' organ masks and `lung_mask_v7` go on behind the heart. The first is the one of this model, so organ
lungs lose what lies under the cardiomediastinum, and `lung_mask_v7` is not used.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from hilum_train.anatomy import landmarks
from hilum_train.data import records


RIGHT, LEFT, HEART, AIRWAY = range(4)
NAMES = ("right_lung", "left_lung", "heart", "airway")


def load(data):
    """Film records with masks, and the patients whose masks are kept back (none of their films is used)."""
    every = records.load(data)
    kept_back = {records.patient_key(f) for f in every if f.get("masks_held")}
    films = []
    for film in every:
        film["patient_key"] = records.patient_key(film)
        if film["patient_key"] in kept_back or not (film.get("mask") or film.get("lung_mask") or film.get("organ_masks")):
            continue
        film["kind"] = "organs" if film.get("organ_masks") else "heart_lung" if film.get("mask") else "lungs"
        films.append(film)
    return films, kept_back


def read(path):
    return np.array(Image.open(path).convert("L"))


def sides(lungs):
    """A mask of both lungs -> right and left by the place of its two large parts in the picture, or None."""
    parts, count = ndimage.label(lungs)
    sizes = ndimage.sum_labels(lungs, parts, range(1, count + 1)) if count else np.zeros(0)
    large = [i + 1 for i in np.argsort(-sizes)[:2]]
    if len(large) < 2 or sizes[large[1] - 1] < 0.25 * sizes[large[0] - 1]:
        return None
    centres = {i: ndimage.center_of_mass(parts == i)[1] for i in large}
    first, second = sorted(large, key=centres.get)
    return parts == first, parts == second


def targets(film, data):
    """Targets bool[4,H,W] and where each is known bool[4,H,W], in the film's own size; None if the lungs touch."""
    folder = Path(data) / ("heart_lung" if film["kind"] == "heart_lung" else "xrays")
    if film["kind"] == "heart_lung":
        mask = read(folder / film["mask"])
        wanted = np.stack([mask == 1, mask == 2, mask == 3, np.zeros_like(mask, bool)])
        known = np.ones_like(wanted)
        known[AIRWAY] = False
        return wanted, known
    if film["kind"] == "lungs":
        both = sides(read(folder / film["lung_mask"]) > 127)
        if both is None:
            return None
        empty = np.zeros_like(both[0])
        wanted = np.stack([*both, empty, empty])
        known = np.ones_like(wanted)
        known[HEART] = both[0] | both[1]
        known[AIRWAY] = False
        return wanted, known
    organs = {name: read(folder / path) > 127 for name, path in film["organ_masks"].items()}
    middle = organs["cardiomediastinum"]
    empty = np.zeros_like(middle)
    airway = organs.get("airways", empty)
    wanted = np.stack([*(landmarks.largest(organs[name] & ~middle) for name in NAMES[:2]), empty, airway])
    known = np.ones_like(wanted)
    known[HEART] = ~middle
    known[AIRWAY] = "airways" in organs
    return wanted, known


def save_json(path, content):
    """One line of JSON."""
    Path(path).write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
