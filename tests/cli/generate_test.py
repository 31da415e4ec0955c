"""hilum generate and hilum model as people call them, on the tiny bundles."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests/cli"))
from pictures import png  # noqa: E402

BUNDLES = ROOT / "tests/data/bundles"
BUNDLE = ["--bundle", str(BUNDLES / "tiny-wordlevel")]


def hilum(*args, stdin="", env=None, code=0):
    done = subprocess.run([HILUM, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=300,
                          env={**os.environ, **(env or {})})
    assert done.returncode == code, (args, done.returncode, done.stdout[-500:], done.stderr)
    return done


def records(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


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
