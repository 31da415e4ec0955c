#!/usr/bin/env python3
"""Exports a RadGraph checkpoint (Jain et al. 2021), an AllenNLP archive of DyGIE++, as a Hilum bundle.

    PYTHONPATH=python .venv/bin/python -m hilum_export.systems.radgraph.export --checkpoint model.tar.gz --tokenizer vocab.txt --out models/radgraph

The archive holds config.json, weights.th and vocabulary/. The tokenizer is the encoder's own, which the archive does not
hold: vocab.txt or tokenizer.json of PubMedBERT for the first RadGraph, of CXR-BERT for RadGraph-XL (then also
--words radgraph-xl). Encoders that are no BERT (modern-radgraph-xl) are refused.
"""
import json
import pathlib
import re
import shutil
import tarfile
import tempfile
from typing import Tuple

import torch
from torch import Tensor, nn

from hilum_export import bundle
from hilum_export.checkpoint import CheckpointError, fill, load_tensors
from hilum_export.networks import bert
from hilum_export.networks.dygie import PairScorer, SpanScorer

EMBEDDER = r"^_embedder\.token_embedder_\w+\._matched_embedder\.transformer_model\.(?:bert\.)?"
# Parts of DyGIE++ that RadGraph does not use, and heads of the encoder's pre-training.
UNUSED = bert.UNUSED + [r"^_coref\.", r"^_events\.", EMBEDDER + r"cls(_projection_head|\.predictions)?\.", EMBEDDER + r"pooler\."]


class TextEncoder(nn.Module):
    """ids i64[B,L], mask bool[B,L] -> tokens f32[B,L,D] and the first of each row."""

    def __init__(self, sizes: dict):
        super().__init__()
        self.bert = bert.Encoder(**sizes)

    def forward(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        tokens = self.bert(ids, mask, torch.zeros_like(ids))
        return tokens, tokens[:, 0]


class RadGraph(nn.Module):
    """The three modules of the bundle."""

    def __init__(self, sizes: dict, max_span_width: int, features: int, hidden: list, labels: int, relations: int):
        super().__init__()
        self.text_encoder = TextEncoder(sizes)
        self.span_scorer = SpanScorer(sizes["width"], max_span_width, features, hidden, labels)
        self.pair_scorer = PairScorer(2 * sizes["width"] + features, hidden, relations)


def only(names: set, what: str) -> str:
    if len(names) != 1:
        raise CheckpointError(f"the checkpoint has {len(names)} {what} ({', '.join(sorted(names)) or 'none'}); one is needed")
    return names.pop()


def renames(dataset: str) -> list:
    ner, relation = f"{re.escape(dataset)}__ner_labels", f"{re.escape(dataset)}__relation_labels"
    return [
        (EMBEDDER, "text_encoder.bert."), *bert.RENAMES,
        (r"^_endpoint_span_extractor\._span_width_embedding\.", "span_scorer.widths."),
        (rf"^_ner\._ner_scorers\.{ner}\.0\._module\._linear_layers\.", "span_scorer.labels.body.layers."),
        (rf"^_ner\._ner_scorers\.{ner}\.1\._module\.", "span_scorer.labels.head."),
        (rf"^_relation\._mention_pruners\.{relation}\._scorer\.0\._module\._linear_layers\.", "span_scorer.keep.body.layers."),
        (rf"^_relation\._mention_pruners\.{relation}\._scorer\.1\._module\.", "span_scorer.keep.head."),
        (rf"^_relation\._relation_feedforwards\.{relation}\._linear_layers\.", "pair_scorer.relations.body.layers."),
        (rf"^_relation\._relation_scorers\.{relation}\.", "pair_scorer.relations.head."),
    ]


def build(tensors: dict) -> RadGraph:
    dataset = only({m.group(1) for name in tensors if (m := re.match(r"_ner\._ner_scorers\.(.+?)__ner_labels\.", name))}, "label sets")
    prefix = only({m.group(0) for name in tensors if (m := re.match(EMBEDDER + r"(?=embeddings\.)", name))}, "text encoders")
    ner, relation = f"_ner._ner_scorers.{dataset}__ner_labels.", f"_relation._relation_scorers.{dataset}__relation_labels."

    def rows(name: str) -> int:
        if name not in tensors:
            raise CheckpointError(f"the checkpoint does not fit:\n  missing: {name}")
        return tensors[name].size(0)

    hidden = []
    while (name := f"{ner}0._module._linear_layers.{len(hidden)}.weight") in tensors:
        hidden.append(rows(name))
    if not hidden:
        raise CheckpointError(f"the checkpoint does not fit:\n  missing: {ner}0._module._linear_layers.0.weight")
    widths = "_endpoint_span_extractor._span_width_embedding.weight"
    model = RadGraph(bert.sizes_of(tensors, prefix), rows(widths), tensors[widths].size(1), hidden, rows(f"{ner}1._module.weight"),
                     rows(f"{relation}weight")).eval()
    fill(model, tensors, renames(dataset), UNUSED)
    return model


def label_file(folder: pathlib.Path, kind: str) -> list:
    files = {str(path) for path in (folder / "vocabulary").glob(f"*__{kind}_labels.txt")}
    return pathlib.Path(only(files, f"files of {kind} labels")).read_text(encoding="utf-8").split("\n")


def unpack(path: str, folder: pathlib.Path) -> None:
    """Writes the files of the archive that are read, and no others, into the folder."""
    with tarfile.open(path) as archive:
        for member in archive:
            wanted = re.fullmatch(r"(?:\./)?(config\.json|weights\.th|vocabulary/[\w.-]+\.txt)", member.name)
            if wanted and member.isfile():
                target = folder / wanted.group(1)
                target.parent.mkdir(exist_ok=True)
                with archive.extractfile(member) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out)
    for name in ("config.json", "weights.th", "vocabulary"):
        if not (folder / name).exists():
            raise CheckpointError(f"{path}: no AllenNLP archive, '{name}' is missing")


def read_archive(folder: pathlib.Path) -> Tuple[RadGraph, dict]:
    """The model of an unpacked archive, and what the manifest says of it."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model"]
    reader = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("dataset_reader", {})
    modules = config.get("modules", {})
    if modules.get("coref", {}).get("coref_prop", 0) > 0:
        raise CheckpointError("config.json: coreference propagation is not supported (coref_prop above 0)")
    for embedder in config.get("embedder", config.get("text_field_embedder", {})).get("token_embedders", {}).values():
        if embedder.get("sub_token_mode", "avg") != "avg" or not embedder.get("last_layer_only", True):
            raise CheckpointError("config.json: word vectors that are no mean of the last layer are not supported")
    lengths = [indexer["max_length"] for indexer in reader.get("token_indexers", {}).values() if indexer.get("max_length")]
    names = label_file(folder, "ner")
    if names[0] != "":
        raise CheckpointError("vocabulary: the first entity label is not the empty one, which means no entity")
    labels = [name for name in names[1:] if name]
    relations = [name for name in label_file(folder, "relation") if name]
    model = build(load_tensors(str(folder / "weights.th"), None))
    for what, names, module in (("entity", labels, model.span_scorer.labels), ("relation", relations, model.pair_scorer.relations)):
        if module.head.out_features != len(names):
            raise CheckpointError(f"the weights score {module.head.out_features} {what} labels, the vocabulary names {len(names)}")
    if config["max_span_width"] != model.span_scorer.widths.num_embeddings:
        raise CheckpointError("config.json: max_span_width is not the number of span widths in the weights")
    return model, {"labels": labels, "relations": relations, "max_span_width": config["max_span_width"],
                   "spans_per_word": modules["relation"]["spans_per_word"], "max_tokens": min(lengths, default=512)}


def main() -> None:
    parser = bundle.argument_parser(__doc__)
    parser.add_argument("--words", choices=("radgraph", "radgraph-xl"), default="radgraph", help="how reports are cut into words")
    parser.add_argument("--name", default="radgraph")
    parser.add_argument("--cased", action="store_true", help="the encoder tells capitals from small letters")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        unpack(args.checkpoint, pathlib.Path(folder))
        model, entities = read_archive(pathlib.Path(folder))
        bundle.write(args.out, name=args.name, tokenizer=args.tokenizer, license_file=args.license, preprocess=None,
                     modules={role: getattr(model, role) for role in ("text_encoder", "span_scorer", "pair_scorer")},
                     tokenizer_settings=bundle.wordpiece_settings(args.tokenizer, lower=not args.cased),
                     entities={**entities, "words": args.words})


if __name__ == "__main__":
    main()
