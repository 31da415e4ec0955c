"""hilum measure with a bundle: the tiny one whose structures are grey levels, then the shipped one's self-test."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from pictures import write_grey
from program import runner

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
BUNDLE = ["--bundle", str(ROOT / "tests/data/bundles/tiny-anatomy"), "--format", "jsonl"]
SIZE = 400
# x0, y0, x1, y1, grey level; structures 1 to 4 have the levels 60, 90, 150 and 30.
PARTS = [(20, 40, 139, 320, 60), (260, 40, 379, 320, 90), (150, 200, 309, 319, 150), (180, 20, 219, 119, 30),
         (168, 120, 192, 180, 30), (208, 120, 232, 180, 30)]


def draw(path, background=250, dot=None):
    rows = [bytearray([background] * SIZE) for _ in range(SIZE)]
    for x0, y0, x1, y1, level in PARTS if background < 255 else []:
        for y in range(y0, y1 + 1):
            rows[y][x0:x1 + 1] = bytes([level] * (x1 + 1 - x0))
    if dot:
        for y in range(dot[1] - 8, dot[1] + 9):
            rows[y][dot[0] - 8:dot[0] + 9] = bytes([255] * 17)
    write_grey(path, rows)


def hilum(*args, code=0):
    return [json.loads(line) for line in runner(HILUM)(*args, code=code).stdout.splitlines()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    film, white = folder / "film.png", folder / "white.png"
    draw(film, background=200, dot=(199, 60))
    draw(white, background=255)
    records = hilum("measure", film, white, *BUNDLE, "--masks", folder / "masks", "--spacing", "0.5,0.5")

    found, quality = records[0]["anatomy"], records[0]["quality"]
    assert [s["name"] for s in found["structures"]] == ["right_lung", "left_lung", "heart", "airway"]
    for structure, (x0, y0, x1, y1, _) in zip(found["structures"][:3], PARTS):
        assert all(abs(a - b) <= 4 for a, b in zip(structure["box"], (x0, y0, x1, y1))), structure
        assert structure["confidence"] > 0.9 and structure["source"] == "tiny-anatomy"
    points = {p["name"]: (p["x"], p["y"]) for p in found["landmarks"]}
    assert abs(points["carina"][0] - 199.5) <= 4 and abs(points["carina"][1] - 120) <= 4, points
    assert abs(points["ett_tip"][0] - 199) <= 6 and abs(points["ett_tip"][1] - 60) <= 6, points
    values = {m["name"]: m for m in found["measurements"]}
    assert abs(values["cardiothoracic_ratio"]["value"] - 160 / 360) < 0.02, values["cardiothoracic_ratio"]
    assert abs(values["ett_tip_to_carina"]["value"] - 30) < 4 and values["ett_tip_to_carina"]["tolerance"] >= 10
    assert not quality["refused"] and records[0]["provenance"][0]["bundles"][0].startswith("tiny-anatomy@sha256:")

    # A white picture is no chest film: refused, and its empty mask is there all the same.
    assert records[1]["quality"]["refused"]
    assert {i["code"] for i in records[1]["quality"]["issues"]} >= {"not_a_chest_film", "lung_missing"}
    assert (folder / "masks/film.png").exists() and (folder / "masks/white.png").exists()

    # What is given comes before what is found.
    (folder / "points.json").write_text(json.dumps({"film": {"carina": [10, 20]}}))
    given = hilum("measure", film, *BUNDLE, "--landmarks", folder / "points.json")[0]
    assert {"name": "carina", "x": 10.0, "y": 20.0, "confidence": 1.0, "source": "given"} in given["anatomy"]["landmarks"]

    # Points alone, as from CarinaNet: on a film that is not square; what is not found is left out, and so is the distance.
    points_only = ["--bundle", str(ROOT / "tests/data/bundles/tiny-landmarks"), "--format", "jsonl"]
    wide, empty = folder / "wide.png", folder / "empty.png"
    rows = [bytearray([120] * 600) for _ in range(300)]
    for (x, y), level in (((302, 151), 0), ((290, 61), 255)):
        for row in rows[y - 8:y + 9]:
            row[x - 8:x + 9] = bytes([level] * 17)
    write_grey(wide, rows)
    write_grey(empty, [bytes([120] * 600)] * 300)
    both, none = hilum("measure", wide, empty, *points_only, "--spacing", "0.5,0.5")
    at = {p["name"]: (p["x"], p["y"]) for p in both["anatomy"]["landmarks"]}
    assert all(abs(at[n][0] - x) <= 6 and abs(at[n][1] - y) <= 6 for n, x, y in (("carina", 302, 151), ("ett_tip", 290, 61))), at
    values = {m["name"]: m for m in both["anatomy"]["measurements"]}
    assert abs(values["ett_tip_to_carina"]["value"] - math.hypot(6, 45)) < 4, values
    assert not none["anatomy"]["landmarks"] and not none["anatomy"]["measurements"], none

    # A bundle without the roles says so.
    bad = subprocess.run([HILUM, "measure", str(film), "--bundle", str(ROOT / "tests/data/bundles/tiny-bpe")], capture_output=True, text=True)
    assert bad.returncode != 0 and "no segmenter" in bad.stderr, bad.stderr
