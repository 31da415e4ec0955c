"""Records as batches of conditioner inputs and report tokens."""

import numpy as np
import torch

from hilum_train.data import cases
from hilum_train.data.sampling import Sampler
from hilum_train.data.text_ids import padded

PAD, BOS, EOS = 0, 1, 2
LONGEST = 96      # report tokens of a training example
TEXT_LONGEST = 48  # tokens of an indication, a similar case, a prior report
SIMILAR = 3       # cases read


class ReportInputs:
    """Makes the conditioner's inputs of records, as the runtime makes them."""

    def __init__(self, features, processor):
        self.features, self.processor = features, processor

    def words(self, text):
        """Token ids of a text, cut to what the conditioner reads."""
        return self.processor.encode(text)[:TEXT_LONGEST] if text else []

    def grids(self, rows):
        return torch.from_numpy(self.features.patches[rows].astype(np.float32))

    def anchor(self, records):
        return {"anchor": self.grids([self.features.anchor(r) for r in records])}

    def predictions(self, records):
        """The records' own probabilities, else the classifier's."""
        names = [label["name"] for label in self.features.labels]
        rows = []
        for record in records:
            own = {p["label"]: p["probability"] for p in record.get("predictions", [])}
            rows.append([own[n] for n in names] if own else self.features.predictions[self.features.anchor(record)])
        return {"predictions": torch.tensor(np.array(rows, np.float32))}

    def indication(self, records):
        ids, mask = padded([self.words(r.get("indication")) for r in records])
        return {"indication_ids": ids, "indication_mask": mask}

    def similar(self, records):
        lists = [[self.words(cases.join_facts(s["facts"])) for s in r.get("similar", [])[:SIMILAR]] for r in records]
        lists = [found + [[]] * (SIMILAR - len(found)) for found in lists]
        ids, mask = padded([ids for found in lists for ids in found])
        shape = (len(records), SIMILAR, ids.shape[1])
        return {"similar_ids": ids.view(shape), "similar_mask": mask.view(shape)}

    def views(self, records):
        further = [[self.features.row[i["path"]] for i in cases.frontal_first(r["images"])[1:]] for r in records]
        most = max(1, *map(len, further))
        mask = torch.tensor([[k < len(f) for k in range(most)] for f in further])
        rows = [f + [self.features.anchor(r)] * (most - len(f)) for f, r in zip(further, records)]
        return {"views": torch.stack([self.grids(row) for row in rows]), "views_mask": mask}

    def prior(self, records):
        priors = [(r.get("priors") or [{}])[0] for r in records]
        images = [(p.get("images") or [None])[0] for p in priors]
        rows = [self.features.row[i["path"]] if i else self.features.anchor(r) for i, r in zip(images, records)]
        texts = [p.get("report") or {} for p in priors]
        ids, mask = padded([self.words(" ".join(filter(None, (t.get("findings"), t.get("impression"))))) for t in texts])
        return {"prior_image": self.grids(rows), "prior_image_mask": torch.tensor([i is not None for i in images]),
                "prior_report_ids": ids, "prior_report_mask": mask}


class ReportBatches:
    """Training batches of reports of about one length, each input left out now and then so that its absence is learnt."""

    KEPT = {"anchor": 0.95, "predictions": 0.95, "indication": 0.8, "similar": 0.8, "views": 0.4, "prior": 0.4}

    def __init__(self, records, inputs, seed):
        self.records, self.inputs = records, inputs
        self.sampler = Sampler(records, seed)
        self.rng = self.sampler.rng
        self.impression = inputs.processor.piece_to_id("<impression>")
        self.waiting = []

    def tokens(self, record):
        """The report's tokens, `<impression>` between its sections."""
        report = record.get("reference") or {}
        encode = self.inputs.processor.encode
        return [BOS, *encode(report.get("findings") or ""), self.impression, *encode(report.get("impression") or ""), EOS]

    def draw(self, count):
        """Some records with their tokens; reports that are empty or too long are passed over."""
        out = []
        while len(out) < count:
            for record in (self.records[i] for i in self.sampler.draw(count - len(out))):
                ids = self.tokens(record)
                if 3 < len(ids) <= LONGEST:
                    out.append((record, ids))
        return out

    def with_strangers(self, records):
        """The records, every other one with the similar cases of another: those found for films that the encoder has learnt
        from say the same as the film more often than those of a new film will, and must not be trusted so far."""
        other = self.rng.permutation(len(records))
        return [{**r, "similar": records[i].get("similar", [])} if self.rng.random() < 0.5 else r
                for r, i in zip(records, other)]

    def batch(self, size):
        """(inputs, token ids [B,T+1])."""
        if not self.waiting:
            many = sorted(self.draw(8 * size), key=lambda example: len(example[1]))
            parts = [many[i:i + size] for i in range(0, len(many), size)]
            self.waiting = [parts[i] for i in self.rng.permutation(len(parts))]
        drawn = self.waiting.pop()
        records, given = [record for record, _ in drawn], {}
        for name, share in self.KEPT.items():
            if self.rng.random() < share:
                given.update(getattr(self.inputs, name)(self.with_strangers(records) if name == "similar" else records))
        return given or self.inputs.predictions(records), padded([ids for _, ids in drawn])[0]
