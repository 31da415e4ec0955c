"""hilum generate with an index of similar cases inside the bundle."""
import hashlib
import json
import pathlib
import shutil
import sys
import tempfile

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png  # noqa: E402
from program import lines, runner  # noqa: E402

hilum = runner(HILUM)


def reports(bundle, records, *options, code=0):
    done = hilum("generate", "--bundle", bundle, *options, stdin=lines(records), code=code)
    return [json.loads(line) for line in done.stdout.splitlines()]


def list_index(bundle):
    """What python/hilum_export/add_index.py does, without PyTorch."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    for file in sorted((bundle / "index").iterdir()):
        data = file.read_bytes()
        manifest["files"].append({"path": f"index/{file.name}", "role": "index", "bytes": len(data),
                                  "sha256": hashlib.sha256(data).hexdigest()})
    manifest["similar_cases"] = {"index": "index", "top": 2}
    (bundle / "manifest.json").write_text(json.dumps(manifest))


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    bundle = folder / "bundle"
    shutil.copytree(ROOT / "tests/data/bundles/tiny-r2gen", bundle)
    cases = []
    for i in range(6):
        png(folder / f"{i}.png", i)
        cases.append({"id": f"s{i}", "patient_id": f"p{i // 2}", "images": [{"path": str(folder / f"{i}.png")}],
                      "entities": {"facts": [f"heart normal {i}", "no pleural effusion"]}})
    plain = reports(bundle, cases)
    assert all("similar" in r["report"]["inputs"]["absent"] and "similar" not in r for r in plain), plain

    hilum("index", "build", bundle / "index", "--bundle", bundle, stdin=lines(cases))
    list_index(bundle)
    own = reports(bundle, cases)
    for i, record in enumerate(own):
        assert [c["id"] for c in record["similar"]] and len(record["similar"]) == 2, record["similar"]
        assert not {f"s{i // 2 * 2}", f"s{i // 2 * 2 + 1}"} & {c["id"] for c in record["similar"]}, "its own patient"
        assert "similar" in record["report"]["inputs"]["used"], record["report"]["inputs"]
    # The same as asking the index first; what a record brings is not asked again, and one can do without.
    asked = [json.loads(line) for line in hilum("retrieve", "--index", bundle / "index", "--bundle", bundle, "--top", 2,
                                                stdin=lines(cases)).stdout.splitlines()]
    assert [r["similar"] for r in asked] == [r["similar"] for r in own]
    assert [r["report"] for r in reports(bundle, asked)] == [r["report"] for r in own]
    given = reports(bundle, [{**cases[0], "similar": [{"id": "x", "facts": ["lungs clear"]}]}, {**cases[1], "similar": []}])
    assert [c["id"] for c in given[0]["similar"]] == ["x"] and "similar" in given[0]["report"]["inputs"]["used"]
    assert given[1]["similar"] == [] and "similar" in given[1]["report"]["inputs"]["absent"]
    assert [r["report"] for r in reports(bundle, cases, "--no-similar")] == [r["report"] for r in plain]

    # An index that was changed after the bundle was made is refused, and so is one of another model.
    manifest = (bundle / "index/manifest.json").read_bytes()
    (bundle / "index/manifest.json").write_bytes(manifest.replace(b'"flat"', b'"fl4t"'))
    assert "SHA-256" in hilum("generate", "--bundle", bundle, stdin=lines(cases), code=6).stderr
    (bundle / "index/manifest.json").write_bytes(manifest)
    cut = json.loads((bundle / "manifest.json").read_text())
    cut["files"] = [f for f in cut["files"] if f["path"] != "index/manifest.json"]
    (bundle / "manifest.json").write_text(json.dumps(cut))
    assert "similar_cases.index" in hilum("generate", "--bundle", bundle, stdin=lines(cases), code=6).stderr

# The shipped bundle: its aligner makes the vectors, and no report's text is in its index.
shipped = ROOT / "models/hilum-base"
aligner = next(f["sha256"] for f in json.loads((shipped / "manifest.json").read_text())["files"] if f["role"] == "aligner")
about = json.loads(hilum("index", "info", shipped / "index").stdout)
assert about["model"] == f"hilum-base@sha256:{aligner}" and about["dimension"] == 128 and about["cases"] > 1000, about
assert '"report"' not in (shipped / "index/cases.jsonl").read_text()
record = json.loads(hilum("generate", ROOT / "samples/phantom.dcm", "--bundle", shipped, "--format", "jsonl").stdout)
assert len(record["similar"]) == 3 and all(c["facts"] for c in record["similar"]), record["similar"]
assert record["report"]["inputs"] == {"used": ["anchor", "predictions", "similar"],
                                      "absent": ["indication", "views", "prior_image", "prior_report"]}, record["report"]["inputs"]
alone = json.loads(hilum("generate", ROOT / "samples/phantom.dcm", "--bundle", shipped, "--format", "jsonl", "--no-similar").stdout)
assert "similar" in alone["report"]["inputs"]["absent"] and alone["report"]["findings"] and record["report"]["findings"]
print("own index tests passed")
