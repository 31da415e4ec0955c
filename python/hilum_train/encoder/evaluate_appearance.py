"""Opacity by how clear it is: AUC of an exported bundle on the `siim` test patients, for each appearance that the readers gave,
against the films without opacity."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from hilum_train import stats
from hilum_train.data import split_files
from hilum_train.data.films import Films
from hilum_train.data.labels import APPEARANCE, INDEX
from hilum_train.encoder.bundle_reader import BundleReader

OPACITY = INDEX["Lung Opacity"]


def probabilities(bundle, images, batch=32):
    """The bundle's probability of opacity on cached films."""
    reader = BundleReader(bundle)
    column = [label["name"] for label in reader.labels].index("Lung Opacity")
    return np.concatenate([reader(images[at:at + batch])[2][:, column] for at in range(0, len(images), batch)])


def groups_of(values):
    """{appearance: which films show it}; what is neither typical nor atypical is indeterminate."""
    shown = {name: values[:, INDEX[name]] == 1 for name in APPEARANCE}
    rest = (values[:, OPACITY] == 1) & ~np.any(list(shown.values()), axis=0)
    return {**shown, "Indeterminate Appearance": rest}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--splits", default=str(split_files.FILMS))
    args = parser.parse_args()

    torch.set_num_threads(1)
    films = Films(args.cache, args.splits)
    rows = films.where("siim", "test")
    values, patients = films.values[rows], np.array([films.info[i]["patient"] for i in rows])
    scores, without = probabilities(args.bundle, films.images[rows]), values[:, OPACITY] == 0
    result = {"all": stats.auc_interval(~without, scores, patients)}
    for name, shown in groups_of(values).items():
        part = shown | without
        result[name] = stats.auc_interval(shown[part], scores[part], patients[part])
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
