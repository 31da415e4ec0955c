"""hilum index and hilum retrieve as people call them, on a tiny bundle."""
import json
import pathlib
import subprocess
import sys
import tempfile

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png  # noqa: E402

BUNDLES = ROOT / "tests/data/bundles"
BUNDLE = ["--bundle", str(BUNDLES / "tiny-wordlevel")]


def hilum(*args, stdin="", code=0):
    done = subprocess.run([HILUM, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (args, done.returncode, done.stdout[-500:], done.stderr)
    return done


def lines(records):
    return "".join(json.dumps(r) + "\n" for r in records)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    cases = []
    for i in range(8):
        png(folder / f"{i}.png", i)
        cases.append({"id": f"s{i}", "patient_id": f"p{i // 2}", "images": [{"path": str(folder / f"{i}.png")}],
                      "entities": {"facts": [f"fact {i}"]}, "reference": {"findings": f"Report {i}."}})
    index = folder / "a.hidx"
    hilum("index", "build", index, *BUNDLE, "--reports", stdin=lines(cases))
    about = json.loads(hilum("index", "info", index).stdout)
    assert about["cases"] == 8 and about["kind"] == "flat" and about["model"].startswith("tiny-wordlevel@sha256:"), about
    hilum("index", "build", index, *BUNDLE, stdin=lines(cases), code=5)  # exists already

    # A stranger's copy of film 3 finds film 3; its own patient does not.
    stranger = {**cases[3], "id": "x", "patient_id": "other"}
    found = [json.loads(line) for line in hilum("retrieve", "--index", index, "--top", 3, "--reports", *BUNDLE,
                                                stdin=lines([stranger, cases[3]])).stdout.splitlines()]
    best = found[0]["similar"][0]
    assert best["id"] == "s3" and abs(best["score"] - 1) < 1e-5 and best["facts"] == ["fact 3"] and best["report"] == "Report 3.", best
    assert len(found[1]["similar"]) == 3 and not {"s2", "s3"} & {c["id"] for c in found[1]["similar"]}, found[1]["similar"]
    assert found[1]["entities"] == cases[3]["entities"] and found[1]["provenance"][-1]["stage"] == "retrieve"
    only = json.loads(hilum("retrieve", "--index", index, "--top", 3, "--min-score", 0.99999, *BUNDLE, stdin=lines([stranger])).stdout)
    assert [c["id"] for c in only["similar"]] == ["s3"] and "report" not in only["similar"][0]

    # Appending and merging give what building at once gives; a bad image loses no other case.
    head, tail, both = folder / "head.hidx", folder / "tail.hidx", folder / "both.hidx"
    hilum("index", "build", head, *BUNDLE, "--reports", stdin=lines(cases[:5]))
    hilum("index", "build", tail, *BUNDLE, "--reports", stdin=lines(cases[5:]))
    hilum("index", "merge", both, head, tail)
    broken = {"id": "bad", "images": [{"path": str(folder / "none.png")}]}
    done = hilum("index", "append", head, *BUNDLE, "--reports", stdin=lines([broken] + cases[5:]), code=3)
    assert "1 failed (file_not_found 1)" in done.stderr, done.stderr
    for file in ("vectors.bin", "cases.jsonl", "manifest.json"):
        whole = (index / file).read_bytes()
        assert (both / file).read_bytes() == whole and (head / file).read_bytes() == whole, file

    # Rows as SEI compares them, stored small; another model's index and an altered one are refused with the reason.
    rows = folder / "rows.hidx"
    hilum("index", "build", rows, *BUNDLE, "--vector", "rows", "--storage", "fp16", stdin=lines(cases))
    assert json.loads(hilum("index", "info", rows).stdout)["dimension"] > about["dimension"]
    assert "build it again" in hilum("retrieve", "--index", index, "--bundle", BUNDLES / "tiny-bpe", stdin=lines(cases), code=4).stderr
    data = bytearray((rows / "vectors.bin").read_bytes())
    data[10] ^= 1
    (rows / "vectors.bin").write_bytes(data)
    assert "altered" in hilum("retrieve", "--index", rows, *BUNDLE, stdin=lines(cases), code=4).stderr
    assert "is no index" in hilum("index", "info", folder, code=4).stderr
    hilum("index", "build", folder / "empty.hidx", *BUNDLE, stdin="", code=4)
    assert not (folder / "empty.hidx").exists()
print("index and retrieve tests passed")
