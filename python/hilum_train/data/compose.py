"""Makes a training report that says exactly what a vector of findings says, out of sentences of real reports.

Places are taken out, but for the side of boxed opacities: no label says where a finding is.
"""

import collections

import numpy as np

from hilum_train.data.places import side_alone, without_place
from hilum_train.data.report_labels import LUNG_FINDINGS, names_opacity

# The order of a report; a sentence belongs to the first topic whose words it has.
TOPICS = [
    ("heart", ("heart", "cardi", "mediastin")), ("lungs", ("lung", "opacit", "airspace", "air space", "pulmon", "infiltr",
                                                          "consolid", "atelect", "nodul", "mass", "edema", "pneumonia")),
    ("pleura", ("pleura", "effusion", "pneumothora", "costophrenic")), ("bones", ("bon", "osseous", "skelet", "soft")),
]
OPACITIES = {"Lung Opacity", "Pneumonia", "Consolidation", "Infiltration"}
NOT_CHEST = ("This is not a chest radiograph.", "No chest radiograph to report.")


def topic_of(sentence):
    """Place of a sentence in the usual order of a report."""
    low = sentence.lower()
    return next((i for i, (_, words) in enumerate(TOPICS) if any(w in low for w in words)), len(TOPICS))


class Bank:
    """Sentences that state findings, and normal reports to put them into."""

    def __init__(self, all_reports, names):
        self.names = set(names)
        self.findings, self.impressions = collections.defaultdict(list), collections.defaultdict(list)
        self.normal, self.real = [], collections.defaultdict(list)
        for report in all_reports:
            for section, bank in ((report.findings, self.findings), (report.impression, self.impressions)):
                for sentence, present, absent in section:
                    if present and present <= self.names:
                        for name in present:
                            if name != "Lung Opacity" or bank is self.impressions or names_opacity(sentence):
                                bank[name].append((sentence, present, absent))
            if not report.findings or not report.impression:
                continue
            if not report.present:
                self.normal.append(report)
            elif report.present <= self.names and self._placeless(report) and self._named(report):
                self.real[frozenset(report.present)].append(report)

    @staticmethod
    def _placeless(report):
        return all(without_place(s) for s, present, _ in report.findings + report.impression if present)

    @staticmethod
    def _named(report):
        return "Lung Opacity" not in report.present or any(names_opacity(s) for s, _, _ in report.findings)

    def covering(self, bank, present, rng, side=None, sided=False):
        """Sentences that together state all of `present` and nothing else; the findings call an opacity by its name."""
        chosen, left = [], set(present)
        while left:
            name = sorted(left)[rng.integers(len(left))] if left != {"Lung Opacity"} else "Lung Opacity"
            fits = []
            for sentence, states, absent in bank[name]:
                if not states <= present or absent & present:
                    continue
                own = sided and states <= OPACITIES and side_alone(sentence) == side
                plain = sentence if own else without_place(sentence)
                if plain:
                    fits.append((plain, states))
            if not fits:
                plain = f"{name}." if bank is self.impressions else f"There is {name.lower()}."
                fits = [(plain, {name})]
            new = [f for f in fits if f[1] & left]
            sentence, states = new[rng.integers(len(new))] if new else fits[0]
            chosen.append(sentence)
            left -= states - {"Lung Opacity"} | {name}
            if bank is self.impressions or names_opacity(sentence):
                left.discard("Lung Opacity")
        return chosen

    def known_only(self, known, rng, side=None, sided=False):
        """Sentences that state what is known of a film, present or absent, and nothing besides."""
        present = {name for name, value in known.items() if value} & self.names
        denied = {name for name, value in known.items() if not value}
        if "Lung Opacity" in denied:
            denied |= set(LUNG_FINDINGS)
        stated = self.covering(self.findings, present, rng, side, sided) if present else []
        order, left = rng.permutation(len(self.normal)), denied & self.names
        for report in (self.normal[i] for i in order[:200]):
            for sentence, _, absent in report.findings + report.impression:
                if absent & left and absent <= denied:
                    stated.append(sentence)
                    left -= absent
        return " ".join(s for _, s in sorted((topic_of(s), s) for s in stated))

    def compose(self, present, rng, side=None, sided=False):
        """(findings, impression) for a set of findings; `side` is where boxed opacities lie."""
        if "Not Chest" in present:
            return NOT_CHEST
        present = frozenset(present) & self.names
        same = self.real.get(present)
        if not present:
            return self.normal[rng.integers(len(self.normal))].text()
        if same and not sided and rng.random() < 0.5:
            report = same[rng.integers(len(same))]
            return tuple(" ".join(without_place(s) if present else s for s, present, _ in section)
                         for section in (report.findings, report.impression))
        base = self.normal[rng.integers(len(self.normal))]
        against = present | OPACITIES if present & (OPACITIES | {"Atelectasis"}) else present
        body = [(topic_of(s), s) for s, _, absent in base.findings
                if not absent & against and not ("Cardiomegaly" in present and topic_of(s) == 0)]
        stated = [(topic_of(s) - 0.5, s) for s in self.covering(self.findings, present, rng, side, sided)]
        findings = [s for _, s in sorted(stated + body, key=lambda pair: pair[0])]
        impression = self.covering(self.impressions, present, rng, side, sided)
        return " ".join(dict.fromkeys(findings)), " ".join(dict.fromkeys(impression))


def box_side(mask):
    """R, L or B: on which side of the picture's middle the opacity boxes lie (a patient's right is image left)."""
    half = mask.shape[1] // 2
    image_left, image_right = (mask[:, :half] > 0).sum(), (mask[:, half:] > 0).sum()
    if not image_left + image_right:
        return None
    share = image_left / (image_left + image_right)
    return "R" if share > 0.85 else "L" if share < 0.15 else "B"


def random_vector(known, base_rates, rng):
    """Findings stated as present: the film's known ones, and for unknown ones a draw from their rates."""
    draw = {name for name, rate in base_rates.items() if name not in known and rng.random() < rate}
    present = {name for name, value in known.items() if value} | draw
    if present & {"Consolidation", "Infiltration", "Pneumonia", "Edema"}:
        if known.get("Lung Opacity", True):
            present.add("Lung Opacity")
        else:
            present -= {"Consolidation", "Infiltration", "Pneumonia", "Edema"}
    return present


def rates_of(all_reports, names):
    """How often each finding is stated in the reports."""
    return {name: float(np.mean([name in r.present for r in all_reports])) for name in names}
