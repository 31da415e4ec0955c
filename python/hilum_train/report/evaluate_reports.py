"""Scores a bundle's generated reports against the films' known findings, beside an earlier bundle and two baselines, and with
one input more at a time.

What a report states is read by `hilum label` (rules of their own: the training text was chosen by report_labels.py); uncertain
mentions count as stated. Records: the `test` part, films of patients who took part in no pairing, no training and no
threshold. Only findings that are known of a film count.
"""

import argparse
import collections
import json
import subprocess
from pathlib import Path

import numpy as np
import torch

from hilum_train import stats
from hilum_train.data import cases, reports
from hilum_train.data.labels import FINDINGS, NIH_NAMES
from hilum_train.report.write_reports import Writer

LEAST_POSITIVES = 10
DRAWS = 1000
ABLATION = {"image and findings": (), "+ indication": ("indication",), "+ similar cases": ("similar",), "+ views": ("views",),
            "+ similar cases, indication, views": ("indication", "similar", "views")}


def stated_by(texts, hilum):
    """One set of stated findings a text: CheXpert's names, and ChestX-ray14's where CheXpert has none."""
    lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
    stated = [set() for _ in texts]
    for scheme in ("chexpert14", "nih14"):
        done = subprocess.run([hilum, "label", "--scheme", scheme, "--policy", "positive"], input=lines, text=True,
                              capture_output=True, check=True)
        for found, line in zip(stated, done.stdout.splitlines(), strict=True):
            found.update(n for n, value in json.loads(line)["labels"].items() if value == "positive")
    return [{n for n in FINDINGS if found & {n, *NIH_NAMES.get(n, [])}} for found in stated]


class Score:
    """Micro F1 over all known pairs and macro F1 over the findings with enough positives, with patient-wise intervals."""

    def __init__(self, records, candidates):
        values = np.array([[{"positive": 1.0, "negative": 0.0}.get(cases.labels_of(r).get(n), np.nan) for n in candidates]
                           for r in records])
        enough = (values == 1).sum(0) >= LEAST_POSITIVES
        self.names = [n for n, keep in zip(candidates, enough) if keep]
        self.truth, self.known = values[:, enough] == 1, ~np.isnan(values[:, enough])
        self.draws = list(stats.resamples([cases.patient_of(r) for r in records], DRAWS, 0))

    def matrix(self, stated):
        return np.array([[n in found for n in self.names] for found in stated])

    def f1(self, said, rows=slice(None)):
        """Micro, macro and each finding's."""
        truth, known, said = self.truth[rows], self.known[rows], said[rows]
        each = [stats.f1(truth[known[:, j], j], said[known[:, j], j]) for j in range(truth.shape[1])]
        return stats.f1(truth[known], said[known]), float(np.mean(each)), each

    def samples(self, said):
        return np.array([self.f1(said, rows)[:2] for rows in self.draws])

    def entry(self, said):
        micro, macro, each = self.f1(said)
        samples = self.samples(said)
        return {"micro_f1": round(micro, 4), "micro_interval": stats.interval(samples[:, 0]), "macro_f1": round(macro, 4),
                "macro_interval": stats.interval(samples[:, 1]), "f1": {n: round(f, 4) for n, f in zip(self.names, each)}}

    def difference(self, said, other):
        """Intervals of the paired difference."""
        more = self.samples(said) - self.samples(other)
        return {"micro_interval": stats.interval(more[:, 0]), "macro_interval": stats.interval(more[:, 1])}


def joined(texts):
    return [" ".join(filter(None, parts)) for parts in texts]


def baselines(data, count, hilum):
    """{name: texts}: the commonest normal training report, and a random one each time."""
    training = reports.load(data)
    whole = joined((r.row.get("findings"), r.row.get("impression")) for r in training)
    normal = collections.Counter(w for r, w, stated in zip(training, whole, stated_by(whole, hilum))
                                 if r.row.get("findings") and not stated).most_common(1)[0][0]
    rng = np.random.default_rng(0)
    return {"commonest normal report": [normal] * count,
            "random training report": [whole[i] for i in rng.integers(len(whole), size=count)]}


def with_indications(records, data):
    """The films have none: each gets some training report's, which says nothing of it."""
    found = [r.indication for r in reports.load(data) if r.indication]
    rng = np.random.default_rng(1)
    return [{**r, "indication": found[rng.integers(len(found))]} for r in records]


def with_priors(records, other):
    """Synthetic priors: the film itself, or another patient's, with a normal report."""
    rng, text = np.random.default_rng(2), {"findings": "The lungs are clear.", "impression": "No acute disease."}
    chosen = [records[i] for i in rng.permutation(len(records))] if other else records
    return [{**r, "priors": [{"images": c["images"][:1], "report": text}]} for r, c in zip(records, chosen)]


def further_than_image(name):
    """Whether a system reads more than the image and what the classifier makes of it."""
    return name != next(iter(ABLATION))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cases", required=True, help="JSONL of retrieve_cases.py")
    parser.add_argument("--features", required=True)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--previous", nargs=2, metavar=("BUNDLE", "FEATURES"), action="append", default=[],
                        help="an earlier bundle and what it says of the films; may be given more than once")
    parser.add_argument("--out", required=True)
    parser.add_argument("--hilum", default=str(Path(__file__).parents[2] / "build/release/bin/hilum"), help="the program")
    parser.add_argument("--texts", help="also write the generated reports (JSONL)")
    args = parser.parse_args()

    torch.set_num_threads(1)
    features = cases.Features(args.features)
    records = [r for r in features.usable(cases.part(cases.read(args.cases), "test")) if cases.labels_of(r)]
    writer = Writer(args.bundle, features)
    thresholds = {label["name"]: label["threshold"] for label in writer.manifest["labels"]}
    score = Score(records, [n for n in thresholds if n in FINDINGS])
    told = with_indications(records, args.data)
    systems = {name: joined(writer.write(told, further)) for name, further in ABLATION.items()}
    generated = list(ABLATION)[2]  # what `hilum generate` writes of a film alone
    systems["prior: the film itself, a normal report"] = joined(writer.write(with_priors(records, False), ("similar", "prior")))
    systems["prior: another patient, a normal report"] = joined(writer.write(with_priors(records, True), ("similar", "prior")))
    others = baselines(args.data, len(records), args.hilum)
    for folder, stored in args.previous:
        earlier = Writer(folder, cases.Features(stored))
        further = [name for name in ("similar",) if f"{name}_ids" in earlier.manifest["conditioner_inputs"]]
        others[f"bundle {earlier.manifest['version']}"] = joined(earlier.write(records, further))
    said = {name: score.matrix(stated_by(texts, args.hilum)) for name, texts in {**systems, **others}.items()}
    result = {"films": len(records), "findings": score.names, "generated": generated,
              "commonest normal report": others["commonest normal report"][0],
              "films with further views": sum(len(r["images"]) > 1 for r in records),
              "systems": {name: score.entry(matrix) for name, matrix in said.items()}}
    for name in said:
        if name != generated:
            result["systems"][name]["generated_minus_this"] = score.difference(said[generated], said[name])
        if name in systems and further_than_image(name):
            result["systems"][name]["minus_image_alone"] = score.difference(said[name], said[next(iter(ABLATION))])
    column = [next(i for i, label in enumerate(features.labels) if label["name"] == n) for n in score.names]
    probability = np.array([features.predictions[features.anchor(r)] for r in records])[:, column]
    above, stated = probability >= np.array([thresholds[n] for n in score.names]), said[generated]
    result["findings above threshold that are stated"] = round(float(stated[above].mean()), 4)
    result["stated findings that are above threshold"] = round(float(above[stated].mean()), 4)
    result["distinct reports"] = len(set(systems[generated]))
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if args.texts:
        with open(args.texts, "w", encoding="utf-8") as file:
            for i, record in enumerate(records):
                file.write(json.dumps({"id": record["id"], **{name: texts[i] for name, texts in systems.items()}}) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
