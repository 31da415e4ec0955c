"""Both stages on twenty records: every stage runs, resumes, logs and draws; no case finds its own patient; any input may be missing.

    cd python; python -m unittest discover -s hilum_train/tests -t .
"""

import contextlib
import importlib
import importlib.util
import io
import json
import sys
import tempfile
import unittest
import xml.dom.minidom
from pathlib import Path
from unittest import mock

NEEDED = ("torch", "numpy", "PIL", "scipy", "sentencepiece")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]


def run(module, *arguments):
    """Runs a script's main in this process; gives what it printed."""
    said = io.StringIO()
    with mock.patch.object(sys, "argv", [module, *map(str, arguments)]), contextlib.redirect_stdout(said):
        importlib.import_module(module).main()
    return said.getvalue()


def jsonl(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def write_jsonl(path, lines):
    Path(path).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class TwoStages(unittest.TestCase):
    def setUp(self):
        import sentencepiece
        from hilum_train.tests import made_up_records
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.work = Path(held.name)
        made_up_records.bundle(self.work / "bundle")
        self.records = made_up_records.records(self.work / "pictures")
        model = io.BytesIO()
        texts = [text for r in self.records for text in (r["reference"]["findings"], *r["entities"]["facts"], "Cough. Impression.")]
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=model, vocab_size=60, pad_id=0, bos_id=1, eos_id=2, unk_id=3,
            user_defined_symbols=["<impression>"], hard_vocab_limit=False, minloglevel=2)
        (self.work / "tokenizer.model").write_bytes(model.getvalue())

    def prepared(self):
        """Features, aligner and similar cases of the records."""
        work, common = self.work, ("--features", self.work / "features")
        write_jsonl(work / "cases.jsonl", self.records)
        run("hilum_train.encoder.encode_images", work / "cases.jsonl", "--bundle", work / "bundle", "--out", work / "features", "--batch", 8)
        align = ("--cases", work / "cases.jsonl", *common, "--tokenizer", work / "tokenizer.model", "--out",
                 work / "align.pt", "--batch", 8, "--every", 2)
        run("hilum_train.report.train_alignment", *align, "--steps", 2)
        run("hilum_train.report.train_alignment", *align, "--steps", 4)
        return run("hilum_train.report.retrieve_cases", "--cases", work / "cases.jsonl", *common, "--aligner", work / "align.pt", "--out",
                   work / "similar.jsonl")

    def test_every_stage_runs_and_resumes(self):
        said = self.prepared()
        work = self.work
        self.assertEqual([line["step"] for line in jsonl(work / "align.jsonl")], [2, 4])
        self.assertIn('"part": "train"', said)
        patient = {r["id"]: r["patient_id"] for r in self.records}
        part = {r["id"]: r["split"] for r in self.records}
        for record in jsonl(work / "similar.jsonl"):
            self.assertEqual(len(record["similar"]), 3)
            for found in record["similar"]:
                self.assertNotEqual(patient[found["id"]], record["patient_id"])
                self.assertEqual(part[found["id"]], "train")
        report = ("--cases", work / "similar.jsonl", "--features", work / "features", "--tokenizer",
                  work / "tokenizer.model", "--out", work / "report.pt", "--width", 48, "--batch", 4, "--every", 3)
        run("hilum_train.report.train_report", *report, "--steps", 3)
        run("hilum_train.report.train_report", *report, "--steps", 6)
        run("hilum_train.report.train_report", *report, "--steps", 6)
        self.assertEqual([line["step"] for line in jsonl(work / "report.jsonl")], [3, 6])
        for picture in ("align.svg", "report.svg"):
            self.assertTrue(xml.dom.minidom.parse(str(work / picture)).getElementsByTagName("polyline"))

    def test_an_image_that_cannot_be_read_takes_its_record_along(self):
        from hilum_train.data import cases
        Path(self.records[3]["images"][0]["path"]).write_bytes(b"no picture")
        write_jsonl(self.work / "cases.jsonl", self.records)
        with contextlib.redirect_stderr(io.StringIO()) as said:
            run("hilum_train.encoder.encode_images", self.work / "cases.jsonl", "--bundle", self.work / "bundle", "--out", self.work / "f")
        self.assertIn("a3.png", said.getvalue())
        usable = cases.Features(self.work / "f").usable(self.records)
        self.assertEqual(sorted({r["id"] for r in self.records} - {r["id"] for r in usable}), ["s3"])

    def test_any_input_may_be_missing(self):
        from hilum_train.data import cases
        import sentencepiece
        import torch
        from hilum_train.report.decoder import ReportModel
        from hilum_train.report.report_batches import ReportBatches, ReportInputs
        self.prepared()
        records = jsonl(self.work / "similar.jsonl")
        processor = sentencepiece.SentencePieceProcessor(model_file=str(self.work / "tokenizer.model"))
        inputs = ReportInputs(cases.Features(self.work / "features"), processor)
        torch.manual_seed(0)
        model = ReportModel([0.4, 0.4], processor.get_piece_size(), 16, 49, 48, 2).eval()
        torch.nn.init.normal_(model.conditioner.fusion[0].out.weight, std=0.2)
        conditioner = torch.jit.script(model.conditioner)
        parts = {name: getattr(inputs, name)(records[:4]) for name in ReportBatches.KEPT}
        whole = {key: value for part in parts.values() for key, value in part.items()}
        with torch.no_grad():
            expected, _ = conditioner(whole)
            for name, part in parts.items():
                left = {key: value for key, value in whole.items() if key not in part}
                memory, mask = conditioner(left)
                self.assertTrue(torch.isfinite(memory).all() and mask.any(1).all(), name)
                if name in ("similar", "views", "prior"):
                    self.assertGreater(float((memory - expected).abs().max()), 1e-6, f"{name} is not read")
                    # A mask that is false everywhere is the same as a missing name.
                    blank = {key: torch.zeros_like(v) if key.endswith("_mask") else v for key, v in part.items()}
                    self.assertLess(float((conditioner({**left, **blank})[0] - memory).abs().max()), 1e-5, name)
            nothing, _ = conditioner({"indication_ids": torch.zeros(2, 1, dtype=torch.long),
                                      "indication_mask": torch.zeros(2, 1, dtype=torch.bool)})
            self.assertTrue(torch.isfinite(nothing).all())


class Losses(unittest.TestCase):
    @unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
    def test_other_views_of_a_study_are_no_mistakes(self):
        import torch
        from hilum_train.report.aligner import contrast, positives
        same = positives(["a", "a", "b"], [("x",), ("y",), ("z",)])
        self.assertEqual(same.tolist(), [[True, True, False], [True, True, False], [False, False, True]])
        near = torch.tensor([[5.0, 9.0, 0.0], [9.0, 5.0, 0.0], [0.0, 0.0, 9.0]])
        alone = torch.eye(3, dtype=torch.bool)
        self.assertLess(float(contrast(near, same)), float(contrast(near, alone)))


if __name__ == "__main__":
    unittest.main()
