"""The inputs of compare_outputs.py: made from what the repository holds, and from the data folder where one is given."""
import csv
import json
import pathlib
import struct
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests/data"


def png(path, width, height, seed):
    """A small grey film with some structure."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += bytes((x * 3 + y * (5 + seed) + (x * y) // (7 + seed)) % 251 for x in range(width))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path, records):
    path.write_text("".join(json.dumps(r) + "\n" for r in records))


def write_table(path, header, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def texts(folder):
    clean = read_lines(TESTS / "factcheck/clean_reports.jsonl")
    write_lines(folder / "reports.jsonl", clean)
    sentences = read_lines(TESTS / "entities_gold.jsonl")
    write_lines(folder / "sentences.jsonl", [{"id": s["id"], "text": s["sentence"]} for s in sentences])
    write_lines(folder / "two_texts.jsonl", [{**r, "reference": {"findings": clean[-1 - i]["report"]["findings"]},
                                              "patient_id": f"p{i // 3}", "study_date": f"2020{1 + i % 12:02}01"}
                                             for i, r in enumerate(clean)])
    write_lines(folder / "measured.jsonl", read_lines(TESTS / "factcheck/measurement_cases.jsonl"))
    evidence = {"predictions": [{"label": "Pleural Effusion", "probability": .1, "threshold": .5},
                                {"label": "Cardiomegaly", "probability": .9, "threshold": .5}],
                "anatomy": {"measurements": {"ett_carina": {"mm": 42}, "cardiothoracic_ratio": {"value": .61}},
                            "presence": {"endotracheal_tube": True}}}
    write_lines(folder / "evidence.jsonl", [{**r, **evidence, "priors": [{"report": "x"}] if i % 2 else []}
                                            for i, r in enumerate(clean[:60])])
    (folder / "report.txt").write_text("FINDINGS: The heart is mildly enlarged. Small left effusion, unchanged.\n"
                                       "The endotracheal tube ends 3.5 cm above the carina.\n\n"
                                       "IMPRESSION: 1. Small effusion. 2. Possible pneumonia.\n")
    (folder / "mimic.txt").write_text("                                 FINAL REPORT\n EXAMINATION:  CHEST (PA AND LAT)\n\n"
                                      " INDICATION:  ___F with cough  // ?pneumonia\n\n COMPARISON:  None.\n\n FINDINGS: \n \n"
                                      " The lungs are clear.\n\n IMPRESSION: \n \n No acute process.\n")
    (folder / "iu.xml").write_text("<eCitation><AbstractText Label=\"FINDINGS\">Clear lungs.</AbstractText>"
                                   "<AbstractText Label=\"IMPRESSION\">Normal &amp; stable.</AbstractText></eCitation>\n")
    (folder / "draft.txt").write_text("Small left effusion. Heart size is normal. No pneumothorax.\n")
    (folder / "final.txt").write_text("Moderate left effusion. Heart size is normal. Right basal atelectasis.\n")
    write_table(folder / "texts.csv", ["id", "report", "note"],
                [[r["id"], r["report"]["findings"], 'a "quoted", note\nof two lines'] for r in clean[:40]])
    write_lines(folder / "structured.jsonl", [{"id": "a", "text": "Findings:\nLungs:\n- Clear.\nPleura:\n- No effusion.\n"
                                               "Impression:\n1. Normal.\n"}, {"id": "b", "text": "Lungs\nfree text"}])


def scored(folder):
    golden = json.loads((TESTS / "metric_golden.json").read_text())
    pairs = [p for p in golden["pairs"] if len(p["refs"]) == 1]
    rows = [[p["id"], p["refs"][0], p["hyp"]] for p in pairs]
    write_table(folder / "pairs.csv", ["images_id", "ground_truth", "pred_report"],
                [["BLEU_1", "", ".3"]] + rows)
    write_table(folder / "pairs_other.csv", ["images_id", "ground_truth", "pred_report"],
                [[r[0], r[1], rows[(i + 1) % len(rows)][2]] for i, r in enumerate(rows)])
    write_lines(folder / "pairs.jsonl", [{"id": r[0], "patient_id": f"p{i // 2}", "report": {"findings": r[2]},
                                          "reference": {"findings": r[1]}} for i, r in enumerate(rows)])
    (folder / "pairs.json").write_text(json.dumps({r[0]: {"hyp": r[2], "ref": r[1]} for r in rows}))
    (folder / "hypotheses.txt").write_text("".join(r[2].replace("\n", " ") + "\n" for r in rows))
    (folder / "references.txt").write_text("".join(r[1].replace("\n", " ") + "\n" for r in rows))
    lunguage = json.loads((TESTS / "lunguage_golden.json").read_text())
    write_lines(folder / "lunguage.jsonl", lunguage["lunguage_score"])
    write_lines(folder / "radmatch.jsonl", [c for c in lunguage["radmatch"]["scoring"] if isinstance(c, dict)])
    labels = json.loads((TESTS / "chexpert_label_golden.json").read_text())
    write_lines(folder / "labelled.jsonl", [{"id": f"c{i}", "text": r["report"]} for i, r in enumerate(labels["reports"])])


def films(folder):
    study = folder / "films"
    for i in range(6):
        (study / f"s{i}").mkdir(parents=True)
        png(study / f"s{i}" / "pa.png", 96 + 8 * i, 80 + 4 * i, i)
    png(study / "s0" / "lateral.png", 60, 90, 9)
    (study / "s1" / "broken.png").write_bytes((study / "s1/pa.png").read_bytes()[:200])
    (study / "s2" / "notes.txt").write_text("no film")
    (study / "phantom.dcm").write_bytes((ROOT / "samples/phantom.dcm").read_bytes())
    cases = [{"id": f"s{i}", "patient_id": f"p{i // 2}", "images": [{"path": str(study / f"s{i}/pa.png"), "view": "PA"}],
              "indication": "Cough.", "entities": {"facts": [f"fact {i}", "no pleural effusion"]},
              "reference": {"findings": f"Report {i}. No effusion."}} for i in range(6)]
    write_lines(folder / "films.jsonl", cases)
    write_lines(folder / "film.jsonl", cases[:1])
    write_lines(folder / "films_bad.jsonl", cases[:2] + [{"id": "none", "images": [{"path": "none.png"}]}, {"id": "empty"},
                {"id": "broken", "images": [str(study / "s1/broken.png")]}] + cases[2:])
    prior = {"images": [{"path": str(study / "s4/pa.png")}], "report": {"findings": "Old effusion."}, "interval_days": 3}
    write_lines(folder / "priors.jsonl", [{**cases[i], "priors": [prior]} for i in range(3)])
    write_table(folder / "points.csv", ["image", "name", "x", "y"], [["pa", "carina", 40, 30], ["pa", "ett_tip", 41, 12]])


def bad(folder):
    (folder / "broken.jsonl").write_bytes(b'{"id":"a","text":"No effusion."}\n{broken\n[1,2]\n"x"\n\n{"id":"b"}\n'
                                          b'{"id":"c","text":7}\n{"id":"d","text":"ends here."}')
    (folder / "latin1.jsonl").write_bytes(b'{"id":"a","text":"d\xe9j\xe0 vu"}\n{"id":"b","text":"Clear."}\n')
    (folder / "deep.jsonl").write_text('{"id":"a","text":' + "[" * 3000 + "]" * 3000 + "}\n")
    (folder / "empty").write_bytes(b"")
    (folder / "binary").write_bytes(bytes(range(256)) * 4)
    (folder / "no_header.csv").write_text("a,b\nc\n\"open")
    base = {"id": "w", "text": "No effusion.", "report": {"findings": "No effusion.", "impression": "Clear."},
            "reference": {"findings": "Clear lungs."}, "entities": {"facts": ["x"]}, "labels": {"Edema": "positive"},
            "predictions": [{"label": "Edema", "probability": .4}], "images": [{"path": "x.png"}], "priors": [],
            "anatomy": {"measurements": {}}, "comparison": "None.", "similar": [{"id": "q", "facts": []}], "patient_id": "p"}
    wrong = []
    for key in base:
        for kind, value in (("number", 3), ("null", None), ("list", [1, {"a": 2}]), ("object", {"z": [1]}), ("text", "\u0007odd")):
            wrong.append({**base, "id": f"{key}-{kind}", key: value})
    write_lines(folder / "wrong_types.jsonl", wrong)


def make(folder, data):
    folder.mkdir(parents=True)
    for part in (texts, scored, films, bad):
        part(folder)
    if data:
        reports = data / "iu_reports/iu_reports.jsonl"
        if reports.exists():
            rows = read_lines(reports)[::13]
            write_lines(folder / "iu.jsonl", [{"id": str(r["uid"]), "comparison": r["comparison"],
                                               "report": {"findings": r["findings"], "impression": r["impression"]},
                                               "reference": {"findings": rows[i - 1]["findings"]}}
                                              for i, r in enumerate(rows)])
