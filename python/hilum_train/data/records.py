"""Reads the data folder's manifests into one flat list of film records."""

import hashlib
import json
from pathlib import Path

# rsnan: normal films of unknown ChestX-ray14 patients. They might be patients of the folds, so no training uses them.
SETS = {"xrays": None, "non_chest": "non_chest", "heart_lung": "heart_lung"}
# Another anatomy and another aspect ratio: for a network's first epochs at most.
PAEDIATRIC = {"paediatric_pneumonia": "paediatric"}
LEFT_OUT = {"rsnan"}


def load(data, sets=None):
    """Every usable film: the manifest's fields plus `source`, `path` and `key` (source and id), duplicates dropped."""
    data = Path(data)
    films = []
    for folder, source in (sets or SETS).items():
        manifest = data / folder / "manifest.jsonl"
        if not manifest.exists():
            continue
        for line in manifest.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            record.setdefault("source", source)
            if record["source"] in LEFT_OUT or record.get("dup_of"):
                continue
            record["path"] = str(data / folder / record["file"])
            record["key"] = f'{record["source"]}/{record.get("source_id") or record.get("id") or Path(record["file"]).stem}'
            films.append(record)
    return films


def patient_key(record):
    """What stays together in a split: a patient of a source, or the film where no patient is known."""
    return f'{record["source"]}/{record["patient"]}' if record.get("patient") else record["key"]


def hashed(text, seed):
    """A stable number in [0, 1) for a text."""
    return int(hashlib.sha256(f"{seed}:{text}".encode()).hexdigest()[:12], 16) / 16**12
