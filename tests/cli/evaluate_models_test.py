"""hilum evaluate --bundle: CheXbert's labels, BERTScore, SRR-BERT and the encoder's text similarity on the tiny bundles. The
token vectors of tiny-texts are known (scripts/goldens/tiny_bundles.py), so every score is worked out here from its definition."""
import csv
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

from program import runner

HILUM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
hilum = runner(HILUM, "evaluate")
BUNDLES = ROOT / "tests/data/bundles"
TEXTS, CHEXBERT = BUNDLES / "tiny-texts", BUNDLES / "tiny-chexbert"
VOCABULARY = (TEXTS / "vocab.txt").read_text().split("\n")
CLS, SEP = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")
PAIRS = [("the heart is clear .", "heart is clear . no effusion ."), ("no effusion", "no effusion"),
         ("acute fever and cough . effusion", "the lungs are clear . pneumothorax"), ("left lower lobe atelectasis .", "is ."),
         ("", "clear .")]
MOST = 16


def records(pairs):
    return "".join(json.dumps({"id": f"r{i}", "report": {"findings": h}, "reference": {"findings": r}}) + "\n"
                   for i, (h, r) in enumerate(pairs))


def scored(pairs, *args):
    with tempfile.TemporaryDirectory() as folder:
        samples = pathlib.Path(folder) / "samples.jsonl"
        done = hilum(*args, "--format", "json", "--resamples", 0, "--per-sample", samples, stdin=records(pairs))
        return json.loads(done.stdout), [json.loads(line) for line in samples.read_text().splitlines()], done.stderr


def ids_of(text):
    return [CLS] + [VOCABULARY.index(word) for word in text.split()][:MOST - 2] + [SEP]


def unit(vector):
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector]


def raw(token):
    return [token % 3 - 1, token % 5 - 2, token * token % 7, 1]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def bert_score(hypothesis, reference, weight):
    h, r = ids_of(hypothesis), ids_of(reference)
    if len(h) == 2 or len(r) == 2:
        return 0.0, 0.0, 0.0
    weigh = lambda token: 0.0 if token in (CLS, SEP) else weight(token)  # noqa: E731

    def side(own, others):
        best = [max(dot(unit(raw(a)), unit(raw(b))) for b in others) for a in own]
        return sum(weigh(t) * x for t, x in zip(own, best)) / sum(map(weigh, own))

    p, q = side(h, r), side(r, h)
    return p, q, 2 * p * q / (p + q)


def near(a, b, what):
    assert abs(a - b) < 2e-6, (what, a, b)  # the vectors are single precision


def mean(values):
    return sum(values) / len(values)


# BERTScore, plain, rescaled and by idf; each report and the mean.
out, samples, _ = scored(PAIRS, "--bundle", TEXTS, "--metrics", "bertscore")
baseline = json.loads((TEXTS / "manifest.json").read_text())["text_encoding"]["baseline"]
expected = [bert_score(h, r, lambda _: 1.0) for h, r in PAIRS]
near(expected[1][2], 1, "the same text")
assert expected[0][2] < 0.999 and expected[2][2] < 0.999, "texts that tell matching from not matching"
for k, part in enumerate(("precision", "recall", "F1")):
    base = baseline[part.lower()]
    near(out["metrics"][f"BERTScore-{part}"]["value"], mean([e[k] for e in expected]), part)
    near(out["metrics"][f"BERTScore-rescaled-{part}"]["value"], mean([(e[k] - base) / (1 - base) for e in expected]), part)
    for i, sample in enumerate(samples):
        near(sample[f"BERTScore-{part}"], expected[i][k], (i, part))
variant = out["metrics"]["BERTScore-F1"]["variant"]
identity = "tiny-texts 1 sha256:"
assert identity in variant and "begin and end tokens weigh 0" in variant, variant
assert any("tiny-texts@sha256:" in str(v) for v in out["stamp"].values()), out["stamp"]
references = [set(ids_of(r)) for _, r in PAIRS]
idf = lambda token: math.log((len(PAIRS) + 1) / (sum(token in r for r in references) + 1))  # noqa: E731
expected = [bert_score(h, r, idf) for h, r in PAIRS]
out, samples, _ = scored(PAIRS, "--bundle", TEXTS, "--metrics", "bertscore", "--bertscore-idf")
near(out["metrics"]["BERTScore-idf-F1"]["value"], mean([e[2] for e in expected]), "idf")
assert "BERTScore-F1" not in out["metrics"] and "by idf" in out["metrics"]["BERTScore-idf-F1"]["variant"]

# Several references: the best of each part; every one of them counts for the idf weights.
with_two = "".join(json.dumps({"id": f"r{i}", "h": h, "a": r, "b": PAIRS[i - 1][1]}) + "\n" for i, (h, r) in enumerate(PAIRS))
expected = [[bert_score(h, text, lambda _: 1.0) for text in (r, PAIRS[i - 1][1])] for i, (h, r) in enumerate(PAIRS)]
assert any(a[2] < b[2] for a, b in expected) and any(a[2] > b[2] for a, b in expected), "each reference is the better one somewhere"
out = json.loads(hilum("--hypothesis", "h", "--reference", "a", "--reference", "b", "--bundle", TEXTS, "--metrics", "bertscore", "--format",
                       "json", "--resamples", 0, stdin=with_two).stdout)
for k, part in enumerate(("precision", "recall", "F1")):
    near(out["metrics"][f"BERTScore-{part}"]["value"], mean([max(e[k] for e in both) for both in expected]), part)

# Long texts are cut, counted and said; what is behind the cut does not count.
long = "heart is clear . " * 4
out, _, err = scored([(long, "heart is clear ."), ("clear", "clear")], "--bundle", TEXTS, "--metrics", "bertscore")
again, _, _ = scored([(long + "effusion", "heart is clear ."), ("clear", "clear")], "--bundle", TEXTS, "--metrics", "bertscore")
assert "1 text cut at 16 tokens" in out["metrics"]["BERTScore-F1"]["variant"] and "1 text cut at 16 tokens" in err, err
assert out["metrics"]["BERTScore-F1"]["value"] == again["metrics"]["BERTScore-F1"]["value"]

# SRR-BERT: labels of sentences, put together per report.
LABELS = json.loads((TEXTS / "manifest.json").read_text())["sentence_labels"]["labels"]
out, samples, _ = scored(PAIRS, "--bundle", TEXTS, "--metrics", "srr-bert")
sets = [tuple({word for word in LABELS if word in text.split()} for text in pair) for pair in PAIRS]
per_report = [len(h & r) / len(h | r) if h | r else 1 for h, r in sets]
assert len(set(per_report)) > 2, "reports that differ"
near(out["metrics"]["SRR-BERT-F1"]["value"], mean(per_report), "per report")
hits = {w: sum(w in h and w in r for h, r in sets) for w in LABELS}
alarms = {w: sum(w in h and w not in r for h, r in sets) for w in LABELS}
misses = {w: sum(w not in h and w in r for h, r in sets) for w in LABELS}
f1 = {w: 2 * hits[w] / max(2 * hits[w] + alarms[w] + misses[w], 1) for w in LABELS}
support = {w: hits[w] + misses[w] for w in LABELS}
near(out["metrics"]["SRR-BERT-weighted-F1"]["value"], sum(support[w] * f1[w] for w in LABELS) / sum(support.values()), "weighted")
near(out["metrics"]["SRR-BERT-micro-recall"]["value"], sum(hits.values()) / sum(support.values()), "micro")
assert "3 labels" in out["metrics"]["SRR-BERT-F1"]["variant"] and identity in out["metrics"]["SRR-BERT-F1"]["variant"]

# Stored sections: each item is a sentence, however it is written, and a heading is none.
items = [("- heart is clear\n- effusion and atelectasis", "effusion"), ("- no. effusion", "clear")]
stored = "".join(json.dumps({"id": f"s{i}", "report": {"findings": "."}, "reference": {"findings": reference},
                             "items": f"Findings:\nPleura:\n{text}\n"}) + "\n" for i, (text, reference) in enumerate(items))
done = json.loads(hilum("--bundle", TEXTS, "--metrics", "srr-bert", "--hypothesis-structured", "items", "--format", "json", "--resamples", 0,
                        stdin=stored).stdout)
sets = [({w for w in LABELS if w in text.split()}, {w for w in LABELS if w in reference.split()}) for text, reference in items]
near(done["metrics"]["SRR-BERT-F1"]["value"], mean([len(h & r) / len(h | r) if h | r else 1 for h, r in sets]), "stored sections")
assert "items of items" in done["metrics"]["SRR-BERT-F1"]["policy"], done["metrics"]["SRR-BERT-F1"]

# CheXbert's labels are those of hilum label --bundle, under each policy, and a given pair of labels gives the same scores.
goldens = [" ".join(g["words"]) for g in json.loads((ROOT / "tests/data/report_models.json").read_text())]
others = list(zip(goldens, goldens[1:] + goldens[:1]))
reports = records(others)
labels = {}
for key in ("report.findings", "reference.findings"):
    done = subprocess.run([HILUM, "label", "--bundle", CHEXBERT, "--text-key", key, "-q"], input=reports, capture_output=True, text=True, timeout=300)
    labels[key] = [json.loads(line).get("labels") for line in done.stdout.splitlines()]
given = "".join(json.dumps({**json.loads(line), "h": h, "r": r}) + "\n" for line, h, r in
                zip(reports.splitlines(), labels["report.findings"], labels["reference.findings"]))
for policy in ("uncertain-positive", "uncertain-negative"):
    out, _, _ = scored(others, "--bundle", CHEXBERT, "--metrics", "chexpert", "--label-policy", policy)
    same = json.loads(hilum("--metrics", "chexpert", "--label-policy", policy, "--hypothesis-labels", "h", "--reference-labels", "r",
                            "--format", "json", "--resamples", 0, stdin=given).stdout)
    assert len(out["metrics"]) > 30 and out["metrics"].keys() == same["metrics"].keys()
    for name, metric in out["metrics"].items():
        assert metric["value"] == same["metrics"][name]["value"], name
        assert "CheXbert" in metric["variant"] and "tiny-chexbert 1 sha256:" in metric["variant"] and metric["policy"] == policy, metric
    assert 0 < out["metrics"]["CheXpert-14-micro-F1"]["value"] < 1

# LunguageScore and RaTEScore compare with the encoder: one entity a side, so that the score is a product of cosines.
line = {"id": "a", "mode": "single", "candidate": [{"study_id": "s", "entity": "effusion", "location": "left lower", "dx_status": "positive"}],
        "reference": [{"study_id": "s", "entity": "effusion", "location": "left", "dx_status": "positive"}]}


def pooled(text, pooling="mean"):
    tokens = ids_of(text)[:1 if pooling == "first" else None]
    return unit([sum(raw(token)[d] for token in tokens) for d in range(4)])


def cosine(a, b, pooling="mean"):
    return 1.0 if a == b else dot(pooled(a, pooling), pooled(b, pooling))


with tempfile.TemporaryDirectory() as folder:
    lines = pathlib.Path(folder) / "lines.jsonl"
    lines.write_text(json.dumps(line) + "\n")
    out = json.loads(hilum("--structured-pairs", lines, "--similarity", "encoder", "--bundle", TEXTS, "--format", "json", "--resamples", 0).stdout)
    agreement = (.5 + .2 * cosine("left", "left lower")) / .7
    f = cosine("effusion left", "effusion left lower") * agreement
    near(out["metrics"]["LunguageScore-encoder-F1"]["value"], f, "LunguageScore")
    metric = out["metrics"]["LunguageScore-encoder-F1"]
    assert "cosine of mean of its tokens, tiny-texts 1 sha256:" in metric["variant"] and "encoder" in metric["policy"], metric
    assert "encoder" in hilum("--structured-pairs", lines, "--similarity", "encoder", code=2).stderr
    # The encoder's own vector of a text (here its tokens' sum), and its first token's, which is the same for all texts.
    for pooling, words, same in (("global", "its global vector", "mean"), ("first", "its first token", "first")):
        bundle = pathlib.Path(folder) / pooling
        shutil.copytree(TEXTS, bundle)
        manifest = json.loads((bundle / "manifest.json").read_text())
        manifest["text_encoding"]["pooling"] = pooling
        (bundle / "manifest.json").write_text(json.dumps(manifest))
        out = json.loads(hilum("--structured-pairs", lines, "--similarity", "encoder", "--bundle", bundle, "--format", "json", "--resamples", 0).stdout)
        agreement = (.5 + .2 * cosine("left", "left lower", same)) / .7
        near(out["metrics"]["LunguageScore-encoder-F1"]["value"], cosine("effusion left", "effusion left lower", same) * agreement, pooling)
        assert words in out["metrics"]["LunguageScore-encoder-F1"]["variant"], out["metrics"]
    assert "lunguage" in hilum("--structured-pairs", lines, "--metrics", "bertscore", "--bundle", TEXTS, code=2).stderr
out, _, _ = scored(PAIRS, "--bundle", TEXTS, "--metrics", "lunguage", "--similarity", "encoder")
assert 0 < out["metrics"]["LunguageScore-encoder-F1"]["value"] <= 1, out["metrics"]
with tempfile.TemporaryDirectory() as folder:
    table = pathlib.Path(folder) / "rate.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([["id", "h", "r"], ["1", '[["effusion","DISEASE"]]', '[["left effusion","DISEASE"]]']])
    out = json.loads(hilum("--csv", table, "--hypothesis-entities", "h", "--reference-entities", "r", "--metrics", "ratescore", "--similarity",
                           "encoder", "--bundle", TEXTS, "--format", "json", "--resamples", 0).stdout)
    near(out["metrics"]["RaTEScore-encoder"]["value"], cosine("effusion", "left effusion"), "RaTEScore")

# Bundles together; wishes that cannot be.
out, _, _ = scored(PAIRS, "--bundle", TEXTS, "--bundle", CHEXBERT, "--metrics", "chexpert,bertscore,srr-bert,bleu")
assert {"CheXpert-5-macro-F1", "BERTScore-F1", "SRR-BERT-F1", "BLEU-4"} <= out["metrics"].keys()
for wanted, flags, code in (("text_encoder", ["--metrics", "bertscore"], 2), ("sentence_labeler", ["--metrics", "srr-bert"], 2),
                            ("same role", ["--bundle", TEXTS, "--bundle", TEXTS], 2),
                            ("both give labels", ["--bundle", CHEXBERT, "--hypothesis-labels", "h", "--reference-labels", "r"], 2),
                            ("bertscore", ["--bundle", TEXTS, "--metrics", "bleu", "--bertscore-idf"], 2),
                            ("use rules", ["--bundle", TEXTS, "--one", "a.txt", "b.txt"], 2),
                            ("none of them", ["--bundle", BUNDLES / "tiny-radgraph"], 6), ("nowhere", ["--bundle", BUNDLES / "nowhere"], 6)):
    assert wanted in hilum(*flags, stdin=given, code=code).stderr, (wanted, flags)

print("evaluate --bundle: everything as it should be")
