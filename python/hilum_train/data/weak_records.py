"""Writes the labelled films as records: `cases.jsonl`, every film with sentences for what is known of it, and `pairs.jsonl`,
drawn training examples with a whole report each.

No film here has its own report. `pairing` says so in every line; everything after this script takes them as any other records.
"""

import argparse
import collections
import json
from pathlib import Path

from hilum_train.data import records, reports, split_files
from hilum_train.data.films import Films
from hilum_train.data.weak_pairs import WeakPairs


def order_of(film):
    """When a film was taken, in its patient's own count; None where that is not known."""
    try:
        return float(film.get("followup") if film["source"] == "nih" else film.get("offset"))
    except (TypeError, ValueError):
        return None


class Neighbourhood:
    """Other films of a film's study and patient."""

    def __init__(self, films):
        self.patients = collections.defaultdict(list)
        for film in films:
            if film.get("patient"):
                self.patients[records.patient_key(film)].append(film)

    @staticmethod
    def study(film):
        """Films of one study, or of one day of a patient, share this name."""
        if film.get("study"):
            return f'{film["source"]}/{film["study"]}'
        order = order_of(film)
        return film["key"] if order is None or not film.get("patient") else f"{records.patient_key(film)}@{order:g}"

    def views(self, film):
        """The film's own study, the film itself first."""
        return [film] + [f for f in self.patients.get(records.patient_key(film), [])
                         if f is not film and self.study(f) == self.study(film)]

    def prior(self, film):
        """The patient's last film before this one."""
        mine = order_of(film)
        earlier = [f for f in self.patients.get(records.patient_key(film), [])
                   if mine is not None and order_of(f) is not None and order_of(f) < mine]
        return max(earlier, key=order_of) if earlier else None


def image(film):
    return {"path": film["path"], "id": film["key"], "view": film.get("view") or "unknown"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--bundle", required=True, help="whose labels and thresholds the predictions follow")
    parser.add_argument("--cases", required=True, help="JSONL to write")
    parser.add_argument("--pairs", required=True, help="JSONL to write")
    parser.add_argument("--count", type=int, default=24000, help="drawn examples")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--splits", default=str(split_files.FILMS))
    parser.add_argument("--report-splits", default=str(split_files.REPORTS))
    args = parser.parse_args()

    films = Films(args.cache, args.splits)
    manifest = json.loads((Path(args.bundle) / "manifest.json").read_text(encoding="utf-8"))
    weak = WeakPairs(films, reports.load(args.data, splits=args.report_splits), manifest["labels"], args.seed)
    every = {film["key"]: film for film in records.load(args.data)}
    near = Neighbourhood(every.values())
    row_of = {info["key"]: row for row, info in enumerate(films.info)}
    rule = {"rule": "sentences of other patients' reports with the film's known findings"}

    def case(row):
        film = every[films.info[row]["key"]]
        known = weak.known(row)
        record = {"id": film["key"], "study_id": near.study(film), "patient_id": records.patient_key(film),
                  "split": weak.part_of(row), "images": [image(f) for f in near.views(film)], "pairing": rule,
                  "reference": {"labels": {n: "positive" if v else "negative" for n, v in known.items()}}}
        prior = near.prior(film)
        if prior:
            days = order_of(film) - order_of(prior) if film["source"] != "nih" else None
            record["priors"] = [{"id": prior["key"], "images": [image(prior)],
                                 "report": {"findings": weak.facts_text(row_of[prior["key"]])},
                                 **({"interval_days": days} if days is not None else {})}]
        return record

    with open(args.cases, "w", encoding="utf-8") as out:
        for row in range(len(films.info)):
            record = case(row)
            record["reference"]["findings"] = weak.facts_text(row)
            out.write(json.dumps(record) + "\n")
    with open(args.pairs, "w", encoding="utf-8") as out:
        for i in range(args.count):
            row, present, findings, impression = weak.draw()
            record = case(row)
            record.update(id=f'{record["id"]}#{i}', indication=weak.indication(),
                          predictions=weak.predictions(row, present), case=record["id"])
            labels = {n: "positive" if n in present else "negative" for n in weak.findings}
            record["reference"] = {"findings": findings, "impression": impression, "labels": labels}
            out.write(json.dumps(record) + "\n")
    print(f"{len(films.info)} cases, {args.count} pairs")


if __name__ == "__main__":
    main()
