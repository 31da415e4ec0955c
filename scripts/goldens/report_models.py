#!/usr/bin/env python3
"""Writes tests/data/report_models.json: what plain PyTorch (python/hilum_export/reference/plain_report_models.py) makes of some
reports with the weights of the bundles tiny-radgraph and tiny-chexbert. Needs PyTorch and the tokenizers package."""
import json
import pathlib

import tiny_bundles as tiny
import torch
from tokenizer_goldens import wordpiece

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Words with blanks between, as RadGraph's first word splitting leaves them.
REPORTS = ["the heart is normal in size .", "no pleural effusion", "effusion",
           "there is a small left pleural effusion . no pneumothorax . mild cardiomegaly ( 1 . 5 cm ) , unchanged .",
           "right lower lobe opacity may represent pneumonia : cough / fever . bibasilar atelectasis ! \u200b the lungs are clear ?"]
LEAST_GAP = 1e-3  # a smaller one might fall either way on another machine


def main():
    plain = tiny.plain
    path = ROOT / "tests/data/bundles/tiny-radgraph/vocab.txt"
    tokenizer, size = wordpiece(path), len(path.read_text().split("\n")) - 1
    radgraph = plain.spread(plain.RadGraph(size), tiny.RADGRAPH_SEED)
    chexbert = plain.spread(plain.CheXbert(size), tiny.CHEXBERT_SEED)
    out = []
    with torch.no_grad():
        for report in REPORTS:
            words = report.split(" ")
            pieces = [tokenizer.encode(word, add_special_tokens=False).ids for word in words]
            vectors = radgraph.word_vectors(pieces, 2, 3, tiny.RADGRAPH["max_tokens"])
            entities, relations, gap = radgraph.predict(vectors, tiny.RADGRAPH["spans_per_word"])
            classes, label_gap = chexbert.predict([2, *tokenizer.encode(report, add_special_tokens=False).ids[:62], 3])
            if min(gap, label_gap) < LEAST_GAP:
                raise SystemExit(f"'{report}' hangs on {min(gap, label_gap):.1e}; take another one")
            out.append({"words": words, "entities": entities, "relations": relations, "classes": classes})
    (ROOT / "tests/data/report_models.json").write_text(json.dumps(out, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
