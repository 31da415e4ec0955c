"""Counts what the bundle's models were trained on: films of each source, and positives of each label."""

import argparse
import json
from pathlib import Path

from hilum_train.data import reports, split_files
from hilum_train.data.films import Films
from hilum_train.encoder.fit_heads import PROBED, Examples, teacher_of

NAMES = {
    "nih": "NIH ChestX-ray14 (Wang 2017)",
    "siim": "SIIM-FISABIO-RSNA COVID-19 2021 (BIMCV, MIDRC-RICORD-1c)",
    "covidcxr": "covid-chestxray-dataset (Cohen 2020)", "hannover": "Hannover COVID-19 image repository",
    "figure1": "Figure 1 COVID chest X-rays", "actualmed": "Actualmed COVID chest X-rays",
    "cxnet": "figshare 12580328 collection", "openist": "OpenIST normal chest films",
    "heart_lung": "JSRT and Wingspan heart and lung masks", "non_chest": "pictures that are not chest films",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--splits", default=str(split_files.FILMS))
    parser.add_argument("--report-splits", default=str(split_files.REPORTS))
    parser.add_argument("--teacher", help="as for fit_heads.py")
    parser.add_argument("--paediatric", help="cache of the paediatric films, where they taught the second reader")
    args = parser.parse_args()
    films = Films(args.cache, args.splits)
    everything = (films.part == "train") & (films.fold != films.test_fold)
    encoder = everything & (films.source != "nih")
    teacher = teacher_of(args.teacher, films)
    heads = everything & (Examples(films, teacher, PROBED[0]).weight > 0)
    labels = {}
    for j, name in enumerate(films.labels):
        trained = heads if name in PROBED else encoder
        positive, negative = trained & (films.values[:, j] == 1), trained & (films.values[:, j] == 0)
        labels[name] = {"trained_on": sorted(set(films.source[positive | negative].tolist())),
                        "positives": int(positive.sum()), "negatives": int(negative.sum())}
    sources = [f"{NAMES[s]}: {int((everything & (films.source == s)).sum())} films"
               for s in NAMES if (everything & (films.source == s)).any()]
    note = f" ({int(heads.sum())} of them for the findings' regressions, all for the text, none for the encoder)"
    sources = [s + note if s.startswith("NIH") else s for s in sources]
    if args.paediatric:
        sources.append(f"Kermany 2018 paediatric films: {len(Films(args.paediatric, args.splits).info)} films, for the second reader's "
                       "first epochs alone")
    texts = len(reports.load(args.data, splits=args.report_splits))
    sources.append(f"Indiana University chest X-ray reports (Open-i): {texts} reports, text only")
    Path(args.out).write_text(json.dumps({"sources": sources, "labels": labels}, indent=1) + "\n", encoding="utf-8")
    print("\n".join(sources))


if __name__ == "__main__":
    main()
