"""hilum generate and hilum model as people call them, on the tiny bundles."""
import hashlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png, read_png  # noqa: E402
from program import runner  # noqa: E402

hilum = runner(HILUM)
BUNDLES = ROOT / "tests/data/bundles"
BUNDLE = ["--bundle", str(BUNDLES / "tiny-wordlevel")]


def records(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def said(record):
    return (record["report"]["findings"] + " " + record["report"].get("impression", "")).split()


def with_word(folder, old, new):
    """A copy of the tiny bundle that writes `new` where the other writes `old`."""
    shutil.copytree(BUNDLES / "tiny-wordlevel", folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    vocabulary = tokenizer["model"]["vocab"]
    vocabulary[new] = vocabulary.pop(old)
    data = json.dumps(tokenizer).encode()
    (folder / "tokenizer.json").write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    entry = next(f for f in manifest["files"] if f["path"] == "tokenizer.json")
    entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    images = [folder / f"{i}.png" for i in range(6)]
    for i, path in enumerate(images):
        png(path, i)
    whole = "".join(json.dumps({"id": f"s{i}", "images": [{"path": str(path), "view": "PA"}], "mine": i}) + "\n"
                    for i, path in enumerate(images * 4))

    # Every way in: files, a folder, records on standard input, a file of records.
    by_file = records(hilum("generate", *images, *BUNDLE))
    assert [r["id"] for r in by_file] == [str(p) for p in images]
    by_folder = hilum("generate", folder, *BUNDLE)
    assert [r["report"]["findings"] for r in records(by_folder)] == [r["report"]["findings"] for r in by_file]
    assert "6 records" in by_folder.stderr, by_folder.stderr
    # The frontal film is the anchor wherever it stands.
    pair = [{"path": str(images[0]), "view": "LATERAL"}, {"path": str(images[1]), "view": "PA"}]
    turned = "".join(json.dumps({"id": "t", "images": order}) + "\n" for order in (pair, pair[::-1]))
    first, second = records(hilum("generate", *BUNDLE, stdin=turned))
    assert first["report"]["findings"] == second["report"]["findings"] and first["predictions"] == second["predictions"]
    # A folder below the folder is one study; what is not a study is counted.
    study = folder / "studies" / "one"
    study.mkdir(parents=True)
    for i in range(2):
        png(study / f"{i}.png", i)
    (study / "broken.png").write_text("not a picture")
    grouped = hilum("generate", folder / "studies", *BUNDLE, "--indication", "cough")
    assert [(r["id"], len(r["images"]), r["indication"]) for r in records(grouped)] == [("one", 2, "cough")], grouped.stdout
    assert "not_an_image 1" in grouped.stderr, grouped.stderr
    hilum("generate", folder / "studies", *BUNDLE, "--prior-image", images[0], code=2)
    # A data set's file is read as one; records that are named so are records.
    dataset = folder / "dataset"
    dataset.mkdir()
    for i in range(2):
        png(dataset / f"{i}.png", i)
    entries = [{"id": f"a{i}", "study_id": i, "subject_id": i, "image_path": [f"{i}.png"], "report": "Clear."} for i in range(2)]
    (dataset / "annotation.json").write_text(json.dumps({"test": entries}))
    told = hilum("generate", dataset / "annotation.json", *BUNDLE)
    assert [r["id"] for r in records(told)] == ["0", "1"], told.stdout
    assert [r["report"]["findings"] for r in records(told)] == [r["report"]["findings"] for r in by_file[:2]]
    assert "2 records" in told.stderr, told.stderr
    hilum("generate", dataset / "annotation.json", *BUNDLE, "--views", images[0], code=2)
    (dataset / "annotation.json").write_text(json.dumps({"test": entries})[:-3])
    assert "annotation.json" in hilum("generate", dataset / "annotation.json", *BUNDLE, code=4).stderr
    (dataset / "records.json").write_text(whole)
    assert hilum("generate", dataset / "records.json", *BUNDLE).stdout == hilum("generate", *BUNDLE, stdin=whole).stdout
    by_pipe = hilum("generate", *BUNDLE, stdin=whole)
    (folder / "in.jsonl").write_text(whole)
    assert hilum("generate", folder / "in.jsonl", *BUNDLE).stdout == by_pipe.stdout
    assert hilum("generate", "-", *BUNDLE, stdin=whole).stdout == by_pipe.stdout
    assert [r["mine"] for r in records(by_pipe)] == list(range(24)), "unknown keys pass through, in order"
    assert [r["report"]["findings"] for r in records(by_pipe)[:6]] == [r["report"]["findings"] for r in by_file]

    # What a record gets.
    first = records(hilum("generate", images[0], *BUNDLE, "--indication", "cough zebra", "--views", images[1], "--prior-image", images[2],
                          "--attention", "--samples", 3, "--seed", 5))[0]
    labels = {p["label"]: p["probability"] for p in first["predictions"]}
    assert labels["Lung Opacity"] == labels["Airspace Opacity"] and labels["Effusion"] == labels["Pleural Effusion"]
    report = first["report"]
    assert report["inputs"] == {"used": ["anchor", "predictions", "views", "prior_image", "indication"], "absent": ["prior_report"],
                                "unknown_words": 1}, report["inputs"]
    assert 0 <= report["agreement"] <= 1 and len(report["samples"]) == 3
    for sentence in report["sentences"]:
        assert sentence["logprob"] <= 0 and len(sentence["attention"]["weights"]) == 16 and sentence["attention"]["grid"] == [4, 4]
    entry = first["provenance"][0]
    assert entry["stage"] == "generate" and entry["bundle"].startswith("tiny-wordlevel@sha256:") and entry["seed"] == 5
    assert entry["config"].startswith("sha256:") and entry["engine"].startswith("LibTorch ")

    # Settings change what they should; the same seed draws the same.
    draw = ["--sampling", "--temperature", 2, "--seed", 3]
    drawn = hilum("generate", *images, *BUNDLE, *draw).stdout
    assert drawn == hilum("generate", *images, *BUNDLE, *draw).stdout
    assert drawn != hilum("generate", *images, *BUNDLE, *draw[:-1], 4).stdout
    word = by_file[0]["report"]["findings"].split()[0]
    barred = records(hilum("generate", *images, *BUNDLE, "--forbid", word))
    assert all(word not in (r["report"]["findings"] + " " + r["report"]["impression"]).split() for r in barred), word
    for record in records(hilum("generate", *images, *BUNDLE, "--require", "no pneumothorax .", "--max-tokens", 12)):
        assert "no pneumothorax ." in record["report"]["findings"] + " " + record["report"]["impression"], record["report"]
    # No prior given: no word that refers to one, in any search; with one, comparing is allowed and names it.
    renamed = ["--bundle", str(with_word(folder / "renamed", word, "unchanged"))]
    for search in (["--greedy"], ["--beam", 3], ["--sampling", "--seed", 3]):
        free = records(hilum("generate", *images, *renamed, *search, "--priors", "allow"))
        ruled = records(hilum("generate", *images, *renamed, *search))
        assert any("unchanged" in said(r) for r in free) and not any("unchanged" in said(r) for r in ruled), search
        assert all(said(r) or "the model wrote nothing" in r["report"]["warnings"] for r in ruled)
        assert {json.dumps(r["report"]["prior_references"]) for r in free} == {'{"allowed": true, "why": "option"}'}
        assert {json.dumps(r["report"]["prior_references"]) for r in ruled} == {'{"allowed": false, "why": "no_prior"}'}
    with_prior = "".join(json.dumps({"id": f"p{i}", "images": [{"path": str(path)}], **(
        {"priors": [{"id": "old", "images": [{"path": str(images[0])}]}]} if i % 2 else {})}) + "\n" for i, path in enumerate(images))
    mixed = records(hilum("generate", *renamed, "--greedy", stdin=with_prior))
    assert [r["report"]["prior_references"] for r in mixed] == [
        {"allowed": True, "why": "prior_given", "prior": "old"} if i % 2 else {"allowed": False, "why": "no_prior"} for i in range(6)]
    assert not any("unchanged" in said(r) for r in mixed[::2]) and any("unchanged" in said(r) for r in mixed[1::2])
    hilum("generate", images[0], *renamed, "--require", "unchanged", code=2)
    # Attention as pictures: one a sentence, hottest where the record says.
    pictures = folder / "made" / "pictures"
    drawn = records(hilum("generate", *images, *BUNDLE, "--attention-png", pictures))
    made = [s for r in drawn for s in r["report"]["sentences"]]
    assert sorted(s["attention"]["picture"] for s in made) == sorted(str(p) for p in pictures.iterdir()) and len(made) >= 2
    for sentence in made:
        width, height, channels, rgb = read_png(pathlib.Path(sentence["attention"]["picture"]))
        assert (width, height, channels) == (512, 512, 3)
        weights = sentence["attention"]["weights"]
        # The largest weight is drawn in (252, 255, 164), 65 % of it over a film without colour.
        hottest = [i for i in range(16) if all(
            abs(row[3 * x] - row[3 * x + 2] - 57) <= 2 and abs(row[3 * x + 1] - row[3 * x] - 2) <= 2
            for row in rgb[i // 4 * 128 + 8:i // 4 * 128 + 120:8] for x in range(i % 4 * 128 + 8, i % 4 * 128 + 120, 8))]
        least, most = min(weights), max(weights)
        assert weights.index(most) in hottest and all(weights[i] >= least + 0.95 * (most - least) for i in hottest), (weights, hottest)
        # Where the least is, the film without colour.
        cell = weights.index(least)
        row = rgb[cell // 4 * 128 + 64]
        x = cell % 4 * 128 + 64
        assert max(row[3 * x:3 * x + 3]) - min(row[3 * x:3 * x + 3]) <= 2
    hilum("generate", images[0], *BUNDLE, "--attention-png", images[0], code=5)
    hilum("generate", images[0], *BUNDLE, "--attention-png", pictures, "--predictions-only", code=2)

    # Abstaining: marks below the confidence asked for, and no text for a study that is below it on average.
    sure = records(hilum("generate", *images, *BUNDLE, "--abstain", "0.5"))
    assert not any("abstained" in r["report"] for r in sure) and all(p["confidence"] >= 0.5 for r in sure for p in r["predictions"])
    assert [r["report"]["findings"] for r in sure] == [r["report"]["findings"] for r in by_file]
    bar = sorted(r["report"]["confidence"] for r in sure)[3]
    some = records(hilum("generate", *images, *BUNDLE, "--abstain", bar + 0.0001))
    for r, full in zip(some, by_file):
        report = r["report"]
        assert report.get("abstained", False) == (report["confidence"] <= bar) == ("reason" in report), report
        text = ["", ""] if "abstained" in report else [full["report"]["findings"], full["report"]["impression"]]
        assert [report["findings"], report["impression"]] == text, report
    text = hilum("generate", *images, *BUNDLE, "--abstain", "1", "--format", "text").stdout
    assert "No report: mean confidence" in text and "uncertain" in text, text
    hilum("generate", images[0], *BUNDLE, "--abstain", "0.3", code=2)
    few = records(hilum("generate", images[0], *BUNDLE, "--predictions-only"))[0]
    assert "report" not in few and few["predictions"] == by_file[0]["predictions"]

    # Text for people.
    text = hilum("generate", images[0], *BUNDLE, "--format", "text").stdout
    assert "Not a diagnosis" in text and "Predictions" in text and "Written without: " in text

    # One bad record loses no other and the run says so.
    broken = folder / "broken.png"
    broken.write_bytes(images[0].read_bytes()[:60])
    mixed = "".join(json.dumps({"id": i, "images": [{"path": str(p)}]}) + "\n"
                    for i, p in [("a", images[0]), ("b", broken), ("c", folder / "absent.png"), ("d", images[3])]) + '{"id":"e","images":[]}\n{bad\n'
    done = hilum("generate", *BUNDLE, stdin=mixed, code=3)
    codes = [r.get("error", {}).get("code") for r in records(done)]
    assert codes == [None, "image_unreadable", "file_not_found", None, "record_invalid", "json_invalid"], codes
    assert "2 done, 4 failed" in done.stderr, done.stderr
    hilum("generate", broken, *BUNDLE, code=4)

    # Resume, and the exit code and output of a signal.
    out = folder / "out.jsonl"
    out.write_text(by_pipe.stdout[:len(by_pipe.stdout) * 2 // 3])
    done = hilum("generate", *BUNDLE, "--resume", out, stdin=whole)
    assert done.stdout == "" and out.read_text() == by_pipe.stdout
    # What failed is tried again, and takes its place in the order.
    late, out = folder / "late.png", folder / "late.jsonl"
    waiting = "".join(json.dumps({"id": i, "images": [{"path": str(p)}]}) + "\n" for i, p in [("a", images[0]), ("b", late), ("c", images[1])])
    hilum("generate", *BUNDLE, "--resume", out, stdin=waiting, code=3)
    assert [r.get("error", {}).get("code") for r in map(json.loads, out.read_text().splitlines())] == [None, "file_not_found", None]
    png(late, 2)
    hilum("generate", *BUNDLE, "--resume", out, "--keep-failed", stdin=waiting, code=3)
    hilum("generate", *BUNDLE, "--resume", out, stdin=waiting)
    assert out.read_text() == hilum("generate", *BUNDLE, stdin=waiting).stdout
    process = subprocess.Popen([HILUM, "generate", *BUNDLE, "--batch", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(whole.encode())
    process.stdin.flush()  # and stays open: only the signal ends the input
    assert process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest = process.stdout.read()
    assert process.wait(60) == 143 and (rest == b"" or rest.endswith(b"\n"))

    # Usage and bundle errors.
    for args, code, message in [
            (["generate", *BUNDLE, "absent.png"], 4, "no such file"),
            (["generate", images[0], "--bundle", "nowhere"], 6, "no bundle 'nowhere'"),
            (["generate", images[0], *BUNDLE, "--beam", "0"], 2, "beam"),
            (["generate", images[0], *BUNDLE, "--max-tokens", "1000"], 2, "at most 30"),
            (["generate", images[0], *BUNDLE, "--greedy", "--sampling"], 2, "exclude"),
            (["generate", images[0], *BUNDLE, "--temperature", "2"], 2, "--sampling"),
            (["generate", images[0], images[1], *BUNDLE, "--views", images[2]], 2, "one image"),
            (["generate", images[0], *BUNDLE, "--device", "cuda"], 2, "CUDA"),
            (["generate", images[0], *BUNDLE, "--require", "zebra"], 2, "vocabulary"),
            (["generate", folder / "in.jsonl", *BUNDLE, "--indication", "x"], 2, "go with images")]:
        done = hilum(*args, code=code)
        assert message in done.stderr and done.stdout == "", (args, done.stderr)

    # Every kind of tokenizer, and the commands on bundles.
    env = {"HILUM_MODEL_PATH": str(BUNDLES)}
    for kind in ("sentencepiece", "wordlevel", "bpe"):
        assert records(hilum("generate", images[0], "--bundle", f"tiny-{kind}", env=env))[0]["report"]
        assert "whole" in hilum("model", "verify", f"tiny-{kind}", env=env).stdout
    assert "tiny-bpe" in hilum("model", "list", env=env).stdout
    assert "Pleural Effusion" in hilum("model", "info", "tiny-bpe", env=env).stdout
    hilum("model", "selftest", "tiny-bpe", env=env, code=6)
print("generate tests passed")
