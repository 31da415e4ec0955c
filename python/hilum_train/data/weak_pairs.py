"""Draws weakly paired examples: a film, a report that says what is known of the film, and predictions that agree with it.

Findings that are unknown of a film are drawn at random, together with the predictions, so that the report follows the
predictions and nothing that the film would have to show.
"""

import numpy as np

from hilum_train.data import compose
from hilum_train.data.labels import FINDINGS

# How often each kind of film is drawn; what a source has no films of goes to the others.
MIX = {"siim positive": 0.26, "siim negative": 0.14, "nih finding": 0.26, "nih other": 0.08, "heart": 0.10,
       "other": 0.13, "not chest": 0.03}


def probability(present, rng, threshold):
    """A made-up predicted probability on the right side of the threshold."""
    u = rng.random()
    return threshold + (1 - threshold) * u if present else threshold * 0.98 * u * u


class WeakPairs:
    """The films of the training part with the bank of sentences; `labels` are the bundle's, with thresholds."""

    def __init__(self, films, all_reports, labels, seed=0):
        self.films, self.labels = films, labels
        self.findings = [label["name"] for label in labels if label["name"] in FINDINGS]
        self.bank = compose.Bank(all_reports, self.findings)
        self.rates = {n: max(0.04, min(0.1, r)) for n, r in compose.rates_of(all_reports, self.findings).items()}
        self.indications = [r.indication for r in all_reports if r.indication]
        self.rng = np.random.default_rng(seed)
        self.column = {n: films.labels.index(n) for n in (label["name"] for label in labels)}
        self.pools = self._pools()

    def part_of(self, row):
        """train, validate, test or unused. Of ChestX-ray14's test fold the pneumonia half is for tests; the rest betrays its
        findings by the scanner."""
        films = self.films
        if films.fold[row] == films.test_fold:
            return "test" if films.half[row] else "unused"
        return "validate" if films.part[row] == "val" else str(films.part[row])

    def _pools(self):
        films = self.films
        usable = np.array([self.part_of(row) == "train" for row in range(len(films.info))])
        opaque = films.values[:, films.labels.index("Lung Opacity")] == 1
        known = np.nan_to_num(films.values[:, [films.labels.index(n) for n in self.findings]]) == 1
        kinds = {
            "siim positive": (films.source == "siim") & opaque, "siim negative": (films.source == "siim") & ~opaque,
            "nih finding": (films.source == "nih") & known.any(1), "nih other": (films.source == "nih") & ~known.any(1),
            "heart": films.source == "heart_lung", "not chest": films.source == "non_chest",
        }
        kinds["other"] = ~np.any(list(kinds.values()), axis=0)
        pools = {kind: np.flatnonzero(usable & where) for kind, where in kinds.items()}
        return {kind: rows for kind, rows in pools.items() if len(rows)}

    def known(self, row):
        """What is known of a film: finding to true or false."""
        values = {n: self.films.values[row, self.column[n]] for n in self.findings}
        return {n: bool(v) for n, v in values.items() if not np.isnan(v)}

    def facts_text(self, row):
        """Sentences that state what is known of a film and nothing else; empty for what is no chest film."""
        if self.films.source[row] == "non_chest":
            return ""
        side = compose.box_side(self.films.boxes[row])
        return self.bank.known_only(self.known(row), self.rng, side, side is not None)

    def draw(self):
        """One example: film row, what is present, findings and impression text."""
        kinds = list(self.pools)
        weights = np.array([MIX[k] for k in kinds])
        kind = kinds[self.rng.choice(len(kinds), p=weights / weights.sum())]
        row = int(self.rng.choice(self.pools[kind]))
        if kind == "not chest":
            return row, {"Not Chest"}, *compose.NOT_CHEST
        present = compose.random_vector(self.known(row), self.rates, self.rng)
        side = compose.box_side(self.films.boxes[row])
        findings, impression = self.bank.compose(present, self.rng, side, side is not None)
        return row, present, findings, impression

    def predictions(self, row, present):
        """Probabilities that agree with the text; views from the film; sometimes the parent finding is missed."""
        out = []
        for label in self.labels:
            name = label["name"]
            value = name in present
            if name.startswith("View"):
                known = self.films.values[row, self.column[name]]
                value = bool(known) if not np.isnan(known) else self.rng.random() < 0.3
            elif "Not Chest" in present and name in self.findings:
                # Whatever the classifier makes of such a picture must not reach the report.
                value = self.rng.random() < 0.25
            out.append({"label": name, "threshold": label["threshold"],
                        "probability": round(probability(value, self.rng, label["threshold"]), 4)})
        return out

    def indication(self):
        """Some training report's indication, or none."""
        return str(self.rng.choice(self.indications)) if self.rng.random() < 0.7 else ""
