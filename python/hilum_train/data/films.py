"""The cached films and the parts of the split."""

import json
from pathlib import Path

import numpy as np

from hilum_train.data import split_files


class Films:
    """Arrays and index made by cache_images.py, with the split of make_splits.py."""

    def __init__(self, cache, splits=split_files.FILMS):
        cache = Path(cache)
        self.images = np.load(cache / "films.npy", mmap_mode="r")
        self.boxes = np.load(cache / "boxes.npy", mmap_mode="r")
        index = json.loads((cache / "films.json").read_text(encoding="utf-8"))
        self.labels, self.info = index["labels"], index["films"]
        self.values = np.array([[np.nan if v is None else v for v in f["values"]] for f in self.info], np.float32)
        self.boxed = np.array([f["boxed"] for f in self.info])
        self.source = np.array([f["source"] for f in self.info])
        self.half = np.array([f["half"] for f in self.info])
        split = json.loads(Path(splits).read_text(encoding="utf-8"))
        held = {key: part for part in ("test", "val") for key in split[part]}
        self.part = np.array([held.get(f["key"], "train") for f in self.info])
        self.fold = np.array([split["nih_folds"].get(f["nih_patient"], -1) if f["source"] == "nih" else -1
                              for f in self.info])
        self.test_fold = split["nih_test_fold"]

    def where(self, source=None, part=None):
        """Positions of the films of a source (or all but ChestX-ray14 with `other`) in a part."""
        keep = np.ones(len(self.info), bool)
        if source == "other":
            keep &= self.source != "nih"
        elif source:
            keep &= self.source == source
        if part:
            keep &= self.part == part
        return np.flatnonzero(keep)
