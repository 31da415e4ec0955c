"""hilum entities --bundle and hilum label --bundle as people call them, on the tiny bundles."""
import json
import pathlib
import sys
import tempfile

from program import runner

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
hilum = runner(HILUM)
BUNDLES = ROOT / "tests/data/bundles"
GOLDENS = json.loads((ROOT / "tests/data/report_models.json").read_text())
LABELS = ["ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"]
RELATIONS = ["modify", "located_at", "suggestive_of"]
RADGRAPH = ["entities", "--bundle", str(BUNDLES / "tiny-radgraph"), "-q"]
CHEXBERT = ["label", "--bundle", str(BUNDLES / "tiny-chexbert"), "-q"]


def records(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


reports = "".join(json.dumps({"id": f"r{i}", "text": " ".join(g["words"]), "mine": i}) + "\n" for i, g in enumerate(GOLDENS))

with tempfile.TemporaryDirectory() as folder:
    # What the bundle finds is what a file of DyGIE++ with the same entities and relations gives, in both modes. (The words
    # of these reports are the same for both ways of cutting them.)
    graphs = pathlib.Path(folder) / "graphs.json"
    dygie = pathlib.Path(folder) / "dygie.jsonl"
    dygie.write_text("".join(json.dumps({
        "doc_key": f"r{i}", "sentences": [g["words"]], "predicted_ner": [[[a, b, LABELS[k]] for a, b, k in g["entities"]]],
        "predicted_relations": [[[*ends, RELATIONS[k]] for *ends, k in g["relations"]]]}) + "\n" for i, g in enumerate(GOLDENS)))
    for mode in ("fixed", "sei-compat"):
        done = records(hilum(*RADGRAPH, "--mode", mode, "--radgraph-json", graphs, stdin=reports))
        read = records(hilum("entities", "--radgraph", dygie, "--mode", mode, "-q"))
        package = records(hilum("entities", "--radgraph", graphs, "--mode", mode, "-q"))
        assert len(done) == len(read) == len(package) == len(GOLDENS)
        for i, (ours, theirs, again) in enumerate(zip(done, read, package)):
            assert ours["mine"] == i and ours["entities"]["mode"] == mode
            assert ours["entities"]["facts"] == theirs["entities"]["facts"] == again["entities"]["facts"]
            text = " ".join(GOLDENS[i]["words"])
            for item, other in zip(ours["entities"]["items"], theirs["entities"]["items"], strict=True):
                span = text.encode()[item.pop("begin"):item.pop("end")].decode()
                assert span == item["text"] and item.pop("sentence") >= 0
                assert item == other
            (entry,) = ours["provenance"]
            assert entry["stage"] == "entities" and entry["bundle"].startswith("tiny-radgraph@sha256:"), entry
            assert entry["words"] == {"fixed": "radgraph", "sei-compat": "sei"}[mode] and entry["engine"].startswith("LibTorch")

    # Labels, policies, and a report that is longer than the model reads.
    manifest = json.loads((BUNDLES / "tiny-chexbert/manifest.json").read_text())["report_labels"]["labels"]
    for i, record in enumerate(records(hilum(*CHEXBERT, stdin=reports))):
        expected = {label["name"]: label["classes"][k] for label, k in zip(manifest, GOLDENS[i]["classes"], strict=True)}
        assert record["labels"] == expected and record["mine"] == i
        assert record["provenance"][0]["bundle"].startswith("tiny-chexbert@") and "text_cut" not in record["provenance"][0]
    kept = records(hilum(*CHEXBERT, stdin=reports))
    positive = records(hilum(*CHEXBERT, "--policy", "positive", stdin=reports))
    changed = 0
    for a, b in zip(kept, positive):
        for name, value in a["labels"].items():
            assert b["labels"][name] == ("positive" if value == "uncertain" else value)
            changed += value == "uncertain"
    assert changed > 0
    long = hilum(*CHEXBERT[:-1], stdin=json.dumps({"id": "long", "text": "heart " * 200}) + "\n")
    assert records(long)[0]["provenance"][0]["text_cut"] is True and "longer than the model reads" in long.stderr

    # Bad reports fail alone; bad wishes fail at once, with a reason.
    mixed = '{"id":"a","text":"no effusion"}\n{"id":"b"}\n' + json.dumps({"id": "c", "text": "heart " * 2001}) + '\n{"id":"d","text":""}\n'
    a, b, c, d = records(hilum(*RADGRAPH, stdin=mixed, code=3))
    assert a["entities"]["items"] and b["error"]["code"] == "record_invalid" and c["error"]["code"] == "too_large", (b, c)
    assert d["entities"] == {"mode": "fixed", "facts": [], "items": []}
    assert "span_scorer" in hilum("entities", "--bundle", BUNDLES / "tiny-chexbert", stdin=reports, code=6).stderr
    assert "report_labeler" in hilum("label", "--bundle", BUNDLES / "tiny-wordlevel", stdin=reports, code=6).stderr
    hilum("label", "--bundle", BUNDLES / "nowhere", stdin=reports, code=6)
    for wrong in (["label", "--explain"], ["label", "--scheme", "nih14"], ["entities", "--structured"], ["entities", "--radgraph", "-"]):
        hilum(*wrong, "--bundle", BUNDLES / "tiny-radgraph", stdin=reports, code=2)

print("report models: everything as it should be")
