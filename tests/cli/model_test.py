"""hilum model as people call it: roles, info, and a trace of every role, on the tiny bundles and the shipped ones."""
import array
import json
import pathlib
import sys
import tempfile

from program import runner

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
hilum = runner(HILUM)
BUNDLES = ROOT / "tests/data/bundles"
CODES = {"F32": "f", "I64": "q", "BOOL": "B"}


def write(path, **tensors):
    """A safetensors file; each tensor is (type, shape, numbers)."""
    header, data = {}, b""
    for name, (kind, shape, numbers) in tensors.items():
        part = array.array(CODES[kind], numbers).tobytes()
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def shapes(bundle, path, *options):
    done = hilum("model", "trace", bundle, "--inputs", path, *options)
    return {name: tensor["shape"] for name, tensor in json.loads(done.stdout)["tensors"].items()}


def image(channels, side):
    return "F32", [1, channels, side, side], [i * 37 % 101 / 50 - 1 for i in range(channels * side * side)]


# The table, and what a bundle's modules give.
table = hilum("model", "roles").stdout
markdown = hilum("model", "roles", "--markdown").stdout
page = (ROOT / "docs/bundles.md").read_text()
assert all(part in page for part in markdown.strip().split("\n\n")), "docs/bundles.md has other tables than hilum model roles"
for role in ("image_encoder", "span_scorer", "decoder", "landmarks"):
    assert role in table and f"| `{role}` |" in markdown, role
info = hilum("model", "info", "hilum-anatomy").stdout
assert "segmenter.pt" in info and "a map of logits for each of `maps`" in info, info

text = {"text_ids": ("I64", [2, 3], [2, 9, 3, 2, 3, 0]), "text_mask": ("BOOL", [2, 3], [1, 1, 1, 1, 1, 0])}
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    # A segmenter gives two tensors; it used to be expected to give one. Landmarks beside it.
    side = json.loads((ROOT / "models/hilum-anatomy/manifest.json").read_text())["preprocess"]["steps"][-1]["size"][0]
    seen = shapes("hilum-anatomy", write(folder / "film.safetensors", image=image(3, side)))
    assert set(seen) == {"segmenter.maps", "segmenter.labels"}, seen
    tiny = shapes(BUNDLES / "tiny-anatomy", write(folder / "tiny.safetensors", image=image(1, 100)))
    assert tiny == {"segmenter.maps": [1, 5, 100, 100], "segmenter.labels": [1, 3], "landmarks.points": [1, 1, 2],
                    "landmarks.confidence": [1, 1]}, tiny

    # Models that read texts.
    path = write(folder / "texts.safetensors", **text)
    assert shapes(BUNDLES / "tiny-chexbert", path)["report_labeler.scores"][0] == 2
    assert set(shapes(BUNDLES / "tiny-texts", path)) == {"text_encoder.tokens", "text_encoder.global", "sentence_labeler.scores"}
    width = shapes(BUNDLES / "tiny-radgraph", path)["text_encoder.tokens"][2]
    words = {"words": ("F32", [3, width], [i * 13 % 7 / 7 for i in range(3 * width)]), "spans": ("I64", [4, 2], [0, 0, 0, 1, 1, 2, 2, 2])}
    spans = shapes(BUNDLES / "tiny-radgraph", write(folder / "words.safetensors", **words))
    assert spans["span_scorer.scores"] == [4, 4] and spans["span_scorer.keep"] == [4], spans
    pairs = {"vectors": ("F32", [2, spans["span_scorer.vectors"][1]], [0.5] * (2 * spans["span_scorer.vectors"][1])),
             "keep": ("F32", [2], [1.0, 0.5])}
    assert shapes(BUNDLES / "tiny-radgraph", write(folder / "pairs.safetensors", **pairs)) == {"pair_scorer.scores": [2, 2, 3]}

    # The aligner of the shipped bundle, beside the roles up to the report.
    seen = shapes("hilum-base", write(folder / "chest.safetensors", image=image(3, 224)), "--decode", '{"max_tokens":3}')
    assert {"image_encoder.global", "classifier.logits", "aligner.vectors", "conditioner.memory"} <= set(seen), seen
    assert seen["aligner.vectors"][0] == 1

    # A trace agrees with itself; half of a role's inputs, and settings that are none, are refused by name.
    hilum("model", "trace", BUNDLES / "tiny-chexbert", "--inputs", path, "--out", folder / "got")
    done = hilum("model", "trace", BUNDLES / "tiny-chexbert", "--inputs", path, "--expected", folder / "got")
    assert json.loads(done.stdout)["differences"] == {"report_labeler.scores": 0.0}
    half = write(folder / "half.safetensors", text_ids=text["text_ids"])
    assert "'text_mask'" in hilum("model", "trace", BUNDLES / "tiny-chexbert", "--inputs", half, code=2).stderr
    done = hilum("model", "trace", BUNDLES / "tiny-chexbert", "--inputs", path, "--decode", "{", code=2)
    assert "--decode: " in done.stderr and "setting" not in done.stderr, done.stderr
    # What is no tensor file is not an image to be converted.
    (folder / "no.safetensors").write_text("{}")
    done = hilum("model", "trace", BUNDLES / "tiny-chexbert", "--inputs", folder / "no.safetensors", code=4)
    assert "not a tensor file" in done.stderr and "convert the image" not in done.stderr, done.stderr
print("model tests passed")
