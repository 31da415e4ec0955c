"""hilum index and hilum retrieve as people call them, on a tiny bundle."""
import json
import pathlib
import sys
import tempfile

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png, write_grey  # noqa: E402
from program import lines, runner  # noqa: E402

hilum = runner(HILUM)
BUNDLES = ROOT / "tests/data/bundles"
BUNDLE = ["--bundle", str(BUNDLES / "tiny-wordlevel")]


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

    # A shell completes the folder's name with a slash; no key of a record is mistaken for a vector.
    slashed = folder / "slashed.hidx"
    hilum("index", "build", f"{slashed}/", *BUNDLE, "--reports", stdin=lines(cases[:5]))
    hilum("index", "append", f"{slashed}/", *BUNDLE, "--reports", stdin=lines(cases[5:]))
    assert (slashed / "vectors.bin").read_bytes() == (index / "vectors.bin").read_bytes()
    assert sorted(p.name for p in slashed.iterdir()) == sorted(p.name for p in index.iterdir())
    smuggled = [{"id": "1", "\u0001vector": "x"}, {**cases[0], "\u0001vector": [1]}]
    done = hilum("index", "build", folder / "keys.hidx", *BUNDLE, stdin=lines(smuggled), code=3)
    assert "1 cases" in done.stderr, done.stderr
    assert not [p.name for p in folder.iterdir() if ".hidx." in p.name], "nothing is left beside an index"

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

    # By words: the words of tiny-aligned each mean a bright quarter of a film.
    ALIGNED = ["--bundle", str(BUNDLES / "tiny-aligned")]
    words = ["effusion", "cardiomegaly", "atelectasis", "pneumonia"]
    films = []
    for q, word in enumerate(words):
        write_grey(folder / f"{word}.png", [bytes(250 if y // 8 * 2 + x // 8 == q else 0 for x in range(16)) for y in range(16)])
        films.append({"id": word, "patient_id": word, "images": [{"path": str(folder / f"{word}.png")}], "entities": {"facts": [word]}})
    quarters = folder / "quarters.hidx"
    hilum("index", "build", quarters, *ALIGNED, stdin=lines(films))
    by_words = ["retrieve", "--index", quarters, *ALIGNED]
    for word in words:
        done = json.loads(hilum(*by_words, "--text", f"Small left {word}.").stdout)
        assert done["similar"][0]["id"] == word and done["similar"][0]["score"] > 0.99 and done["text"] == f"Small left {word}.", done
    both = json.loads(hilum(*by_words, "--text", "effusion and atelectasis", "--top", 2).stdout)["similar"]
    assert {c["id"] for c in both} == {"effusion", "atelectasis"} and abs(both[0]["score"] - 0.5 ** 0.5) < 0.01, both
    asked = [{"id": "a", "facts": ["left pneumonia"]}, {"id": "b", "entities": {"facts": ["no heart", "cardiomegaly"]}},
             {"id": "c", "patient_id": "effusion", "facts": ["effusion"]}, {"id": "d"}, {"id": "e", "facts": [7]}]
    done = hilum(*by_words, "--query", "facts", stdin=lines(asked), code=3)
    a, b, c, d, e = [json.loads(line) for line in done.stdout.splitlines()]
    assert a["similar"][0]["id"] == "pneumonia" and b["similar"][0]["id"] == "cardiomegaly", (a, b)
    assert a["provenance"][-1]["query"] == "facts" and c["similar"][0]["id"] != "effusion", "its own patient is left out"
    assert "hilum entities makes facts" in d["error"]["message"] and "list of texts" in e["error"]["message"], (d, e)
    report = {"id": "r", "report": {"findings": "There is atelectasis at the left base."}}
    done = hilum(*by_words, "--query", "report.findings", stdin=lines([report, {"id": "s", "report": {"findings": "  "}}]), code=3)
    r, s = [json.loads(line) for line in done.stdout.splitlines()]
    assert r["similar"][0]["id"] == "atelectasis" and s["error"]["code"] == "record_invalid", (r, s)
    assert "'text_encoder'" in hilum("retrieve", "--index", index, *BUNDLE, "--text", "effusion", code=6).stderr
    assert "not with images" in hilum("retrieve", "--index", index, "--bundle", BUNDLES / "tiny-texts", "--text", "x", code=6).stderr
    assert "build it again" in hilum("retrieve", "--index", index, *ALIGNED, "--text", "effusion", code=4).stderr
    hilum(*by_words, "--text", "x", "--query", "facts", code=2)
    whole = folder / "whole.hidx"
    hilum("index", "build", whole, *ALIGNED, "--vector", "rows", stdin=lines(films))
    assert "--vector global" in hilum("retrieve", "--index", whole, *ALIGNED, "--text", "effusion", code=4).stderr
print("index and retrieve tests passed")
