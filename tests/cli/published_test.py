"""hilum generate and hilum model trace on the decoder families of the published systems: every input, each of them missing
in turn, and all of them missing. The packages of python/ must be on the path."""
import json
import pathlib
import sys
import tempfile

import numpy as np
from hilum_export import tensor_file
from pictures import png
from program import lines, runner

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
hilum = runner(HILUM)
BUNDLES = ROOT / "tests/data/bundles"
PRIOR = "There is a small left pleural effusion. No pneumothorax."
# What a record may have; the name under which the bundle counts it, and how to take it away.
TAKES = {"tiny-r2gen": ["views", "indication", "similar"], "tiny-gpt2": ["views", "prior_image", "indication", "prior_report"]}
ALWAYS = {"tiny-r2gen": ["anchor", "anchor_global"], "tiny-gpt2": ["anchor"]}


def reports(bundle, records, *options):
    done = hilum("generate", "--bundle", BUNDLES / bundle, *options, stdin=lines(records))
    return [json.loads(line)["report"] for line in done.stdout.splitlines()]


def without(record, *names):
    record = json.loads(json.dumps(record))
    prior = record["priors"][0]
    for name in names:
        if name == "views":
            del record["images"][1:]
        elif name == "prior_image":
            del prior["images"]
        elif name == "prior_report":
            prior.pop("report", None), prior.pop("facts", None)
        else:
            del record[name]
    return record


def similar(seed, shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for i in range(4):
        png(folder / f"{i}.png", i)
    image = [str(folder / f"{i}.png") for i in range(4)]
    full = {"id": "s", "images": [{"path": image[0], "view": "PA"}, {"path": image[1], "view": "LATERAL"}, {"path": image[2], "view": "AP"}],
            "indication": "62 year old woman with cough and fever, eval for pneumonia",
            "priors": [{"id": "old", "images": [{"path": image[3], "view": "AP"}], "report": {"findings": PRIOR}}],
            "similar": [{"id": "a", "score": 0.9, "facts": ["heart normal", "no pleural effusion"]}, {"id": "b", "score": 0.8, "report": PRIOR}]}

    for bundle, takes in TAKES.items():
        sets = [[]] + [[name] for name in takes] + [takes]
        records = [{**without(full, *names), "id": str(i)} for i, names in enumerate(sets)]
        together = reports(bundle, records)
        for names, record, report in zip(sets, records, together):
            inputs = report["inputs"]
            assert set(inputs["absent"]) == set(names), (bundle, names, inputs)
            assert set(inputs["used"]) == set(ALWAYS[bundle]) | (set(takes) - set(names)), (bundle, names, inputs)
            assert report["findings"], (bundle, names)
            assert reports(bundle, [record], "--batch", 1)[0]["findings"] == report["findings"], (bundle, names)
        # Every input changes what is computed.
        logprobs = {report["logprob"] for report in together}
        assert len(logprobs) == len(sets), (bundle, [report["logprob"] for report in together])

    # The view's name decides the row of the view table; one that is not listed is "unknown".
    def seen_as(view):
        changed = json.loads(json.dumps(full))
        changed["images"][0]["view"] = view
        return reports("tiny-gpt2", [changed])[0]["logprob"]
    assert seen_as("pa") == seen_as("PA") != seen_as("AP") and seen_as("OBLIQUE") == seen_as("unknown")

    # Facts are taken from a report that comes without them; both kinds of cases reach the model.
    facts = [json.loads(line)["entities"]["facts"] for line in
             hilum("entities", "--mode", "sei-compat", stdin=json.dumps({"id": "x", "report": {"findings": PRIOR}}) + "\n").stdout.splitlines()][0]
    given = json.loads(json.dumps(full))
    given["priors"][0]["facts"] = facts
    assert reports("tiny-gpt2", [given]) == reports("tiny-gpt2", [full])
    given["priors"][0]["facts"] = facts[:1]
    assert reports("tiny-gpt2", [given])[0]["logprob"] != reports("tiny-gpt2", [full])[0]["logprob"]
    one = json.loads(json.dumps(full))
    del one["similar"][1]
    assert reports("tiny-r2gen", [one])[0]["logprob"] != reports("tiny-r2gen", [full])[0]["logprob"]

    # A trace: outputs of every role, the same tokens in a mixed batch and alone, prefixes, comparison.
    pictures = similar(1, (5, 3, 16, 16))
    prefix = np.array([[1, 7, 9], [1, 8, 9]])
    tensor_file.write(folder / "both.safetensors", {
        "image": pictures, "anchor": np.array([0, 2]), "views": np.array([[1, -1], [3, 4]]), "prefix": prefix,
        "image_view": np.array([1, 3, 1, 3, 2]), "indication_ids": np.array([[3, 9, 9, 4], [0, 0, 0, 0]]),
        "indication_mask": np.array([[1, 1, 1, 1], [0, 0, 0, 0]], bool)})
    tensor_file.write(folder / "first.safetensors", {
        "image": pictures[:2], "anchor": np.array([0]), "views": np.array([[1]]), "prefix": prefix[:1], "image_view": np.array([1, 3]),
        "indication_ids": np.array([[3, 9, 9, 4]])})
    decodes = ["--decode", '{"strategy":"greedy","max_tokens":9}', "--decode", '{"beam":2}']
    for bundle in TAKES:
        trace = ["model", "trace", BUNDLES / bundle, "--inputs", folder / "both.safetensors", folder / "first.safetensors"]
        traced = [json.loads(line) for line in hilum(*trace, "--out", folder / bundle, *decodes).stdout.splitlines()]
        both, first = (tensor_file.read(folder / bundle / f"{n}.safetensors") for n in ("both", "first"))
        assert both["image_encoder.patches"].shape == (5, 16, 8) and both["decoder.logits"].shape[:2] == (2, 3)
        np.testing.assert_allclose(both["image_encoder.patches"][:2], first["image_encoder.patches"], atol=1e-5)
        rows = first["conditioner.memory"].shape[1]
        np.testing.assert_allclose(both["conditioner.memory"][0][both["conditioner.mask"][0]], first["conditioner.memory"][0], atol=1e-5)
        assert rows < both["conditioner.memory"].shape[1] and first["conditioner.mask"].all()
        np.testing.assert_allclose(both["decoder.logits"][0], first["decoder.logits"][0], atol=1e-4)
        ids = [study["decoded"][0]["hypotheses"][0]["ids"] for study in (traced[0]["studies"][0], traced[1]["studies"][0])]
        assert ids[0] == ids[1] and 0 < len(ids[0]) <= 9
        assert len(traced[0]["studies"][0]["decoded"][1]["hypotheses"]) == 2
        assert "indication_ids" in traced[0]["studies"][0]["inputs"] and "indication_ids" not in traced[0]["studies"][1]["inputs"]
        same = json.loads(hilum(*trace[:4], folder / "both.safetensors", "--expected", folder / bundle).stdout)
        assert max(same["differences"].values()) == 0
        wrong = dict(both)
        wrong["conditioner.memory"] = wrong["conditioner.memory"] + np.float32(0.01)
        (folder / "wrong").mkdir(exist_ok=True)
        tensor_file.write(folder / "wrong/both.safetensors", wrong)
        done = hilum(*trace[:4], folder / "both.safetensors", "--expected", folder / "wrong", code=1)
        assert json.loads(done.stdout)["differences"]["conditioner.memory"] > 1e-3

    # What cannot be traced is refused with the reason.
    for tensors, message in [
            ({"image": pictures, "nonsense": np.array([1])}, "nonsense"), ({"image": np.array([1, 2])}, "f32 [N,C,H,W]"),
            ({"image": pictures, "anchor": np.array([9])}, "rows of 'image'"), ({"image": pictures, "anchor": np.array([0])}, "no study has row 1"),
            ({"image": pictures, "prefix": prefix}, "one prefix a study"), ({"text_ids": prefix}, "none of the bundle's roles"),
            ({"image": pictures, "indication_mask": np.ones((5, 2), bool)}, "indication_ids"),
            ({"image": pictures, "prior_image": np.zeros(5, int)}, "does not take it")]:
        tensor_file.write(folder / "bad.safetensors", tensors)
        done = hilum("model", "trace", BUNDLES / "tiny-r2gen", "--inputs", folder / "bad.safetensors", code=2)
        assert message in done.stderr, (message, done.stderr)
    for content in (b"", b"1234567", b"\xff" * 8, (5).to_bytes(8, "little") + b"{bad}", (2).to_bytes(8, "little") + b"[]",
                    (68).to_bytes(8, "little") + b'{"image":{"dtype":"F32","shape":[9,9,9,9],"data_offsets":[0,26244]}}'):
        (folder / "bad.safetensors").write_bytes(content)
        done = hilum("model", "trace", BUNDLES / "tiny-r2gen", "--inputs", folder / "bad.safetensors", code=4)
        assert "not a tensor file" in done.stderr, (content, done.stderr)
print("published decoder tests passed")
