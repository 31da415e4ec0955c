"""Where tubes end, out of the boxes that people drew around tips and carinas on 1,900 films that are not in the data.

The boxes are in pixels of films whose size is not told. The carina lies in the middle of a film on average, so a film's width
is taken as twice the median of the carinas' columns; places are in that unit on both axes.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np


def read(data):
    """Tips counted from their film's carina, f32[N,2] (x, y) in widths of the film; negative y is above the carina."""
    centres = defaultdict(dict)
    for path in sorted((Path(data) / "tubes" / "annots").glob("*_annots.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            for image, *box, name in csv.reader(lines):
                if all(box):
                    x0, y0, x1, y1 = map(float, box)
                    centres[image][name] = ((x0 + x1) / 2, (y0 + y1) / 2)
    width = 2 * np.median([of["carina"][0] for of in centres.values() if "carina" in of])
    pairs = [np.subtract(of["probe"], of["carina"]) / width for of in centres.values() if len(of) == 2]
    return np.array(pairs, np.float32)
