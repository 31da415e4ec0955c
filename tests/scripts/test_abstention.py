"""scripts/figures/abstention.py on made-up records, where the curves are known."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]


def record(name, probability, truth, aliased=False):
    predictions = [{"label": "Effusion", "probability": probability, "threshold": 0.5},
                   {"label": "View AP", "probability": 0.5, "threshold": 0.5, "kind": "view"}]
    if aliased:
        predictions.append({**predictions[0], "label": "Pleural Effusion", "same_as": "Effusion"})
    return {"id": name, "predictions": predictions, "labels": {"Pleural Effusion" if aliased else "Effusion": truth}}


def run(records, folder, code=0):
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(r) + "\n" for r in records))
    done = subprocess.run([sys.executable, ROOT / "scripts/figures/abstention.py", source, "--out", folder / "a.svg", "--csv", folder / "a.csv"],
                          capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    # Sure and right twice (.95), unsure and wrong twice (.55): leaving the unsure out makes F1 1 at half the coverage.
    done = run([record("a", 0.95, "positive"), record("b", 0.05, "negative"), record("c", 0.55, 0), record("d", 0.45, 1, aliased=True),
                record("e", 0.9, "uncertain"), {"id": "f"}], folder)
    assert "4 studies, 2 left out" in done.stdout, done.stdout
    rows = {(r["curve"], r["P"]): r for r in csv.DictReader((folder / "a.csv").open())}
    assert len(rows) == 102
    for curve in ("studies", "findings"):
        assert (rows[curve, "0.50"]["coverage"], rows[curve, "0.50"]["f1"]) == ("1.0000", "0.5000")
        assert (rows[curve, "0.60"]["coverage"], rows[curve, "0.60"]["f1"]) == ("0.5000", "1.0000")
        assert (rows[curve, "1.00"]["coverage"], rows[curve, "1.00"]["f1"]) == ("0.0000", "")
    drawing = xml.etree.ElementTree.parse(folder / "a.svg").getroot()
    lines = drawing.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2 and all(line.get("points") for line in lines)
    assert "no record has predictions" in run([{"id": "f"}], folder, code=1).stderr
print("abstention tests passed")
