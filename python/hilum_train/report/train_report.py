"""Stages 3 and 4: trains the fusion of image, findings, similar cases, indication, views and priors together with the decoder,
on records that retrieve_cases.py gave similar cases."""

import argparse

import sentencepiece
import torch
from torch.nn import functional as F

from hilum_train import training
from hilum_train.data import cases
from hilum_train.report.decoder import ReportModel
from hilum_train.report.report_batches import PAD, ReportBatches, ReportInputs


def with_similar(records, found):
    """Drawn examples (`case` names their film) take over the film's similar cases."""
    similar = {r["id"]: r.get("similar", []) for r in found}
    for record in records:
        record["similar"] = similar.get(record.get("case", record["id"]), [])
    return records


def start_from(model, checkpoint):
    """Weights of an earlier run; one from before there was a fusion leaves its layers as they are."""
    state = torch.load(checkpoint, weights_only=True)["model"]
    thresholds = model.conditioner.thresholds.clone()
    said = model.load_state_dict(state, strict=False)
    new = ("conditioner.fusion.", "conditioner.source", "conditioner.absent")
    wrong = [key for key in said.missing_keys if not key.startswith(new)] + said.unexpected_keys
    if wrong:
        raise SystemExit(f"{checkpoint}: other names than the model's: {', '.join(wrong)}")
    model.conditioner.thresholds.copy_(thresholds)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", required=True, help="JSONL of retrieve_cases.py")
    parser.add_argument("--pairs", help="JSONL of drawn examples of those cases (weak_records.py); without it the cases' own reports")
    parser.add_argument("--features", required=True)
    parser.add_argument("--start", help="checkpoint of an earlier run to start from")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    training.add_step_options(parser, steps=1200)
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    processor = sentencepiece.SentencePieceProcessor(model_file=args.tokenizer)
    features = cases.Features(args.features)
    found = cases.part(cases.read(args.cases), "train")
    records = features.usable(with_similar(cases.part(cases.read(args.pairs), "train"), found) if args.pairs else found)
    model = ReportModel([label["threshold"] for label in features.labels], processor.get_piece_size(),
                        features.patches.shape[2], features.patches.shape[1], args.width, args.layers)
    if args.start:
        start_from(model, args.start)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.01, betas=(0.9, 0.98))
    run = training.Steps(args.out, model, optimizer, args.steps, warm=100, every=args.every)
    source = ReportBatches(records, ReportInputs(features, processor), args.seed + run.step)
    model.train()
    while run.more():
        inputs, ids = source.batch(args.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs, ids[:, :-1])
        run.descend(F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), ignore_index=PAD))
        if run.due():
            run.save()


if __name__ == "__main__":
    main()
