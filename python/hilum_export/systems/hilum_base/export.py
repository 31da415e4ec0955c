"""Writes a bundle out of our own checkpoints: TorchScript modules, tokenizer, manifest with hashes and self-test.

Without --decoder it holds the encoder and the classifier alone, which is what the two stages of training start from.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from hilum_export import bundle, phantom
from hilum_train.data.cache_images import read_grey
from hilum_train.data.labels import ALIASES, LABELS, kind
from hilum_train.encoder.encoder import CELLS, FIRST, FindingReader, SIDE, SIZE, WIDTH, to_input
from hilum_train.report.aligner import LONGEST, Alignment
from hilum_train.report.decoder import ReportModel
from hilum_train.report.generate import greedy

MAX_TOKENS = 120


def fold(conv, norm):
    """Puts a batch norm's arithmetic into the convolution before it."""
    conv.weight, conv.bias = fuse_conv_bn_weights(conv.weight, conv.bias, norm.running_mean, norm.running_var, norm.eps,
                                                  norm.weight, norm.bias)


def fold_batch_norms(net):
    """Folds every batch norm of an EfficientNet-Lite and leaves identities in their place."""
    pairs = [(net, "_conv_stem", "_bn0"), (net, "_conv_head", "_bn1")]
    for block in net._blocks:
        if hasattr(block, "_expand_conv"):
            pairs.append((block, "_expand_conv", "_bn0"))
        pairs += [(block, "_depthwise_conv", "_bn1"), (block, "_project_conv", "_bn2")]
    for owner, conv, norm in pairs:
        if isinstance(getattr(owner, norm), nn.Identity):
            continue  # a network without its last convolution
        fold(getattr(owner, conv), getattr(owner, norm))
        setattr(owner, norm, nn.Identity())


def export_encoder(model):
    """The encoder traced at the only size that it takes, batch norms folded, weights rounded and in channels-last order."""
    encoder = model.encoder.eval()
    example = to_input(torch.linspace(0, 255, 2 * SIZE * SIZE).view(2, SIZE, SIZE)).contiguous()
    with torch.no_grad():
        before = encoder(example)
        for network in (encoder.first, encoder.second):
            fold_batch_norms(network.net)
        encoder.to(memory_format=torch.channels_last)
        after = encoder(example)
        if any((old - new).abs().max() > 1e-3 for old, new in zip(before, after)):
            raise SystemExit("folding the batch norms changed the encoder's output")
        bundle.round_weights(encoder)
        return torch.jit.freeze(torch.jit.trace(encoder, example))


def export_classifier(model, kept, calibration):
    """The classifier with the kept labels' rows and their calibration."""
    classifier, rows = model.classifier.eval(), [LABELS.index(name) for name in kept]
    for name in ("whole", "score", "attend", "probe"):
        old = getattr(classifier, name)
        new = nn.Linear(old.in_features, len(rows))
        new.load_state_dict({"weight": old.weight[rows], "bias": old.bias[rows]})
        setattr(classifier, name, new)
    classifier.opacity = classifier.opacity[rows]
    classifier.scale = torch.tensor([calibration[name]["scale"] for name in kept])
    classifier.bias = torch.tensor([calibration[name]["bias"] for name in kept])
    bundle.round_weights(classifier.requires_grad_(False))
    return torch.jit.freeze(torch.jit.script(classifier))


def export_text(checkpoint, kept, calibration, vocab, width, layers):
    """Conditioner with the kept labels' thresholds, and decoder; both scripted."""
    model = ReportModel([0.5] * len(kept), vocab, WIDTH, CELLS, width, layers)
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    model.conditioner.thresholds = torch.tensor([calibration[name]["threshold"] for name in kept])
    model.eval().requires_grad_(False)
    return torch.jit.script(model.conditioner), torch.jit.script(model.decoder)


def export_alignment(checkpoint, vocab):
    """The image's aligner and the text encoder of stage 1; both scripted."""
    model = Alignment(vocab, WIDTH, FIRST)
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    model.eval().requires_grad_(False)
    return torch.jit.script(model.image), torch.jit.script(model.text)


def self_test(out, modules, kept, tokenizer):
    """Expected outputs on the drawn pictures, given nothing but the picture."""
    cases = []
    for name, with_patch in (("phantom.png", False), ("phantom_opacity.png", True)):
        path = out / "selftest" / name
        phantom.draw(with_patch).save(path)
        image = to_input(torch.from_numpy(np.array(read_grey(path))).unsqueeze(0))
        with torch.no_grad():
            patches, pooled = modules["image_encoder"](image)
            predictions = torch.sigmoid(modules["classifier"](patches, pooled))
            case = {"image": f"selftest/{name}",
                    "predictions": {k: round(float(p), 6) for k, p in zip(kept, predictions[0])},
                    "sums": {"image": round(float(image.double().sum()), 3),
                             "patches": round(float(patches.double().sum()), 3),
                             "global": round(float(pooled.double().sum()), 4)}}
            if "decoder" in modules:
                inputs = {"anchor": patches, "predictions": predictions}
                memory, _ = modules["conditioner"](inputs)
                ids = greedy(modules["conditioner"], modules["decoder"], inputs, 1, 2, MAX_TOKENS)[0]
                case.update(ids=ids, text=tokenizer.decode(ids))
                case["sums"]["memory"] = round(float(memory.double().sum()), 4)
        cases.append(case)
    return cases


def text_part(tokenizer, labels):
    """What the manifest says of the decoder's side."""
    return {
        "tokenizer": {"type": "sentencepiece", "file": "tokenizer.model", "pad": 0, "bos": 1, "eos": 2, "unk": 3,
                      "impression": tokenizer.piece_to_id("<impression>")},
        "conditioner_inputs": ["anchor", "predictions", "indication_ids", "similar_ids", "views", "prior_image",
                               "prior_report_ids"],
        "memory_layout": [{"input": "anchor", "rows": CELLS, "grid": [SIDE, SIDE]},
                          {"input": "predictions", "rows": labels}],
        "decode": {"strategy": "greedy", "beam": 1, "max_tokens": MAX_TOKENS, "scoring": "sum", "no_repeat_ngram": 0}}


def label_entries(kept, calibration, counts):
    """The manifest's labels, in the classifier's order."""
    return [{"name": name, "kind": kind(name), "threshold": round(calibration[name]["threshold"], 4),
             "aliases": ALIASES[name], "trained_on": counts[name]["trained_on"], "positives": counts[name]["positives"],
             "negatives": counts[name]["negatives"],
             "held_back_auc": calibration[name]["auc"], "held_back_auc_interval": calibration[name]["interval"]}
            for name in kept]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", required=True, help="checkpoint of fit_heads.py")
    parser.add_argument("--decoder", help="checkpoint of train_report.py")
    parser.add_argument("--aligner", help="checkpoint of train_alignment.py")
    parser.add_argument("--tokenizer")
    parser.add_argument("--calibration", required=True, help="JSON of calibrate.py")
    parser.add_argument("--labels", required=True, help="JSON list of the labels that the decoder was trained with")
    parser.add_argument("--counts", required=True, help="JSON of count_labels.py")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", default="hilum-base")
    parser.add_argument("--version", default="0.3.0")
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    args = parser.parse_args()

    torch.set_num_threads(1)
    out = Path(args.out)
    (out / "selftest").mkdir(parents=True, exist_ok=True)
    calibration, counts, kept = (json.loads(Path(p).read_text(encoding="utf-8"))
                                 for p in (args.calibration, args.counts, args.labels))
    model = FindingReader()
    model.load_state_dict(torch.load(args.encoder, weights_only=True)["average"])
    if (args.decoder or args.aligner) and not args.tokenizer:
        parser.error("--decoder and --aligner need --tokenizer")
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=args.tokenizer) if args.tokenizer else None
    modules = {"image_encoder": export_encoder(model), "classifier": export_classifier(model, kept, calibration)}
    if args.aligner:
        modules["aligner"], modules["text_encoder"] = export_alignment(args.aligner, tokenizer.get_piece_size())
    if args.decoder:
        modules["conditioner"], modules["decoder"] = export_text(args.decoder, kept, calibration,
                                                                 tokenizer.get_piece_size(), args.width, args.layers)
    for role, module in modules.items():
        bundle.save(module, out / f"{role}.pt", compact=True)
    modules = {role: torch.jit.load(str(out / f"{role}.pt")) for role in modules}
    if tokenizer and Path(args.tokenizer).resolve() != (out / "tokenizer.model").resolve():
        shutil.copyfile(args.tokenizer, out / "tokenizer.model")

    cases = self_test(out, modules, kept, tokenizer)
    manifest = {
        "format": "hilum-bundle", "format_version": 1, "name": args.name, "version": args.version,
        "license": "Non-commercial research and education only (see LICENSE)",
        "intended_use": "Research only; not for diagnosis.",
        "training_data": counts["sources"],
        "results": {},
        "engine": {"min_libtorch": "1.13"},
        "preprocess": {
            "photometric": "MONOCHROME2", "channels": 3,
            "steps": [{"op": "resize", "mode": "stretch", "size": [SIZE, SIZE], "filter": "bilinear", "antialias": True}],
            "scale": 255.0, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
        "views": {"unknown": 0, "PA": 1, "AP": 2, "LATERAL": 3},
        "labels": label_entries(kept, calibration, counts["labels"]),
        **(text_part(tokenizer, len(kept)) if tokenizer else {}),
        **({"text_encoding": {"max_tokens": LONGEST, "pooling": "global"}} if args.aligner else {}),
        "files": [bundle.entry(out, f"{role}.pt", role) for role in modules]
        + ([bundle.entry(out, "tokenizer.model", "tokenizer")] if tokenizer else [])
        + [bundle.entry(out, case["image"], "selftest") for case in cases],
        "selftest": {"tolerance": 0.0005, "cases": cases},
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{out}: {sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
