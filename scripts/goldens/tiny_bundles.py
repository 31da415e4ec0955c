#!/usr/bin/env python3
"""Makes bundles with random weights: the tiny ones of the tests (one a kind of tokenizer), or one of realistic size.

    scripts/goldens/tiny_bundles.py tests/data/bundles
    scripts/goldens/tiny_bundles.py --realistic build/bench-bundle

Needs PyTorch and the sentencepiece package.
"""
import argparse
import hashlib
import io
import json
import pathlib
import re
import sys
import tempfile
from typing import Tuple  # noqa: F401 (in the modules' type comments)

import sentencepiece
import torch
from torch import Tensor

import tiny_model

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
from hilum_export import bundle  # noqa: E402
from hilum_export.systems.chexbert import export as chexbert  # noqa: E402
from hilum_export.reference import plain_report_models as plain  # noqa: E402
from hilum_export.systems.radgraph import export as radgraph  # noqa: E402
from hilum_export.networks import gpt2, r2gen  # noqa: E402

SENTENCES = """the heart is normal in size . the lungs are clear . no pleural effusion . no pneumothorax .
there is a small left pleural effusion . mild cardiomegaly . bibasilar atelectasis . no acute cardiopulmonary process .
the mediastinal contours are within normal limits . there is no focal consolidation . degenerative changes of the spine .
right lower lobe opacity may represent pneumonia . cough and fever . shortness of breath . chest pain""".split("\n")
SPECIAL = ["[PAD]", "[BOS]", "[EOS]", "[UNK]", "[IMPRESSION]"]
LABELS = [{"name": "Lung Opacity", "threshold": 0.5, "aliases": ["Airspace Opacity"]},
          {"name": "Pleural Effusion", "threshold": 0.4, "aliases": ["Effusion"]}]
RADGRAPH_SEED, CHEXBERT_SEED = 3, 4
# Rows of 16 ids, so that a sentence of some length is read in several.
RADGRAPH = {"labels": ["ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"], "relations": ["modify", "located_at", "suggestive_of"],
            "max_span_width": 4, "spans_per_word": 0.5, "max_tokens": 16, "words": "radgraph"}


ALIGNED_WORDS = ["effusion", "cardiomegaly", "atelectasis", "pneumonia"]
KNOWN_LABELS = ["effusion", "pneumothorax", "heart"]


def sentencepiece_files():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 4), model_writer=model, vocab_size=64, model_type="unigram", pad_id=0, bos_id=1,
        eos_id=2, unk_id=3, user_defined_symbols=["[IMPRESSION]"], hard_vocab_limit=False, normalization_rule_name="identity", num_threads=1, minloglevel=2)
    spec = {"type": "sentencepiece", "file": "tokenizer.model", "pad": 0, "bos": 1, "eos": 2, "unk": 3, "impression": 4}
    size = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).get_piece_size()
    return {"tokenizer.model": model.getvalue()}, spec, size


def added_tokens():
    return [{"id": i, "content": word, "special": True} for i, word in enumerate(SPECIAL)]


def wordlevel_files():
    words = SPECIAL + sorted({w for s in SENTENCES for w in re.findall(r"\w+|[^\w\s]+", s.lower())})
    tokenizer = {"version": "1.0", "added_tokens": added_tokens(), "normalizer": {"type": "Lowercase"},
                 "pre_tokenizer": {"type": "Whitespace"},
                 "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {w: i for i, w in enumerate(words)}}}
    spec = {"type": "wordlevel", "file": "tokenizer.json", "pad": 0, "bos": 1, "eos": 2, "unk": 3, "impression": 4}
    return {"tokenizer.json": json.dumps(tokenizer, indent=0).encode()}, spec, len(words)


def byte_symbols():
    kept = [b for b in range(256) if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xAC or b >= 0xAE]
    moved = iter(range(256, 512))
    return {b: chr(b) if b in kept else chr(next(moved)) for b in range(256)}


def bpe_files(count=60):
    """Byte-level pairs merged by frequency; ties go to the alphabetically first."""
    symbols = byte_symbols()
    parts = [[symbols[b] for b in part.encode()] for s in SENTENCES for part in re.findall(r" ?\w+| ?[^\w\s]+", s)]
    merges = []
    for _ in range(count):
        pairs = {}
        for part in parts:
            for pair in zip(part, part[1:]):
                pairs[pair] = pairs.get(pair, 0) + 1
        best = max(sorted(pairs), key=lambda p: pairs[p])
        merges.append(best)
        for part in parts:
            at = 0
            while at + 1 < len(part):
                if (part[at], part[at + 1]) == best:
                    part[at:at + 2] = ["".join(best)]
                at += 1
    words = SPECIAL + [symbols[b] for b in range(256)] + ["".join(m) for m in merges]
    tokenizer = {"version": "1.0", "added_tokens": added_tokens(),
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True},
                 "model": {"type": "BPE", "vocab": {w: i for i, w in enumerate(words)},
                           "merges": [" ".join(m) for m in merges]}}
    spec = {"type": "bpe", "file": "tokenizer.json", "pad": 0, "bos": 1, "eos": 2, "unk": -1, "impression": 4}
    return {"tokenizer.json": json.dumps(tokenizer, indent=0).encode()}, spec, len(words)


def wordpiece_file():
    """BERT's vocab.txt: marks, letters, some words and some endings."""
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)] + list("0123456789")
    words = sorted({w for s in SENTENCES for w in re.findall(r"[a-z]{2,}", s)})
    marks = list(".,:;/()-?!%")
    endings = ["ed", "ing", "al", "ar", "ic", "ly", "ion", "oid"]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + marks + letters + words + [f"##{e}" for e in letters + endings]
    return "\n".join(pieces) + "\n", len(pieces)


def write_wordpiece_bundle(folder, intended_use, preprocess=None, **parts):
    """A bundle that reads texts by the vocabulary of wordpiece_file."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as vocabulary:
        vocabulary.write(wordpiece_file()[0])
        vocabulary.flush()
        bundle.write(folder, name=folder.name, tokenizer=vocabulary.name,
                     tokenizer_settings=bundle.wordpiece_settings(vocabulary.name, lower=True), preprocess=preprocess,
                     license="Apache-2.0", intended_use="Tests only: " + intended_use, **parts)


def write_report_models(out):
    """RadGraph and CheXbert, tiny: random weights under the published names, through the exporters."""
    _, size = wordpiece_file()
    random = "the weights are random."
    model = radgraph.build(plain.spread(plain.RadGraph(size), RADGRAPH_SEED).state_dict())
    write_wordpiece_bundle(out / "tiny-radgraph", random, entities=RADGRAPH,
                           modules={role: getattr(model, role) for role in ("text_encoder", "span_scorer", "pair_scorer")})
    labeler = chexbert.build(plain.spread(plain.CheXbert(size), CHEXBERT_SEED).state_dict())
    labels = [{"name": label, "classes": chexbert.classes_of(label)} for label in chexbert.LABELS]
    write_wordpiece_bundle(out / "tiny-chexbert", random, modules={"report_labeler": labeler},
                           report_labels={"max_tokens": 64, "labels": labels})


class KnownTokens(torch.nn.Module):
    """A text encoder whose vectors anybody can compute: four small numbers made of a token's id, wherever it stands."""

    def forward(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        tokens = torch.stack([ids % 3 - 1, ids % 5 - 2, ids * ids % 7, torch.ones_like(ids)], 2).float()
        return tokens, (tokens * mask.unsqueeze(2)).sum(1)


class KnownLabels(torch.nn.Module):
    """A sentence labeler that says yes where a word stands: label l belongs to the token `words[l]`."""

    def __init__(self, words):
        super().__init__()
        self.register_buffer("words", torch.tensor(words))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        said = (ids.unsqueeze(2) == self.words) & mask.unsqueeze(2)
        return said.any(1).float() * 4.0 - 2.0


def write_known_texts(out):
    """A text encoder with known vectors and a sentence labeler with known answers, for scores worked out by hand."""
    pieces = wordpiece_file()[0].split("\n")
    write_wordpiece_bundle(
        out / "tiny-texts", "nothing is learned.",
        modules={"text_encoder": KnownTokens(), "sentence_labeler": KnownLabels([pieces.index(w) for w in KNOWN_LABELS])},
        text_encoding={"max_tokens": 16, "pooling": "mean", "baseline": {"precision": 0.4, "recall": 0.5, "f1": 0.45}},
        sentence_labels={"max_tokens": 16, "threshold": 0.5, "labels": KNOWN_LABELS})


class Quadrants(torch.nn.Module):
    """An image encoder that sees how bright each quarter is."""

    def forward(self, image: Tensor) -> Tuple[Tensor, Tensor]:
        bright = torch.nn.functional.adaptive_avg_pool2d(image[:, :1], [2, 2]).flatten(1)
        return bright.unsqueeze(2), bright


class WordCounts(torch.nn.Module):
    """A text encoder in the space of Quadrants: word w of `words` means a bright quarter w."""

    def __init__(self, words):
        super().__init__()
        self.register_buffer("words", torch.tensor(words))

    def forward(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        said = ((ids.unsqueeze(2) == self.words) & mask.unsqueeze(2)).float()
        return said, torch.nn.functional.normalize(said.sum(1), dim=1)


def write_aligned_bundle(out):
    """Images and words in one space, for queries by text."""
    pieces = wordpiece_file()[0].split("\n")
    write_wordpiece_bundle(
        out / "tiny-aligned", "nothing is learned.",
        preprocess={"photometric": "MONOCHROME2", "channels": 1, "scale": 255.0, "mean": [0.0], "std": [1.0],
                    "steps": [{"op": "resize", "mode": "stretch", "size": [16, 16], "filter": "bilinear", "antialias": True}]},
        modules={"image_encoder": Quadrants(), "text_encoder": WordCounts([pieces.index(w) for w in ALIGNED_WORDS])},
        text_encoding={"max_tokens": 32, "pooling": "global"})


def own_modules(vocabulary, spec, sizes, decode):
    width = sizes["width"]
    return {
        "image_encoder": tiny_model.ImageEncoder(3, width, sizes["stages"]),
        "classifier": tiny_model.Classifier(width, len(LABELS)),
        "conditioner": tiny_model.Conditioner(vocabulary, width, len(LABELS)),
        "decoder": tiny_model.Decoder(vocabulary, width, sizes["layers"], sizes["heads"], decode["max_tokens"] + 1, spec["eos"],
                                      sizes["eos_bias"]),
    }


def published_modules(decoder):
    """The decoder of a published system, small, behind a conditioner that takes everything."""
    def modules(vocabulary, spec, sizes, decode):
        width = sizes["width"]
        made = {"image_encoder": tiny_model.ImageEncoder(3, width, sizes["stages"]),
                "conditioner": tiny_model.LongitudinalConditioner(vocabulary, width, len(LABELS)),
                "decoder": decoder(vocabulary, width, sizes["heads"], decode["max_tokens"])}
        for name, parameter in made["decoder"].named_parameters():  # zeros would say the same of every picture
            if parameter.abs().sum() == 0:
                torch.nn.init.normal_(parameter, std=0.5)
        return made
    return modules


def r2gen_decoder(vocabulary, width, heads, limit):
    made = r2gen.ReportDecoder(vocabulary, width, 2 * width, heads, limit)
    torch.nn.init.normal_(made.logit.weight, std=1.0)
    torch.nn.init.normal_(made.model.tgt_embed[1].pe, std=0.5)
    return made


def gpt2_decoder(vocabulary, width, heads, limit):
    return gpt2.ReportDecoder(vocabulary, 2, width, heads, limit)


def write_bundle(folder, name, tokenizer, sizes, decode, inputs, seed, make_modules=own_modules, **further):
    files, spec, vocabulary = tokenizer
    torch.manual_seed(seed)
    modules = make_modules(vocabulary, spec, sizes, decode)
    entries = []
    folder.mkdir(parents=True, exist_ok=True)
    contents = dict(files)
    roles = {path: "tokenizer" for path in files}
    for role, module in modules.items():
        bundle.save(torch.jit.script(module.eval().requires_grad_(False)), folder / f"{role}.pt")
        contents[f"{role}.pt"] = (folder / f"{role}.pt").read_bytes()
        roles[f"{role}.pt"] = role
    for path, data in contents.items():
        (folder / path).write_bytes(data)
        entries.append({"path": path, "role": roles[path], "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    cells = (sizes["image"] >> sizes["stages"]) ** 2
    side = sizes["image"] >> sizes["stages"]
    manifest = {
        "format": "hilum-bundle", "format_version": 1, "name": name, "version": "1", "license": "Apache-2.0",
        "intended_use": "Tests only: the weights are random.", "training_data": [], "results": {},
        "engine": {"min_libtorch": "1.13"},
        "preprocess": {"photometric": "MONOCHROME2", "channels": 3,
                       "steps": [{"op": "resize", "mode": "stretch", "size": [sizes["image"]] * 2, "filter": "bilinear",
                                  "antialias": True}],
                       "scale": 255.0, "mean": [0.5] * 3, "std": [0.5] * 3},
        "labels": LABELS if "classifier" in modules else [], "tokenizer": spec, "conditioner_inputs": inputs,
        "memory_layout": [{"input": "anchor", "rows": cells, "grid": [side, side]}]
                         + ([{"input": "predictions", "rows": 1}] if "predictions" in inputs else []),
        "decode": decode, **further, "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{folder}: {sum(len(d) for d in contents.values()) / 1000:.0f} kB")


class GreySegmenter(torch.nn.Module):
    """Finds structures by their grey level, so that a test can draw what is to be found."""

    def forward(self, image):
        # type: (torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]
        levels = torch.tensor([60.0, 90.0, 150.0, 30.0]).view(1, 4, 1, 1)
        masks = 10.0 - (image * 255.0 - levels).abs()
        bump = torch.zeros_like(image) - 5.0
        white = (image.mean((1, 2, 3)) - 0.8) * 100.0
        low = torch.zeros_like(white) - 5.0
        return torch.cat([masks, bump], dim=1), torch.stack([low, low, white], dim=1)


class BrightestPoint(torch.nn.Module):
    """The tube's tip is the brightest pixel, when one is all white."""

    def forward(self, image):
        # type: (torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]
        width = image.size(3)
        value, at = image.flatten(1).max(dim=1)
        point = torch.stack([torch.remainder(at, width), torch.div(at, width, rounding_mode="floor")], dim=1).float()
        return point.unsqueeze(1), (value > 0.99).float().unsqueeze(1) * 0.8


class ExtremePoints(torch.nn.Module):
    """The carina is the darkest pixel, the tube's tip the brightest; a point in between is not found, as CarinaNet says it."""

    def forward(self, image):
        # type: (torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]
        width = image.size(3)
        grey = image[:, 0].flatten(1)
        values, at = torch.stack([1.0 - grey, grey], dim=1).max(dim=2)
        points = torch.stack([torch.remainder(at, width), torch.div(at, width, rounding_mode="floor")], dim=2).float()
        found = (values > 0.9).float()
        return points * found.unsqueeze(2), values * found


def write_anatomy_bundle(folder, modules, channels, **names):
    """A bundle with the role segmenter, landmarks or both."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for role, module in modules.items():
        bundle.save(torch.jit.script(module.eval()), folder / f"{role}.pt")
        data = (folder / f"{role}.pt").read_bytes()
        entries.append({"path": f"{role}.pt", "role": role, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    manifest = {
        "format": "hilum-bundle", "format_version": 1, "name": folder.name, "version": "1", "license": "Apache-2.0",
        "intended_use": "Tests only: structures are grey levels.", "engine": {"min_libtorch": "1.13"},
        "preprocess": {"photometric": "MONOCHROME2", "channels": channels,
                       "steps": [{"op": "resize", "mode": "stretch", "size": [100, 100], "filter": "bilinear", "antialias": True}],
                       "scale": 255.0, "mean": [0.0] * channels, "std": [1.0] * channels},
        **names, "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def write_anatomy_bundles(out):
    """One with both roles, and one with the points alone, as python/hilum_export/systems/carinanet/export.py writes them."""
    write_anatomy_bundle(
        out / "tiny-anatomy", {"segmenter": GreySegmenter(), "landmarks": BrightestPoint()}, 1,
        labels=[{"name": "View AP", "kind": "view"}, {"name": "View Lateral", "kind": "view"}, {"name": "Not Chest", "kind": "quality"}],
        maps=[{"name": n} for n in ("right_lung", "left_lung", "heart", "airway")] + [{"name": "carina", "kind": "point"}],
        landmarks=["tube_tip"])
    write_anatomy_bundle(out / "tiny-landmarks", {"landmarks": ExtremePoints()}, 3, landmarks=["carina", "tube_tip"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realistic", action="store_true", help="one bundle of the size people use, with a word-level tokenizer")
    parser.add_argument("--report-models", action="store_true", help="only the models that read texts")
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.report_models:
        write_report_models(args.out)
        write_known_texts(args.out)
        write_aligned_bundle(args.out)
        return
    every = ["anchor", "predictions", "views", "prior_image", "indication_ids", "prior_report_ids"]
    tiny = {"width": 8, "stages": 2, "layers": 1, "heads": 2, "image": 16, "eos_bias": 0.15}
    beam_sum = {"strategy": "beam", "beam": 3, "max_tokens": 30, "scoring": "sum"}
    beam_length = {"strategy": "beam", "beam": 3, "max_tokens": 30, "scoring": "length_normalised", "length_penalty": 1.0}
    if args.realistic:
        files, spec, size = wordlevel_files()
        vocab = json.loads(files["tokenizer.json"])
        vocab["model"]["vocab"].update({f"word{i}": i for i in range(size, 4000)})
        tokenizer = ({"tokenizer.json": json.dumps(vocab).encode()}, spec, 4000)
        sizes = {"width": 512, "stages": 5, "layers": 3, "heads": 8, "image": 224, "eos_bias": 0.02}
        write_bundle(args.out, "bench-realistic", tokenizer, sizes, {**beam_sum, "max_tokens": 100}, every[:2] + ["indication_ids"], 11)
        return
    write_bundle(args.out / "tiny-sentencepiece", "tiny-sentencepiece", sentencepiece_files(), tiny, beam_length, every, 3)
    write_bundle(args.out / "tiny-wordlevel", "tiny-wordlevel", wordlevel_files(), tiny, beam_sum, every, 22)
    write_bundle(args.out / "tiny-bpe", "tiny-bpe", bpe_files(), tiny, beam_sum, every[:2], 7)
    write_anatomy_bundles(args.out)
    # The decoders of the published systems, with the inputs of SEI and of MLRG.
    small = {"width": 8, "stages": 2, "heads": 2, "image": 16}
    facts = {"facts": True, "separator": [5]}
    write_bundle(args.out / "tiny-r2gen", "tiny-r2gen", wordlevel_files(), small, {**beam_sum, "trigram_penalty": 1.386},
                 ["anchor", "anchor_global", "views", "indication_ids", "similar_ids"], 31, published_modules(r2gen_decoder),
                 text_inputs={"indication": {"prefix": [1], "suffix": [2], "max_tokens": 20, "clean": "sei"},
                              "similar": {"prefix": [1], "suffix": [2], "max_tokens": 40, **facts}})
    write_bundle(args.out / "tiny-gpt2", "tiny-gpt2", bpe_files(), small, beam_length,
                 ["anchor", "anchor_view", "views", "views_view", "prior_image", "prior_view", "indication_ids", "prior_report_ids"], 32,
                 published_modules(gpt2_decoder), views={"unknown": 0, "PA": 1, "AP": 2, "LATERAL": 3, "LL": 4},
                 text_inputs={"indication": {"prefix": [3], "suffix": [4], "max_tokens": 40, "clean": "sei"},
                              "prior_report": {"prefix": [], "suffix": [4], "max_tokens": 40, **facts}})
    write_report_models(args.out)
    write_known_texts(args.out)
    write_aligned_bundle(args.out)


if __name__ == "__main__":
    main()
