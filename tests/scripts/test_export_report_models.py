"""The exporters of RadGraph and CheXbert on random weights: the modules against plain PyTorch, and what is wrong with a
checkpoint. The packages of python/ must be on the path. Exits with 77 where PyTorch is installed neither here nor in .venv."""
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(sys.argv[1])
try:
    import torch
except ImportError:
    other = ROOT / ".venv/bin/python"
    if other.exists() and "HILUM_IN_VENV" not in os.environ:
        os.execve(other, [str(other), *sys.argv], {**os.environ, "HILUM_IN_VENV": "1"})
    print("skipped: PyTorch is not installed")
    sys.exit(77)
from hilum_export.systems.chexbert import export as chexbert
from hilum_export.reference import plain_report_models as plain
from hilum_export.systems.radgraph import export as radgraph
from hilum_export.checkpoint import CheckpointError

VOCABULARY = 60
CONFIG = {"model": {"max_span_width": 4, "modules": {"relation": {"spans_per_word": 0.5}, "coref": {"coref_prop": 0}},
                    "embedder": {"token_embedders": {"bert": {"sub_token_mode": "avg"}}}},
          "dataset_reader": {"token_indexers": {"bert": {"max_length": 32}}}}
torch.set_num_threads(1)
torch.set_grad_enabled(False)


def archive(path, tensors, config=None, ner="\nANAT-DP\nOBS-DP\nOBS-DA\nOBS-U", relation="modify\nlocated_at\nsuggestive_of"):
    """An AllenNLP archive."""
    weights = io.BytesIO()
    torch.save(tensors, weights)
    files = {"config.json": json.dumps(config or CONFIG).encode(), "weights.th": weights.getvalue(),
             "vocabulary/radgraph__ner_labels.txt": ner.encode(), "vocabulary/radgraph__relation_labels.txt": relation.encode()}
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def refused(call, *parts):
    try:
        call()
    except CheckpointError as error:
        for part in parts:
            assert part in str(error), (part, str(error))
        return
    raise AssertionError(f"accepted, but should name {parts}")


def export(system, *args):
    return subprocess.run([sys.executable, "-W", "ignore", "-m", f"hilum_export.systems.{system}.export", *map(str, args)],
                          capture_output=True, text=True)


def modules(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    return manifest, {f["role"]: torch.jit.load(str(folder / f["path"])) for f in manifest["files"] if f["path"].endswith(".pt")}


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    vocab = folder / "vocab.txt"
    vocab.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [f"w{i}" for i in range(VOCABULARY - 4)]) + "\n")

    # RadGraph: every module of the bundle against the plain model.
    model = plain.spread(plain.RadGraph(VOCABULARY, dataset="radgraph"), 5)
    archive(folder / "model.tar.gz", model.state_dict())
    done = export("radgraph", "--checkpoint", folder / "model.tar.gz", "--tokenizer", vocab, "--out", folder / "radgraph")
    assert done.returncode == 0, done.stderr
    manifest, parts = modules(folder / "radgraph")
    assert manifest["entities"] == {"labels": ["ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"], "relations": ["modify", "located_at", "suggestive_of"],
                                    "max_span_width": 4, "spans_per_word": 0.5, "max_tokens": 32, "words": "radgraph"}
    assert manifest["tokenizer"] == {"file": "vocab.txt", "type": "wordpiece", "lower": True, "pad": 0, "bos": 2, "eos": 3, "unk": 1}
    bert = model._embedder.token_embedder_bert._matched_embedder.transformer_model
    long, short = [2, *range(4, 24), 3], [2, 30, 31, 3]
    ids, mask = torch.zeros(2, len(long), dtype=torch.long), torch.zeros(2, len(long), dtype=torch.bool)
    for row, values in enumerate((long, short)):
        ids[row, :len(values)], mask[row, :len(values)] = torch.tensor(values), True
    tokens, first = parts["text_encoder"](ids, mask)
    for row, values in enumerate((long, short)):
        torch.testing.assert_close(tokens[row, :len(values)], plain.run_bert(bert, values), atol=2e-5, rtol=0)
    assert torch.equal(first, tokens[:, 0])
    words = model.word_vectors([[4 + i] for i in range(12)], 2, 3, 32)
    spans, vectors, labels, keep = model.scores(words)
    ours = parts["span_scorer"](words, torch.tensor(spans))
    for mine, expected in zip(ours, (vectors, labels[:, 1:], keep)):
        torch.testing.assert_close(mine, expected, atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(parts["pair_scorer"](vectors[:20], keep[:20]), model.pair_scores(vectors[:20], keep[:20])[:, :, 1:],
                               atol=2e-4, rtol=1e-5)

    # Nothing is passed over and nothing made up.
    tensors = dict(model.state_dict())
    refused(lambda: radgraph.build({**tensors, "_ner.extra": torch.zeros(1)}), "unexpected: _ner.extra")
    for missing in ("_relation._relation_scorers.radgraph__relation_labels.bias",
                    "_embedder.token_embedder_bert._matched_embedder.transformer_model.encoder.layer.1.output.dense.bias"):
        refused(lambda: radgraph.build({k: v for k, v in tensors.items() if k != missing}), "missing")
    wrong = dict(tensors)
    wrong["_endpoint_span_extractor._span_width_embedding.weight"] = torch.zeros(4, 5)
    refused(lambda: radgraph.build(wrong), "shape of")
    refused(lambda: radgraph.build({k: v for k, v in tensors.items() if "_ner" not in k}), "0 label sets")
    for config, ner, part in (({**CONFIG, "model": {**CONFIG["model"], "max_span_width": 9}}, None, "max_span_width"),
                              ({**CONFIG, "model": {**CONFIG["model"], "modules": {"coref": {"coref_prop": 2}}}}, None, "coref_prop"),
                              (None, "\nANAT-DP\nOBS-DP", "names 2"), (None, "ANAT-DP\nOBS-DP\nOBS-DA\nOBS-U", "not the empty one")):
        archive(folder / "bad.tar.gz", tensors, config, **({"ner": ner} if ner else {}))
        (folder / "bad").mkdir(exist_ok=True)
        radgraph.unpack(folder / "bad.tar.gz", folder / "bad")
        refused(lambda: radgraph.read_archive(folder / "bad"), part)

    with tarfile.open(folder / "empty.tar.gz", "w:gz"):
        pass
    refused(lambda: radgraph.unpack(folder / "empty.tar.gz", folder), "config.json")

    # CheXbert, saved from inside a DataParallel as the published file is.
    model = plain.spread(plain.CheXbert(VOCABULARY), 6)
    torch.save({"epoch": 1, "model_state_dict": {f"module.{k}": v for k, v in model.state_dict().items()}}, folder / "chexbert.pth")
    done = export("chexbert", "--checkpoint", folder / "chexbert.pth", "--tokenizer", vocab, "--out", folder / "chexbert")
    assert done.returncode == 0, done.stderr
    manifest, parts = modules(folder / "chexbert")
    named = manifest["report_labels"]["labels"]
    assert [len(label["classes"]) for label in named] == [4] * 13 + [2] and named[-1]["name"] == "No Finding"
    assert named[1] == {"name": "Cardiomegaly", "classes": ["unmentioned", "positive", "negative", "uncertain"]}
    scores = parts["report_labeler"](ids, mask)
    for row, values in enumerate((long, short)):
        hidden = plain.run_bert(model.bert, values)[0]
        torch.testing.assert_close(scores[row], torch.cat([head(hidden) for head in model.linear_heads]), atol=2e-5, rtol=1e-5)
    tensors = dict(model.state_dict())
    refused(lambda: chexbert.build({**tensors, "linear_heads.14.weight": torch.zeros(4, 16)}), "unexpected: linear_heads.14.weight")
    refused(lambda: chexbert.build({k: v for k, v in tensors.items() if k != "linear_heads.13.bias"}), "missing: linear_heads.13.bias")
    done = export("chexbert", "--checkpoint", folder / "model.tar.gz", "--tokenizer", vocab, "--out", folder / "no")
    assert done.returncode != 0 and not (folder / "no" / "manifest.json").exists()

print("exporters: as plain PyTorch, strict about keys")
