"""The whole way from a (made-up) data folder to a bundle, in a few steps each, and checks of the text rules.

    cd python; python -m unittest discover -s hilum_train/tests -t .
"""

import contextlib
import hashlib
import importlib.util
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

NEEDED = ("torch", "numpy", "PIL", "scipy", "sklearn", "sentencepiece", "efficientnet_lite_pytorch")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
KEPT = ["Lung Opacity", "Edema", "Pleural Effusion", "Cardiomegaly", "View AP", "Not Chest"]


def run(module, *arguments):
    """Runs a script's main in this process, quietly."""
    main = importlib.import_module(module).main
    with mock.patch.object(sys, "argv", [module, *map(str, arguments)]), contextlib.redirect_stdout(io.StringIO()):
        main()


def add_facts(source, out):
    """Stands in for `hilum entities`: the sentences are the facts."""
    records = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    for record in records:
        text = record["reference"]["findings"]
        record["entities"] = {"facts": [s.strip() for s in text.split(".") if s.strip()]}
    out.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


class TextRules(unittest.TestCase):
    def test_labels(self):
        from hilum_train.data.report_labels import label_sentence
        self.assertEqual(label_sentence("No pleural effusion or pneumothorax.")[0], set())
        self.assertEqual(label_sentence("Small left effusion, no pneumothorax.")[0], {"Pleural Effusion"})
        self.assertEqual(label_sentence("Right lower lobe pneumonia.")[0], {"Pneumonia", "Lung Opacity"})
        self.assertIn("Cardiomegaly", label_sentence("Heart size is normal.")[1])

    def test_opacities_by_name(self):
        from hilum_train.data.report_labels import names_opacity
        self.assertTrue(names_opacity("Patchy airspace opacities, likely pneumonia."))
        self.assertFalse(names_opacity("Right lower lobe pneumonia."))
        self.assertFalse(names_opacity("No focal opacity."))


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class DryRun(unittest.TestCase):
    def test_history_and_sides_are_taken_out(self):
        from hilum_train.data import places
        from hilum_train.data import reports
        self.assertFalse(reports.supported("The effusion is unchanged from the prior study."))
        self.assertFalse(reports.supported("Degenerative changes of the spine."))
        self.assertTrue(reports.supported("There is patchy opacity in the left base."))
        for given, left in (
                ("There is a right upper lobe opacity.", "There is an opacity."),
                ("Patchy infiltrate in the left lower lobe, suspicious for pneumonia.", "Patchy infiltrate, suspicious for pneumonia."),
                ("Small bilateral pleural effusions.", "Small pleural effusions."), ("The right lower lobe pneumonia.", None),
                ("In the left lower lobe there is pneumonia.", None), ("Cardiomegaly.", "Cardiomegaly.")):
            self.assertEqual(places.without_place(given), left)
        for given, side in (("Airspace disease in the left lung.", "L"), ("Left lower lobe opacity.", None), ("Opacity.", None),
                            ("Patchy bilateral airspace disease.", "B"), ("Opacities on the right and left.", "B")):
            self.assertEqual(places.side_alone(given), side)

    def test_card_without_an_earlier_bundle(self):
        from hilum_train.cards import card_sections
        finding = {"Edema": {"ours": 0.8, "previous": 0.7}}
        compared = {"findings": finding, "ours": 0.8, "previous": 0.7, "difference": 0.1, "difference_interval": [0.05, 0.2]}
        self.assertEqual((card_sections.previous(None, "0.1.0"), card_sections.previous_result(None)), ("", {}))
        self.assertIn("| Edema | 0.800 | 0.700 |", card_sections.previous(compared, "0.1.0"))
        self.assertNotIn("findings", card_sections.previous_result(compared)["mean_auc_against_previous"])

    def test_mean_of_checkpoints(self):
        import torch
        from hilum_train.average_checkpoints import mean
        both = mean([{"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([3.0, -2.0])}])
        self.assertEqual(both["w"].tolist(), [2.0, 0.0])

    def test_steps_equal_the_whole_text(self):
        import torch
        from hilum_train.report.decoder import ReportModel
        torch.manual_seed(0)
        model = ReportModel([0.3] * 4, 50, patch_width=8, cells=9, width=16, layers=2).eval()
        inputs = {"anchor": torch.randn(2, 9, 8), "predictions": torch.rand(2, 4)}
        ids = torch.randint(0, 50, (2, 5))
        with torch.no_grad():
            whole = model(inputs, ids)
            shared, state = torch.jit.script(model.decoder).prefill(*model.conditioner(inputs))
            for rows in ([0, 0, 1, 1], [1, 0]):
                rows = torch.tensor(rows)
                held = [s.index_select(0, rows) for s in state]
                for position in range(5):
                    logits, held, attention = model.decoder.step(ids[rows, position], position, rows, shared, held)
                    self.assertLess(float((logits - whole[rows, position]).abs().max()), 1e-5)
                    self.assertLess(float((attention.sum(1) - 1).abs().max()), 1e-5)

    def written_and_scored(self, work, bundle):
        """The bundle's modules write from whatever inputs there are; the shared space is scored."""
        from hilum_train.data import cases
        from hilum_train.report.write_reports import FURTHER, Writer
        records = cases.read(work / "similar.jsonl")[:3]
        writer = Writer(bundle, cases.Features(work / "features"))
        for further in ((), FURTHER):
            texts = writer.write(records, further)
            self.assertTrue(len(texts) == 3 and all(isinstance(part, str) for text in texts for part in text))
        self.assertEqual(set(writer.given(records, FURTHER)) & {"indication_ids", "similar_ids"}, {"similar_ids"})
        run("hilum_train.report.evaluate_alignment", "--cases", work / "similar.jsonl", "--features", work / "features", "--bundle", bundle,
            "--out", work / "alignment.json")
        result = json.loads((work / "alignment.json").read_text(encoding="utf-8"))
        self.assertTrue(all(0 <= spaces["aligner"]["same_findings"] <= 1 for spaces in result["similar"].values()))

    def test_from_data_to_bundle(self):
        from hilum_train.tests import synthetic
        import torch
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            data, cache, bundle = work / "data", work / "cache", work / "bundle"
            synthetic.make(data)
            films, texts = work / "films.json", work / "reports.json"
            run("hilum_train.data.make_film_splits", "--data", data, "--out", films)
            run("hilum_train.data.make_report_splits", "--data", data, "--out", texts)
            run("hilum_train.data.cache_images", "--data", data, "--cache", cache)
            run("hilum_train.data.cache_images", "--data", data, "--cache", work / "children", "--paediatric")
            short = ("--cache", cache, "--splits", films, "--limit", 8, "--batch", 4, "--epochs", 1, "--random-start")
            networks = (work / "first.pt", work / "second.pt")
            run("hilum_train.encoder.train_encoder", *short, "--out", networks[0])
            run("hilum_train.encoder.train_encoder", *short, "--epochs", 2, "--network", "lite2", "--further", work / "children", "--out", networks[1])
            run("hilum_train.encoder.features", "--cache", cache, "--splits", films, "--weights", *networks, "--out", work / "features.npz",
                "--patches", work / "patches.npy")
            run("hilum_train.encoder.fit_heads", "--cache", cache, "--splits", films, "--weights", *networks, "--features",
                work / "features.npz", "--out", work / "tuned.pt", "--held-back", work / "held.npz", "--final",
                work / "final.npz")
            run("hilum_train.report.train_tokenizer", "--data", data, "--report-splits", texts, "--out", work / "tokenizer", "--size", 150)
            run("hilum_train.cards.count_labels", "--data", data, "--cache", cache, "--splits", films, "--report-splits", texts, "--out",
                work / "counts.json")
            (work / "labels.json").write_text(json.dumps(KEPT), encoding="utf-8")
            (work / "calibration.json").write_text(json.dumps(
                {k: {"scale": 1.0, "bias": 0.1, "threshold": 0.4, "auc": 0.6, "interval": [0.5, 0.7]} for k in KEPT}),
                encoding="utf-8")
            export = ("--encoder", work / "tuned.pt", "--calibration", work / "calibration.json", "--labels",
                      work / "labels.json", "--counts", work / "counts.json", "--out")
            run("hilum_export.systems.hilum_base.export", *export, work / "encoder")
            run("hilum_train.data.weak_records", "--data", data, "--cache", cache, "--splits", films, "--report-splits", texts, "--bundle",
                work / "encoder", "--cases", work / "films.jsonl", "--pairs", work / "pairs.jsonl", "--count", 30)
            add_facts(work / "films.jsonl", work / "cases.jsonl")
            run("hilum_train.encoder.encode_images", work / "cases.jsonl", work / "pairs.jsonl", "--bundle", work / "encoder", "--out",
                work / "features")
            common = ("--features", work / "features", "--tokenizer", work / "tokenizer.model")
            run("hilum_train.report.train_alignment", "--cases", work / "cases.jsonl", *common, "--out", work / "align.pt", "--steps", 2,
                "--batch", 4)
            run("hilum_train.report.retrieve_cases", "--cases", work / "cases.jsonl", "--features", work / "features", "--aligner",
                work / "align.pt", "--out", work / "similar.jsonl")
            run("hilum_train.report.train_report", "--cases", work / "similar.jsonl", "--pairs", work / "pairs.jsonl", *common, "--out",
                work / "report.pt", "--steps", 2, "--batch", 4, "--width", 48)
            run("hilum_export.systems.hilum_base.export", *export, bundle, "--decoder", work / "report.pt", "--aligner", work / "align.pt",
                "--tokenizer", work / "tokenizer.model", "--width", 48)
            (bundle / "index").mkdir()
            (bundle / "index" / "manifest.json").write_text("{}", encoding="utf-8")
            run("hilum_export.add_index", bundle)
            manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
            self.assertEqual(manifest["similar_cases"], {"index": "index", "top": 3})
            self.assertIn(("index/manifest.json", "index"), [(f["path"], f["role"]) for f in manifest["files"]])
            self.assertEqual([e["name"] for e in manifest["labels"]], KEPT)
            for entry in manifest["files"]:
                content = (bundle / entry["path"]).read_bytes()
                self.assertEqual(len(content), entry["bytes"])
                self.assertEqual(hashlib.sha256(content).hexdigest(), entry["sha256"])
            split = json.loads(films.read_text(encoding="utf-8"))
            (work / "two.json").write_text(json.dumps({**split, "test": ["siim/s4", "siim/s5"]}), encoding="utf-8")
            run("hilum_train.encoder.evaluate_appearance", "--cache", cache, "--splits", work / "two.json", "--bundle", bundle, "--out", work / "clear.json")
            clear = json.loads((work / "clear.json").read_text(encoding="utf-8"))
            self.assertEqual({name: (entry["positive"], entry["negative"]) for name, entry in clear.items()}, {
                "all": (1, 1), "Typical Appearance": (1, 1), "Atypical Appearance": (0, 1), "Indeterminate Appearance": (0, 1)})
            self.written_and_scored(work, bundle)
            patches, pooled = torch.jit.load(str(bundle / "image_encoder.pt"))(torch.zeros(3, 3, 224, 224))
            self.assertEqual((patches.shape, pooled.shape), ((3, 49, 1280), (3, 5776)))
            logits = torch.jit.load(str(bundle / "classifier.pt"))(patches, pooled)
            self.assertEqual(logits.shape, (3, len(KEPT)))
            vector = torch.jit.load(str(bundle / "aligner.pt"))(patches, pooled)
            ids = torch.tensor([[1, 7, 8, 2]])
            _, text = torch.jit.load(str(bundle / "text_encoder.pt"))(ids, torch.ones(1, 4, dtype=torch.bool))
            self.assertEqual((vector.shape[1], round(float(text.norm()), 4)), (text.shape[1], 1.0))


if __name__ == "__main__":
    unittest.main()
