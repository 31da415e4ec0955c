"""Cleans the Indiana University reports into sentences that a single film without history can support."""

import json
import re
from pathlib import Path

from hilum_train.data import split_files
from hilum_train.data.report_labels import label_sentence, negated

SUBSTITUTIONS = [
    (r"x-XXXX", "x-ray"), (r"\bno XXXX of\b", "no evidence of"), (r"\bThere are no evidence\b", "There is no evidence"),
    (r"\bwithout XXXX of\b", "without evidence of"), (r"^\s*\d+\s*[.)]\s*", ""), (r"\s+", " "), (r"\.\s*\.+", "."),
    (r"\bare are\b", "are"), (r"\bcardio mediastinal\b", "cardiomediastinal"), (r"\s+([.,;])", r"\1"), (r"^[-\s.,;:]+", ""),
]
# A first film has nothing to compare with.
HISTORY = re.compile(
    r"\b(?:interval|prior|previous(?:ly)?|compar(?:ed|ison)|unchanged|again|since|persist\w*|improv\w*|worsen\w*|"
    r"chang(?:e|ed|es)|increasing|clearing|cleared|difficult|artifact\w*|overlap\w*|obscur\w*|remain\w*|continu\w*|progress\w*|new|newly|develop\w*|residual|redemonstrat\w*|resol(?:ved|ution|ving)|increas(?:ed|ing) from|"
    r"decreas\w*|follow-?\s?up|recommend\w*|CT|MRI|ultrasound|dictat\w*|telephone\w*|discuss\w*|Dr|technique|"
    r"projection|PM|AM|exam|images?|views?|lateral|history|postoperative|status post)\b", re.I)
# What no input of the decoder tells it: dropped where it is stated as present.
UNSEEN = re.compile(
    r"\b(?:fractur\w*|degenerat\w*|spondyl\w*|scolio\w*|kypho\w*|osteo\w*|granulom\w*|calcif\w*|tortuo\w*|etiolog\w*|multilobar|\d+ ?(?:mm|cm)|centimeter|millimeter|ectatic|"
    r"atheroscl\w*|sternotomy|clips?|sutures?|pacemaker|pacer|defibrillator|leads?|catheter|tubes?|port|line|wires?|"
    r"stents?|hernia|hyperinfl\w*|hyperexpan\w*|hyperaerat\w*|hypoinfl\w*|low lung volumes|volumes|scar\w*|eventration|"
    r"elevat\w*|surg\w*|post-?op\w*|prosthe\w*|valv\w*|aneurysm|dextro\w*|rib|ribs|deformit\w*|flatten\w*|COPD|"
    r"bronch\w*|copd|cholecyst\w*|arthr\w*|device|hardware|bowel|colon|stomach|tubercul\w*|sarcoid\w*|adenopathy|"
    r"lymph\w*|unfolded|aorta|aortic|ectasia|top|atri\w*|ventric\w*|hil(?:ar|um|a)|mastectomy|breast|nipple|artery|arteries|"
    r"subsegmental|prominen\w*|azygos|cyst\w*|thicken\w*|crowding|curvature|spine|thoracic|vertebra\w*|shoulder\w*|"
    r"clavic\w*|lordotic|rotat\w*|obliqu\w*|diaphragm\w*|vascularity|trachea\w*|cancer|ICD|implant\w*|pericardial|goiter|contusion|infection|tumor|neoplas\w*|hemorrhag\w*|hemothora\w*|hydropneumo\w*|pancreatitis|mediastinal mass|metasta\w*|malignan\w*)\b",
    re.I)
NORMAL = re.compile(
    r"\b(?:normal\w*|unremarkable|intact|within|clear|no|not|without|negative|preserved|well[- ]expanded|well[- ]aerated|"
    r"free|symmetric\w*|sharp)\b", re.I)
# What is left where the de-identification took a "no" or a "without" away, and a finding that is called normal.
CONTRADICTION = re.compile(r"\bclear (?:air ?space|density|opacit)|\b(?:congestion|engorgement|edema)\b.*\bnormal\b|^Correlate\b", re.I)


def sentences(text):
    """Sentences with de-identification marks mended where that is safe, and dropped otherwise."""
    text = re.sub(r"\b(?:FINDINGS|IMPRESSION)\s*:.*", "", text or "", flags=re.S)
    out = []
    for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9(])|(?:^|(?<=\s))\d{1,2}\.\s+", text):
        for pattern, new in SUBSTITUTIONS:
            part = re.sub(pattern, new, part or "")
        part = part.strip()
        if not re.search(r"[A-Za-z]{3}", part) or "XXXX" in part or len(part) > 220:
            continue
        part = part[0].upper() + part[1:]
        out.append(part if part[-1] in ".!?" else part + ".")
    return out


def supported(sentence):
    """Whether a sentence states only what the decoder's inputs can carry."""
    if CONTRADICTION.search(sentence):
        return False
    if HISTORY.search(sentence):
        stable = re.sub(r"^Stable (\w)", lambda m: m.group(1).upper(), sentence)
        if stable == sentence or HISTORY.search(stable):
            return False
    if re.search(r"\bstable\b", sentence, re.I) or not (any(label_sentence(sentence)) or NORMAL.search(sentence)):
        return False
    return all(negated(sentence, m.start()) or re.search(r"\b(?:normal|unremarkable|intact|within)\b", sentence, re.I)
               for m in UNSEEN.finditer(sentence))


def clean_section(text):
    """[(sentence, present, absent)] of a findings or impression section."""
    out = []
    for sentence in sentences(text):
        sentence = re.sub(r"^(?:Stable|Unchanged) (\w)", lambda m: m.group(1).upper(), sentence)
        if supported(sentence) and sentence not in [s for s, _, _ in out]:
            out.append((sentence, *label_sentence(sentence)))
    return out


def clean_indication(text):
    """The indication with de-identification marks removed."""
    text = re.sub(r"\bXXXX[- ]year[- ]old\b", "year-old", text or "", flags=re.I)
    text = re.sub(r"\s*\bXXXX\b\s*", " ", text)
    text = re.sub(r"\s+([.,;])", r"\1", re.sub(r"\s+", " ", text)).strip(" .,;-")
    return text if re.search(r"[A-Za-z]{3}", text) else ""


class Report:
    """One report: its number, indication, findings and impression as labelled sentences, and what it states."""

    def __init__(self, row):
        self.uid, self.row = row["uid"], row
        self.indication = clean_indication(row.get("indication"))
        self.findings = clean_section(row.get("findings"))
        self.impression = clean_section(row.get("impression"))
        everything = self.findings + self.impression
        self.present = set().union(*(present for _, present, _ in everything)) if everything else set()

    def text(self):
        """Findings and impression as one text each."""
        return " ".join(s for s, _, _ in self.findings), " ".join(s for s, _, _ in self.impression)


def load(data, part="train", splits=split_files.REPORTS):
    """The reports of a part of the split."""
    split = json.loads(Path(splits).read_text(encoding="utf-8"))
    held = set().union(*split.values())
    out = []
    for line in (Path(data) / "iu_reports" / "iu_reports.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (row["uid"] not in held) if part == "train" else (row["uid"] in split[part]):
            out.append(Report(row))
    return out
