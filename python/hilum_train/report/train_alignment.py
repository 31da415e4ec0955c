"""Stage 1: aligns image grids with factual sequences, the image encoder frozen (encode_images.py ran it)."""

import argparse

import numpy as np
import sentencepiece
import torch

from hilum_train import stats, training
from hilum_train.data import cases
from hilum_train.data.sampling import Sampler
from hilum_train.data.text_ids import padded
from hilum_train.encoder.encoder import FIRST
from hilum_train.report.aligner import LONGEST, Alignment, positives

BOS, EOS = 1, 2


def encode(processor, texts):
    """Texts as (ids, mask), as the bundle's runtime makes them."""
    return padded([[BOS, *processor.encode(text)[:LONGEST - 2], EOS] for text in texts])


def some_facts(record, rng):
    """The case's facts in random order; often only some of them, or the bare names of its findings, so that a short query
    is understood too."""
    facts = list(rng.permutation(cases.facts_of(record)))
    if rng.random() < 0.3:
        facts = list(rng.permutation(cases.named_findings(record))) or facts
    return facts[: rng.integers(1, len(facts) + 1)] if rng.random() < 0.5 else facts


@torch.no_grad()
def vectors(model, features, rows, batch=256):
    """The images' vectors in the shared space."""
    out = []
    for at in range(0, len(rows), batch):
        part = rows[at:at + batch]
        out.append(model.image(torch.from_numpy(features.patches[part].astype(np.float32)),
                               torch.from_numpy(features.pooled[part].astype(np.float32))))
    return torch.cat(out).numpy() if out else np.zeros((0, model.image.cells.out_features), np.float32)


@torch.no_grad()
def validate(model, records, features, processor, names):
    """{finding: AUC of the images' nearness to the finding's bare name}, where there are films with and without it."""
    model.eval()
    image = vectors(model, features, [features.anchor(r) for r in records])
    _, text = model.text(*encode(processor, [name.lower() for name in names]))
    scores, out = image @ text.numpy().T, {}
    for j, name in enumerate(names):
        stated = [cases.labels_of(record).get(name) for record in records]
        known = [i for i, s in enumerate(stated) if s]
        area = stats.auc([stated[i] == "positive" for i in known], scores[known, j]) if known else float("nan")
        if not np.isnan(area):
            out[name] = round(area, 4)
    model.train()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", required=True, help="JSONL of records with entities.facts")
    parser.add_argument("--features", required=True, help="folder of encode_images.py")
    training.add_step_options(parser, steps=600)
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    processor = sentencepiece.SentencePieceProcessor(model_file=args.tokenizer)
    features = cases.Features(args.features)
    records = [r for r in features.usable(cases.read(args.cases)) if cases.facts_of(r)]
    train, val = cases.part(records, "train"), cases.part(records, "validate")
    rows = [features.anchor(r) for r in train]
    model = Alignment(processor.get_piece_size(), features.patches.shape[2], min(FIRST, features.pooled.shape[1]))
    sample = features.pooled[sorted(rows)][:, : len(model.image.mean)]
    model.image.mean.copy_(torch.from_numpy(sample.mean(0)))
    spread = sample.std(0)
    model.image.scale.copy_(torch.from_numpy(1 / np.maximum(spread, 0.1 * np.median(spread) + 1e-6)))
    names = [label["name"] for label in features.labels]
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.05, betas=(0.9, 0.98))
    run = training.Steps(args.out, model, optimizer, args.steps, warm=50, every=args.every)
    sampler = Sampler(train, args.seed + run.step)
    model.train()
    while run.more():
        drawn = sampler.draw(args.batch)
        part = [rows[i] for i in drawn]
        same = positives([cases.study_of(train[i]) for i in drawn], [cases.signature(train[i]) for i in drawn])
        ids, mask = encode(processor, [cases.join_facts(some_facts(train[i], sampler.rng)) for i in drawn])
        whole, tokens = model(torch.from_numpy(features.patches[part].astype(np.float32)),
                              torch.from_numpy(features.pooled[part].astype(np.float32)), ids, mask, same)
        run.descend(whole + tokens, global_loss=whole.item(), token_loss=tokens.item())
        if run.due():
            run.save(val_auc=validate(model, val, features, processor, names))


if __name__ == "__main__":
    main()
