"""Records of studies as training cases, whatever they come from, and what the image encoder said of their images.

A record is what `hilum studies | hilum entities --text-key reference.findings` writes (docs/records.md), or a line of
weak_records.py. `split` is train, validate or test; without one a case is for training.
"""

import json
from pathlib import Path

import numpy as np


def read(path):
    """Records of a JSONL file; those that an earlier command failed on are left out."""
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file if line.strip()]
    return [record for record in records if "error" not in record]


def part(records, name):
    """The records of a part of the split."""
    return [r for r in records if (r.get("split") or "train") == name]


def frontal_first(images):
    """The images with the first frontal one in front, as `hilum generate` takes them."""
    return sorted(images, key=lambda image: (image.get("view") or "").upper() in ("LATERAL", "LL", "L"))


def paths_of(records):
    """Every image of the records and of their priors, each once, in order."""
    seen = {}
    for record in records:
        for study in (record, *record.get("priors", [])[:1]):
            for image in study.get("images", []):
                seen.setdefault(image["path"])
    return list(seen)


def facts_of(record):
    """The factual sequence of the record's report."""
    return (record.get("entities") or {}).get("facts") or []


def patient_of(record):
    """Whom a case belongs to; a case without a patient stands for itself."""
    return record.get("patient_id") or study_of(record)


def study_of(record):
    """The study of a case; images of one study share a report."""
    return record.get("study_id") or record["id"]


def labels_of(record):
    """{finding: "positive" or "negative"} of the case: its own labels, or those of `hilum label`."""
    labels = (record.get("reference") or {}).get("labels") or record.get("labels") or {}
    return {name: value for name, value in labels.items() if value in ("positive", "negative")}


def signature(record):
    """What makes two cases say the same: the findings that they state; the facts where there are no labels."""
    labels = labels_of(record)
    if labels:
        return tuple(sorted(name for name, value in labels.items() if value == "positive"))
    return tuple(sorted(facts_of(record)))


def named_findings(record):
    """The case's labels as facts: those present by name or, where none is, those absent."""
    labels = labels_of(record)
    present = [name.lower() for name, value in labels.items() if value == "positive"]
    return present or [f"no {name.lower()}" for name in labels]


def join_facts(facts):
    """Facts as one text, as the bundle's runtime joins them."""
    return " . ".join(" ".join(fact.split()) for fact in facts)


class Features:
    """What encode_images.py stored: grids, global vectors and probabilities by image path."""

    def __init__(self, folder):
        folder = Path(folder)
        index = json.loads((folder / "images.json").read_text(encoding="utf-8"))
        self.row = {path: i for i, path in enumerate(index["paths"])}
        self.labels = index["labels"]
        self.patches = np.load(folder / "patches.npy", mmap_mode="r")
        self.pooled = np.load(folder / "pooled.npy", mmap_mode="r")
        self.predictions = np.load(folder / "predictions.npy", mmap_mode="r")

    def anchor(self, record):
        """Row of the case's first image."""
        return self.row[frontal_first(record["images"])[0]["path"]]

    def usable(self, records):
        """The records whose every image was encoded."""
        return [r for r in records if r.get("images") and all(p in self.row for p in paths_of([r]))]
