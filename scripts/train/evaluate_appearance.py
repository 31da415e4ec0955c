"""Opacity by how clear it is: AUC of an exported bundle on the `siim` test patients, for each appearance that the readers gave,
against the films without opacity. Runs the bundle's TorchScript modules in float32."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import stats
from encoder import to_input
from films import Films
from labels import APPEARANCE, INDEX

OPACITY = INDEX["Lung Opacity"]


def probabilities(bundle, images, batch=32):
    """The bundle's probability of opacity on cached films."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    row = [label["name"] for label in manifest["labels"]].index("Lung Opacity")
    encoder, classifier = (torch.jit.load(str(bundle / f"{name}.pt")).eval() for name in ("image_encoder", "classifier"))
    out = []
    with torch.inference_mode():
        for at in range(0, len(images), batch):
            patches, pooled = encoder(to_input(torch.from_numpy(images[at:at + batch])))
            out.append(torch.sigmoid(classifier(patches, pooled)[:, row]).numpy())
    return np.concatenate(out)


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
    parser.add_argument("--splits", default=str(Path(__file__).parent / "splits" / "films.json"))
    args = parser.parse_args()

    torch.set_num_threads(1)
    films = Films(args.cache, args.splits)
    rows = films.where("siim", "test")
    values, patients = films.values[rows], np.array([films.info[i]["patient"] for i in rows])
    scores, without = probabilities(Path(args.bundle), films.images[rows]), values[:, OPACITY] == 0
    result = {"all": stats.auc_interval(~without, scores, patients)}
    for name, shown in groups_of(values).items():
        part = shown | without
        result[name] = stats.auc_interval(shown[part], scores[part], patients[part])
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
