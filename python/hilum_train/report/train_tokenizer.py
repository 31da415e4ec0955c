"""Trains the SentencePiece model on the training reports' findings, impressions and indications."""

import argparse
import io
from pathlib import Path

import sentencepiece

from hilum_train.data import compose, reports, split_files
from hilum_train.data.labels import FINDINGS

IMPRESSION = "<impression>"


def lines(all_reports):
    """Every mended sentence and indication of the training reports, and the fixed sentences of compose.py."""
    for report in all_reports:
        yield from reports.sentences(report.row.get("findings"))
        yield from reports.sentences(report.row.get("impression"))
        if report.indication:
            yield report.indication
    yield from compose.NOT_CHEST
    for name in FINDINGS:
        yield f"There is {name.lower()}."
        yield f"{name}."


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True, help="path of the model, without the suffix .model")
    parser.add_argument("--size", type=int, default=1600)
    parser.add_argument("--report-splits", default=str(split_files.REPORTS))
    args = parser.parse_args()
    # Through a writer, since a file's path would be kept in the model.
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines(reports.load(args.data, splits=args.report_splits)), model_writer=model, vocab_size=args.size,
        model_type="unigram", pad_id=0, bos_id=1, eos_id=2, unk_id=3, user_defined_symbols=[IMPRESSION],
        character_coverage=1.0, hard_vocab_limit=False, num_threads=1, minloglevel=2)
    Path(args.out + ".model").write_bytes(model.getvalue())


if __name__ == "__main__":
    main()
