"""The label list of the encoder, and how each source's own annotations become label values.

A value is 1.0, 0.0 or NaN (unknown, masked out of the loss). Names are CheXpert's where CheXpert has the finding,
else ChestX-ray14's.
"""

import math

FINDINGS = [
    "Lung Opacity", "Pneumonia", "Consolidation", "Edema", "Atelectasis", "Infiltration", "Pleural Effusion",
    "Pneumothorax", "Cardiomegaly", "Lung Lesion", "Emphysema", "Fibrosis", "Pleural Thickening",
]
VIEWS = ["View AP", "View Lateral"]
QUALITY = ["Not Chest"]
# How `siim` grades an opacity: they teach the networks, and no bundle says them.
APPEARANCE = ["Typical Appearance", "Atypical Appearance"]
LABELS = FINDINGS + VIEWS + QUALITY + APPEARANCE
INDEX = {name: i for i, name in enumerate(LABELS)}

ALIASES = {
    "Lung Opacity": ["Airspace Opacity", "Opacity"],
    "Pneumonia": [],
    "Consolidation": [],
    "Edema": ["Pulmonary Edema"],
    "Atelectasis": [],
    "Infiltration": ["Infiltrate"],
    "Pleural Effusion": ["Effusion"],
    "Pneumothorax": [],
    "Cardiomegaly": ["Enlarged Heart"],
    "Lung Lesion": ["Nodule", "Mass"],
    "Emphysema": [],
    "Fibrosis": [],
    "Pleural Thickening": ["Pleural_Thickening"],
    "View AP": ["AP"],
    "View Lateral": ["LATERAL"],
    "Not Chest": [],
}

NIH_NAMES = {
    "Consolidation": ["Consolidation"], "Edema": ["Edema"], "Atelectasis": ["Atelectasis"],
    "Infiltration": ["Infiltration"], "Pleural Effusion": ["Effusion"], "Pneumothorax": ["Pneumothorax"],
    "Cardiomegaly": ["Cardiomegaly"], "Lung Lesion": ["Nodule", "Mass"], "Emphysema": ["Emphysema"],
    "Fibrosis": ["Fibrosis"], "Pleural Thickening": ["Pleural_Thickening"],
}
BACTERIAL_OR_VIRAL = {
    "SARS", "Pneumocystis", "Pneumonia", "Streptococcus", "Klebsiella", "Mycoplasma Bacterial Pneumonia",
    "Legionella", "Varicella", "E.Coli", "Bacterial", "Influenza",
}
# The heart's share of the chest's width above which a film counts as cardiomegaly, and below which as normal.
CTR_LARGE, CTR_NORMAL = 0.55, 0.50


def kind(label):
    """`finding`, `view` or `quality`."""
    if label in VIEWS:
        return "view"
    return "quality" if label in QUALITY else "finding"


def view_of(record):
    """PA, AP, LATERAL or None from the sources' many spellings."""
    text = (record.get("view") or "").upper()
    if text.startswith("PA"):
        return "PA"
    if text.startswith("AP"):
        return "AP"
    return "LATERAL" if text in ("L", "LATERAL") else None


def in_pneumonia_half(record):
    """Whether a film is one of the 500 labelled pneumonia among the first 1,000 of ChestX-ray14 (those whose original
    pixel spacing is given)."""
    return record["source"] == "nih" and "pixel_spacing_orig" in record and "Pneumonia" in record["labels"]


def _nih(record, out):
    present = set(record["labels"])
    for name, theirs in NIH_NAMES.items():
        out[name] = float(any(label in present for label in theirs))
    # "Pneumonia" and "No Finding" of this set betray the scanner (see the data notes), so they teach nothing here.
    rsna = record.get("rsna")
    google = record.get("google2019")
    if rsna:
        out["Lung Opacity"] = float(rsna["class"] == "Lung Opacity")
    elif google:
        out["Lung Opacity"] = float(google["Airspace opacity"] == "YES")
    elif present & {"Consolidation", "Infiltration", "Edema"}:
        out["Lung Opacity"] = 1.0


def _siim(record, out):
    label = record["labels"][0]
    out["Lung Opacity"] = float(label != "Negative for Pneumonia")
    if label in ("Negative for Pneumonia", "Typical Appearance"):
        out["Pneumonia"] = out["Lung Opacity"]
    for name in APPEARANCE:
        out[name] = float(label == name)


def _covid(record, out):
    finding = (record.get("finding") or "").strip()
    if finding.lower() == "no finding":
        out["Lung Opacity"] = out["Pneumonia"] = 0.0
    elif finding in BACTERIAL_OR_VIRAL:
        out["Pneumonia"] = 1.0
    if record.get("opacification") in ("0", "1"):
        out["Lung Opacity"] = float(record["opacification"])


def _paediatric(record, out):
    out["Lung Opacity"] = out["Pneumonia"] = float(record["label"] != "normal")


def _normal(record, out):
    for name in FINDINGS:
        out[name] = 0.0


def _heart_lung(record, out):
    ratio = record.get("ctr_from_mask")
    if ratio and (ratio >= CTR_LARGE or ratio <= CTR_NORMAL):
        out["Cardiomegaly"] = float(ratio >= CTR_LARGE)
    if record.get("jsrt_nodule") is not None:
        out["Lung Lesion"] = float(record["jsrt_nodule"])
        out["Pneumothorax"] = out["Pleural Effusion"] = out["Edema"] = 0.0


READERS = {
    "nih": _nih, "siim": _siim, "covidcxr": _covid, "hannover": _covid, "figure1": _covid, "actualmed": _covid,
    "cxnet": _covid, "openist": _normal, "heart_lung": _heart_lung,
    "paediatric": _paediatric,
}


def label_values(record):
    """The label vector of one film's record."""
    out = {}
    if record["source"] == "non_chest":
        out["Not Chest"] = 1.0
    else:
        out["Not Chest"] = 0.0
        READERS[record["source"]](record, out)
        view = "PA" if record["source"] == "openist" or record.get("dataset") == "jsrt" else view_of(record)
        if view:
            out["View AP"] = float(view == "AP")
            out["View Lateral"] = float(view == "LATERAL")
    return [out.get(name, math.nan) for name in LABELS]


def opacity_boxes(record):
    """Boxes around opacities as fractions of width and height; None where the film was not boxed."""
    if record["source"] == "siim":
        boxes = [b["xyxy01"] for b in record.get("boxes", []) if b["label"] == "opacity"]
        return None if not boxes and record["labels"][0] != "Negative for Pneumonia" else boxes
    if record["source"] == "nih" and "rsna" in record:
        return [list(b) for b in record["rsna"]["boxes01"]]
    if record["source"] == "openist":
        return []
    return None
