"""Weakly paired training examples: a film, a report that says what is known of the film, and the inputs for both."""

import numpy as np
import torch

import compose
from labels import FINDINGS

PAD, BOS, EOS = 0, 1, 2
LONGEST = 96
# How often each kind of film is drawn; what a source has no films of goes to the others.
MIX = {"siim positive": 0.26, "siim negative": 0.14, "nih finding": 0.26, "nih other": 0.08, "heart": 0.10,
       "other": 0.13, "not chest": 0.03}


def probability(present, rng, threshold=0.5):
    """A made-up predicted probability on the right side of the threshold."""
    u = rng.random()
    return threshold + (1 - threshold) * u if present else threshold * 0.98 * u * u


class Examples:
    """Draws batches. `patches` may be None (text pretraining without films' grids)."""

    def __init__(self, films, all_reports, names, processor, patches=None, seed=0):
        self.films, self.names, self.processor, self.patches = films, names, processor, patches
        self.findings = [n for n in names if n in FINDINGS]
        self.bank = compose.Bank(all_reports, self.findings)
        self.rates = {n: max(0.04, min(0.1, r)) for n, r in compose.rates_of(all_reports, self.findings).items()}
        self.indications = [r.indication for r in all_reports if r.indication]
        self.rng = np.random.default_rng(seed)
        self.impression = processor.piece_to_id("<impression>")
        self.column = {n: films.labels.index(n) for n in names}
        self.pools = self._pools()
        self.waiting = []

    def _pools(self):
        films = self.films
        usable = (films.part == "train") & ~((films.source == "nih") & (films.fold == films.test_fold))
        if self.patches is not None:
            usable &= np.array([grid[:4].any() for grid in self.patches])
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

    def draw(self):
        """One example: film row, what is present, findings and impression text."""
        kinds = list(self.pools)
        weights = np.array([MIX[k] for k in kinds])
        kind = kinds[self.rng.choice(len(kinds), p=weights / weights.sum())]
        row = int(self.rng.choice(self.pools[kind]))
        if kind == "not chest":
            return row, {"Not Chest"}, *compose.NOT_CHEST
        known = {n: bool(self.films.values[row, self.column[n]]) for n in self.findings
                 if not np.isnan(self.films.values[row, self.column[n]])}
        present = compose.random_vector(known, self.rates, self.rng)
        side = compose.box_side(self.films.boxes[row])
        findings, impression = self.bank.compose(present, self.rng, side, side is not None)
        return row, present, findings, impression

    def predictions(self, row, present):
        """Probabilities that agree with the text; views from the film; sometimes the parent finding is missed."""
        out = []
        for name in self.names:
            value = name in present
            if name.startswith("View"):
                known = self.films.values[row, self.column[name]]
                value = bool(known) if not np.isnan(known) else self.rng.random() < 0.3
            elif "Not Chest" in present and name in self.findings:
                # Whatever the classifier makes of such a picture must not reach the report.
                value = self.rng.random() < 0.25
            elif name == "Lung Opacity" and value and len(present) > 1 and self.rng.random() < 0.1:
                value = False
            out.append(probability(value, self.rng))
        return out

    def encoded(self):
        """One example with its text as token ids; texts that are too long are drawn again."""
        while True:
            row, present, findings, impression = self.draw()
            ids = [BOS, *self.processor.encode(findings), self.impression, *self.processor.encode(impression), EOS]
            if len(ids) <= LONGEST:
                return row, present, ids

    def batch(self, size):
        """(inputs, token ids [B,T+1]) of texts of about one length, with some inputs left out at random."""
        if not self.waiting:
            many = sorted((self.encoded() for _ in range(8 * size)), key=lambda example: len(example[2]))
            self.waiting = [many[i:i + size] for i in range(0, len(many), size)]
            order = self.rng.permutation(len(self.waiting))
            self.waiting = [self.waiting[i] for i in order]
        drawn = self.waiting.pop()
        texts = [example[2] for example in drawn]
        ids = torch.full((size, max(map(len, texts))), PAD)
        for n, text in enumerate(texts):
            ids[n, :len(text)] = torch.tensor(text)
        inputs = {}
        if self.patches is not None and self.rng.random() < 0.9:
            inputs["anchor"] = torch.from_numpy(self.patches[[d[0] for d in drawn]]).float()
        if self.rng.random() < 0.95:
            inputs["predictions"] = torch.tensor([self.predictions(d[0], d[1]) for d in drawn])
        if self.rng.random() < 0.7:
            words = [self.processor.encode(str(self.rng.choice(self.indications))) if self.rng.random() < 0.7 else []
                     for _ in drawn]
            longest = max(1, min(48, max(map(len, words))))
            inputs["indication_ids"] = torch.zeros(size, longest, dtype=torch.long)
            inputs["indication_mask"] = torch.zeros(size, longest, dtype=torch.bool)
            for n, word in enumerate(words):
                word = word[:longest]
                inputs["indication_ids"][n, :len(word)] = torch.tensor(word, dtype=torch.long)
                inputs["indication_mask"][n, :len(word)] = True
        if not inputs:
            inputs["predictions"] = torch.tensor([self.predictions(d[0], d[1]) for d in drawn])
        return inputs, ids
