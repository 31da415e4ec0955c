#!/usr/bin/env python3
"""Puts one error into each of many clean reports and measures how often `hilum factcheck` notices.

    scripts/checks/inject_errors.py --hilum build/release/bin/hilum --reports clean.jsonl [--limit 500] [--check]

Reads records {"id", "report": {"findings", "impression"}}. Twelve kinds of error after ReXErr's list, and a reference to
an earlier study. Each kind is tried on every report it can be put into, up to --limit. Two rates a kind:

  text      the report alone
  evidence  with true evidence in the record, made from the clean report: classifier outputs by side and grade, presence of
            devices, measured values. It shows what the checks do with right evidence, not what a model would find.

A detection is a report with more contradicted claims than the clean one. --check fails below the bars.
"""
import argparse
import json
import random
import re
import subprocess
import sys

LABELS = {"pneumothorax": "Pneumothorax", "pleural_effusion": "Pleural Effusion", "edema": "Edema", "consolidation": "Consolidation",
          "airspace_disease": "Lung Opacity", "pneumonia": "Pneumonia", "atelectasis": "Atelectasis", "infiltrate": "Lung Opacity",
          "opacity": "Lung Opacity", "nodule": "Lung Lesion", "mass": "Lung Lesion", "cardiomegaly": "Cardiomegaly",
          "fracture": "Fracture", "pleural_thickening": "Pleural Other"}
DEVICES = ["endotracheal_tube", "tracheostomy_tube", "enteric_tube", "picc", "central_venous_catheter", "chest_tube", "pacemaker", "swan_ganz"]
DEVICE_SENTENCES = ["An endotracheal tube is in place.", "A right PICC ends in the superior vena cava.", "A nasogastric tube courses below the diaphragm.",
                    "A left chest tube is in place.", "A left chest wall pacemaker is seen."]
RENAMES = [("PICC", "chest tube"), ("pacemaker", "PICC"), ("tracheostomy", "endotracheal tube"), ("endotracheal tube", "nasogastric tube"),
           ("nasogastric tube", "chest tube"), ("chest tube", "PICC"), ("central venous catheter", "chest tube"), ("Port-A-Cath", "pacemaker"),
           ("central line", "chest tube"), ("enteric tube", "chest tube"), ("ETT", "PICC")]
HOMOPHONES = [("pleural", "plural"), ("heart size", "heart sighs"), ("lungs are", "longs are"), ("the heart", "the hart"),
              ("The heart", "The hart"), ("Lungs are", "Longs are"), ("focal consolidation", "focal consultation"), ("There is", "Their is"),
              ("There are", "Their are"), ("lung bases", "long bases"), ("is not", "is knot"), ("tortuous aorta", "torturous aorta")]
SEVERITY = {"small": "large", "large": "small", "mild": "severe", "severe": "mild", "tiny": "large", "moderate": "minimal", "minimal": "severe"}
PRIOR_BEFORE = ["Compared to the prior study, ", "Since the prior examination, ", "Again seen, "]
PRIOR_SENTENCES = ["There has been no significant interval change.", "Findings are unchanged from the prior study.",
                   "Previously seen opacities have resolved.", "There has been interval improvement in aeration.",
                   "There is a new left basilar opacity.", "Redemonstration of mild degenerative changes."]
BARS = {"location": "evidence", "measurement": "evidence", "contradiction": "text", "repetition": "text", "prior_reference": "text"}


def run(hilum, records, *options):
    done = subprocess.run([hilum, "factcheck", "--quiet", *options], input="".join(json.dumps(r) + "\n" for r in records), capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != len(records):
        sys.exit(f"hilum factcheck: {done.stderr}")
    return lines


def contradictions(record):
    return sum(c["verdict"] == "contradicted" for c in record["factcheck"]["claims"])


def lower_first(text):
    return text[:1].lower() + text[1:]


def sentences(text):
    return [m.span() for m in re.finditer(r"[^.\s][^.]*(?:\.\d[^.]*)*\.", text)]


class Injector:
    """One method a kind of error: the changed report, or None where the report has no place for it."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def replace(self, report, field, begin, end, words):
        data = report[field].encode()
        return {**report, field: (data[:begin] + words.encode() + data[end:]).decode()}

    def append(self, report, sentence, field="findings"):
        return {**report, field: report[field].rstrip() + " " + sentence}

    def swap_word(self, report, pairs):
        places = [(f, m.start(), m.end(), new) for f in report for old, new in pairs for m in re.finditer(r"(?<![\w-])" + re.escape(old) + r"(?![\w-])", report[f])]
        if not places:
            return None
        field, begin, end, new = self.random.choice(places)
        return {**report, field: report[field][:begin] + new + report[field][end:]}

    def add_device(self, report, claims):
        named = {c["finding"] for c in claims if c["type"] == "finding"}
        free = [s for s, d in zip(DEVICE_SENTENCES, ["endotracheal_tube", "picc", "enteric_tube", "chest_tube", "pacemaker"]) if d not in named]
        return self.append(report, self.random.choice(free)) if free else None

    def rename_device(self, report, claims):
        return self.swap_word(report, RENAMES)

    def move_device(self, report, claims):
        tubes = [c for c in claims if c["type"] == "measurement" and c["kind"] == "distance" and c["target"] == "carina" and not c["prior"]]
        if not tubes:
            return None
        c = self.random.choice(tubes)
        return self.replace(report, c["field"], *c["span_bytes"], "1.0 cm" if c["values"][0] > 35 else "8.5 cm")

    def severity(self, report, claims):
        """A word that grades a finding which is there: "no large effusion" says the same with "small"."""
        places = []
        for c in claims:
            if c["type"] != "finding" or not c["severity"] or c["assertion"] != "present" or c.get("narrowed"):
                continue
            data, begin = report[c["field"]].encode(), c["span_bytes"][0]
            before = data[max(0, begin - 50):begin]
            for word, other in SEVERITY.items():
                for m in re.finditer(rb"(?<![\w-])" + word.encode() + rb"(?![\w-])", before):
                    if not re.search(rb"[.,;:]|\b(?:no|and|or|with)\b", before[m.end():]):
                        at = begin - len(before)
                        places.append((c["field"], at + m.start(), at + m.end(), other))
        return self.replace(report, *self.random.choice(places)) if places else None

    def location(self, report, claims):
        sided = [c for c in claims if c["type"] == "finding" and c["laterality"] in ("left", "right") and c["assertion"] == "present" and c["finding"] in LABELS]
        self.random.shuffle(sided)
        for c in sided:
            data = report[c["field"]].encode()
            near = [m for m in re.finditer(rb"(?i)(?<![\w-])" + c["laterality"].encode() + rb"(?![\w])", data)
                    if -60 < m.start() - c["span_bytes"][0] < 80 and b"." not in data[min(m.start(), c["span_bytes"][0]):max(m.start(), c["span_bytes"][0])]]
            if near:
                m = min(near, key=lambda m: abs(m.start() - c["span_bytes"][0]))
                other = "left" if c["laterality"] == "right" else "right"
                return self.replace(report, c["field"], m.start(), m.end(), other.capitalize() if m.group()[:1].isupper() else other)
        return None

    def location_stated_twice(self, report, claims):
        sided = [c for c in claims if c["type"] == "finding" and c["laterality"] in ("left", "right") and c["assertion"] == "present"]
        both = [c for c in sided if {o["field"] for o in sided if o["finding"] == c["finding"] and o["laterality"] == c["laterality"]} == {"findings", "impression"}
                and not any(o["finding"] == c["finding"] and o["laterality"] != c["laterality"] and o["assertion"] == "present" for o in claims if o["type"] == "finding")
                and sum(o["finding"] == c["finding"] and o["field"] == c["field"] for o in sided) == 1]
        return self.location(report, both) if both else None

    def false_finding(self, report, claims):
        named = {c["finding"] for c in claims if c["type"] == "finding" and c["assertion"] in ("present", "uncertain")}
        choices = [("pneumothorax", "There is a right pneumothorax."), ("pleural_effusion", "There is a left pleural effusion."),
                   ("consolidation", "There is consolidation in the right lower lobe."), ("edema", "There is pulmonary edema.")]
        free = [s for f, s in choices if f not in named]
        return self.append(report, self.random.choice(free)) if free else None

    def measurement(self, report, claims):
        values = [c for c in claims if c["type"] == "measurement" and c["unit"] == "mm" and not c["prior"] and not c["advice"] and c["form"] == "single" and c["source_unit"] in ("mm", "cm")]
        if not values:
            return None
        c = self.random.choice(values)
        number = float(re.match(r"[\d.]+", c["source_text"]).group()) if re.match(r"\.?\d", c["source_text"]) else None
        if number is None:
            return None
        unit = c["source_unit"]
        changed = self.random.choice([f"{number:g} {'cm' if unit == 'mm' else 'mm'}", f"{number * 3:g} {unit}", f"{number * 10:g} {unit}"])
        return self.replace(report, c["field"], *c["span_bytes"], changed)

    def repetition(self, report, claims):
        spans = [s for s in sentences(report["findings"]) if len(report["findings"][s[0]:s[1]].split()) >= 4]
        if not spans:
            return None
        begin, end = self.random.choice(spans)
        return self.append(report, report["findings"][begin:end])

    def homophone(self, report, claims):
        return self.swap_word(report, HOMOPHONES)

    def typo(self, report, claims):
        words = [(f, m) for f in report for m in re.finditer(r"(?<![\w-])[a-z]{6,}(?![\w-])", report[f])]
        if not words:
            return None
        field, m = self.random.choice(words)
        word, i = m.group(), self.random.randrange(1, len(m.group()) - 2)
        kind = self.random.choice("tdr")
        changed = {"t": word[:i] + word[i + 1] + word[i] + word[i + 2:], "d": word[:i] + word[i + 1:], "r": word[:i] + word[i] + word[i:]}[kind]
        return None if changed == word else {**report, field: report[field][:m.start()] + changed + report[field][m.end():]}

    def contradiction(self, report, claims):
        said = {"pneumothorax": ("There is a pneumothorax.", "No pneumothorax."), "pleural_effusion": ("There is a pleural effusion.", "No pleural effusion."),
                "consolidation": ("There is a consolidation in the right lung.", "No consolidation."), "cardiomegaly": ("There is cardiomegaly.", "Heart size is normal."),
                "nodule": ("There is a nodule in the left lung.", "No nodules."), "atelectasis": ("There is atelectasis at the left base.", "No atelectasis."),
                "edema": ("There is pulmonary edema.", "No edema."), "fracture": ("There is a rib fracture.", "No fracture."), "mass": ("There is a mass in the right lung.", "No mass.")}
        sentences_for = []
        for c in claims:
            if c["type"] != "finding" or c.get("narrowed"):
                continue
            if c["assertion"] == "normal" and c["finding"] == "heart":
                sentences_for.append("There is cardiomegaly.")
            elif c["finding"] in said and c["assertion"] in ("present", "absent"):
                sentences_for.append(said[c["finding"]][0 if c["assertion"] == "absent" else 1])
        return self.append(report, self.random.choice(sentences_for), self.random.choice(["findings", "impression"])) if sentences_for else None

    def false_negation(self, report, claims):
        return self.swap_word(report, [("There is no", "There is a"), ("No pleural", "There is a pleural"), ("No pneumothorax", "There is a pneumothorax"),
                                       ("without", "with"), ("There is a", "There is no"), ("are clear", "are not clear"), ("is normal", "is not normal")])

    def prior_reference(self, report, claims):
        spans = sentences(report["findings"])
        if spans and self.random.random() < 0.5:
            begin, _ = self.random.choice(spans)
            text = report["findings"]
            return {**report, "findings": text[:begin] + self.random.choice(PRIOR_BEFORE) + lower_first(text[begin:])}
        return self.append(report, self.random.choice(PRIOR_SENTENCES), self.random.choice(["findings", "impression"]))


KINDS = ["add_device", "rename_device", "move_device", "severity", "location", "location_stated_twice", "false_finding", "measurement",
         "repetition", "homophone", "typo", "contradiction", "false_negation", "prior_reference"]


def true_evidence(claims):
    """What a perfect classifier, presence answer and ruler would say, by the clean report."""
    predictions, states, grades = [], {}, {}
    for c in claims:
        if c["type"] == "finding" and c["finding"] in LABELS and c["assertion"] in ("present", "uncertain"):
            sides = states.setdefault(LABELS[c["finding"]], set())
            sides.update(["left", "right"] if c["laterality"] == "bilateral" else [c["laterality"]] if c["laterality"] else [])
            if c["severity"] and c["assertion"] == "present":
                grades.setdefault(LABELS[c["finding"]], set()).add(c["severity"])
    for label in sorted(set(LABELS.values())):
        sides = states.get(label)
        # A report that grades a finding in two ways may mean two of them.
        grade = {"severity": next(iter(grades[label]))} if len(grades.get(label, ())) == 1 else {}
        if sides is None:
            predictions.append({"label": label, "probability": 0.02, "threshold": 0.5})
        elif not sides:
            predictions.append({"label": label, "probability": 0.95, "threshold": 0.5, **grade})
        else:
            predictions += [{"label": label, "laterality": s, "probability": 0.95 if s in sides else 0.02, "threshold": 0.5, **(grade if s in sides else {})}
                            for s in ("left", "right")]
    measured = []
    for c in claims:
        if c["type"] == "measurement" and not c["prior"] and not c["advice"] and not c["negated"]:
            name = {("endotracheal_tube", "distance"): "ett_tip_to_carina", ("tracheostomy_tube", "distance"): "tracheostomy_tip_to_carina",
                    ("picc", "distance"): "picc_tip_to_carina", ("central_venous_catheter", "distance"): "cvc_tip_to_carina"}.get((c["finding"], c["kind"]))
            if c["kind"] == "size":
                name = "pneumothorax_depth" if c["finding"] == "pneumothorax" else f"{c['finding']}_long_axis"
            if name and not any(m["name"] == name for m in measured):
                measured.append({"name": name, "value": max(c["values"]), "unit": "mm"})
    there = {d: any(c["type"] == "finding" and c["finding"] == d and c["assertion"] != "absent" for c in claims) for d in DEVICES}
    return {"predictions": predictions, "anatomy": {"measurements": measured, "presence": there}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--reports", required=True)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()

    with open(args.reports) as lines:
        clean = [{"id": r["id"], "report": {f: r["report"].get(f) or "" for f in ("findings", "impression")}} for r in map(json.loads, lines)]
    claims = [r["claims"] for r in run(args.hilum, clean, "--claims-only")]
    plain = [contradictions(r) for r in run(args.hilum, clean, "--prior", "yes")]
    alarms = sum(n > 0 for n in plain)
    print(f"clean reports: {len(clean)}; with an alarm: {alarms} ({100 * alarms / len(clean):.1f} %)")
    no_prior = [contradictions(r) for r in run(args.hilum, clean, "--prior", "no")]

    print(f"{'error':24} {'reports':>8} {'text':>7} {'evidence':>9}")
    failed = alarms > 0.03 * len(clean)
    for kind in KINDS:
        injector = Injector(args.seed)
        prior = "no" if kind == "prior_reference" else "yes"
        base = no_prior if kind == "prior_reference" else plain
        order = list(range(len(clean)))
        random.Random(args.seed).shuffle(order)
        changed, sources = [], []
        for i in order:
            if len(changed) >= args.limit:
                break
            if base[i] > 0:
                continue  # an error is put into reports without one
            report = getattr(injector, kind)(clean[i]["report"], claims[i])
            if report is not None and report != clean[i]["report"]:
                changed.append({"id": clean[i]["id"], "report": report})
                sources.append(i)
        if not changed:
            print(f"{kind:24} {0:8}")
            continue
        text = sum(contradictions(r) > 0 for r in run(args.hilum, changed, "--prior", prior)) / len(changed)
        informed = [{**r, **true_evidence(claims[i])} for r, i in zip(changed, sources)]
        known = [{**clean[i], **true_evidence(claims[i])} for i in sources]
        before = [contradictions(r) for r in run(args.hilum, known, "--prior", prior)]
        after = [contradictions(r) for r in run(args.hilum, informed, "--prior", prior)]
        evidence = sum(a > b for a, b in zip(after, before)) / len(changed)
        print(f"{kind:24} {len(changed):8} {100 * text:6.1f}% {100 * evidence:8.1f}%")
        if kind in BARS and (text if BARS[kind] == "text" else evidence) < 0.8:
            failed = True
    if args.check and failed:
        sys.exit("below the bars: at most 3 % alarms on clean reports, at least 80 % of "+", ".join(BARS))


if __name__ == "__main__":
    main()
