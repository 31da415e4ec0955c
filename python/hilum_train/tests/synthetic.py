"""A tiny made-up data folder with the layout that the training scripts read: noise instead of films."""

import json

import numpy as np
from PIL import Image

NORMAL = ["The heart is normal in size. The lungs are clear. No pleural effusion or pneumothorax.",
          "Heart size is within normal limits. No focal consolidation. Bony structures are intact."]
ABNORMAL = ["There is a small right pleural effusion. The heart is normal in size.",
            "There is patchy airspace opacity in the left base. No pneumothorax.",
            "The heart is mildly enlarged. The lungs are clear."]


def _picture(path, rng):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rng.integers(0, 256, (60, 50), dtype=np.uint8)).save(path)


def _manifest(folder, rows):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


def _films(data, rng):
    rows = []
    findings = [["Effusion", "Pneumonia"], ["No Finding"], ["Edema", "Infiltration", "Pneumonia"], ["Mass"]]
    for i in range(12):
        rows.append({"file": f"img/nih_{i}.png", "source": "nih", "source_id": f"{i}.png", "patient": str(i // 2),
                     "view": "AP" if i % 2 else "PA", "labels": findings[i % 4], "pixel_spacing_orig": 0.1})
    for i in range(14):
        row = {"file": f"img/siim_{i}.png", "source": "siim", "source_id": f"s{i}", "patient": f"p{i}",
               "labels": ["Typical Appearance" if i % 2 else "Negative for Pneumonia"]}
        if i % 2:
            row["boxes"] = [{"label": "opacity", "xyxy01": [0.1, 0.2, 0.4, 0.6]}]
        rows.append(row)
    rows.append({"file": "img/covid.png", "source": "covidcxr", "source_id": "c", "patient": "1", "view": "L",
                 "finding": "Pneumonia"})
    rows.append({"file": "img/again.png", "source": "covidcxr", "source_id": "d", "patient": "1", "view": "L",
                 "finding": "Pneumonia", "dup_of": "covid.png"})
    _manifest(data / "xrays", rows)
    other = [{"file": f"img/n{i}.png", "what": "noise"} for i in range(3)]
    _manifest(data / "non_chest", other)
    hearts = [{"file": f"img/h{i}.png", "id": f"h{i}", "dataset": "jsrt", "ctr_from_mask": 0.4 + 0.1 * i,
               "jsrt_nodule": bool(i % 2)} for i in range(4)]
    _manifest(data / "heart_lung", hearts)
    children = [{"file": f"img/c{i}.png", "label": ["normal", "pneumonia"][i % 2], "patient": f"c{i}"} for i in range(4)]
    _manifest(data / "paediatric_pneumonia", children)
    for folder, films in (("xrays", rows), ("non_chest", other), ("heart_lung", hearts), ("paediatric_pneumonia", children)):
        for row in films:
            _picture(data / folder / row["file"], rng)


def _reports(data):
    folder = data / "iu_reports"
    folder.mkdir(parents=True)
    rows = []
    for uid in range(40):
        text = ABNORMAL[uid % 3] if uid % 2 else NORMAL[uid // 2 % 2]
        rows.append({"uid": uid, "indication": "XXXX-year-old with cough.", "findings": text,
                     "impression": "Effusion." if uid % 6 == 3 else "No acute disease."})
    (folder / "iu_reports.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    (folder / "ReXRank_IUXray_test.json").write_text(json.dumps({"CXR38_IM-1": {}}), encoding="utf-8")
    (folder / "ReXRank_IUXray_valid.json").write_text(json.dumps({"CXR39_IM-1": {}}), encoding="utf-8")
    _manifest(data / "iu_films", [{"uid": 37}])


def make(data, seed=0):
    """Writes the folder."""
    _films(data, np.random.default_rng(seed))
    _reports(data)
