"""scripts/figures/reliability.py on made-up records, where the calibration error is known."""
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(records, folder, code=0):
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in records))
    done = subprocess.run([sys.executable, ROOT / "scripts/figures/reliability.py", source, "--out", folder / "r.svg", "--bins", "2"],
                          capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def films(label, probability, positive, count):
    return [{"predictions": [{"label": label, "probability": probability, "threshold": 0.5}],
             "labels": {label: "positive" if i < positive else "negative"}} for i in range(count)]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    # Effusion means what it says; Edema says .2 where half are positive; Mass has too few positives for a row.
    said = run(films("Effusion", 0.2, 10, 50) + films("Effusion", 0.8, 40, 50) + films("Edema", 0.2, 20, 40) + films("Mass", 0.5, 1, 2)
               + [{"predictions": [{"label": "AP", "probability": 0.5, "kind": "view"}], "labels": {"AP": 1}}], folder)
    rows = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]] for line in said.splitlines()}
    assert rows["Effusion"][:4] == ["100", "50", "0.500", "0.500"] and rows["Effusion"][4].startswith("0.000 ["), rows
    # Edema's bins hold equal probabilities, positives in either: the sum of both distances is .3 at least.
    assert rows["Edema"][:4] == ["40", "20", "0.200", "0.500"] and float(rows["Edema"][4].split()[0]) >= 0.3, rows
    assert "Mass" not in rows and rows["all"][0] == "142", rows
    assert rows["Effusion"][5] == "0.160"  # .8 * .04 + .2 * .64
    drawing = xml.etree.ElementTree.parse(folder / "r.svg").getroot()
    assert len(drawing.findall("{http://www.w3.org/2000/svg}polyline")) == 4  # the diagonal, two findings, all
    assert "no record has predictions" in run([{"id": "f"}], folder, code=1)
print("reliability tests passed")
