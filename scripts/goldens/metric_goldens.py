#!/usr/bin/env python3
"""Makes the values of tests/data/metric_golden.json again with the programs they come from, and compares.

    python3 -m venv .goldens && .goldens/bin/pip install -r scripts/goldens/requirements-metrics.txt
    .goldens/bin/python scripts/goldens/metric_goldens.py            # exit 1 when a value differs
    .goldens/bin/python scripts/goldens/metric_goldens.py --java java   # those that need Java 17 too (Debian: default-jre-headless)
    .goldens/bin/python scripts/goldens/metric_goldens.py --write    # puts the new values in

Inputs (pairs, prepared strings, label rows) are read from the file itself; all were written for it. Made again:

  sets/*/corpus, per_sample   BLEU, ROUGE-L, CIDEr-D: pycocoevalcap 1.2 on the strings of tokens_joined
  google_rouge                rouge_score 0.1.2
  nltk_bleu4, nltk_porter_stems   nltk 3.8.1
  chexpert_f1                 scikit-learn
  paired_ar (the draws)       Python's random
  METEOR15_*, ptb_raw_tokens  with --java: meteor-1.5.jar and stanford-corenlp-3.4.1.jar as pycocoevalcap 1.2 has them

Not made again here, for want of the program on PyPI: nltk_meteor (WordNet of NLTK's own download), radcliq_bleu2_fast_bleu
(fast-bleu 182584a, built from GitHub), radgraph_f1, green_parse, crimson_score, mirqi, ratescore_weighting,
temporal_f1_keywords_only and the p-values of paired_ar (commits named in their notes), radcliq (parameters read out of
CXR-Report-Metric's pickles). They stay as they are."""
import argparse
import gzip
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

FILE = pathlib.Path(__file__).resolve().parents[2] / "tests/data/metric_golden.json"
TOLERANCE = 1e-12


def coco(data):
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    out = {}
    for name, group in data["sets"].items():
        truth = {i: group["tokens_joined"][i]["refs"] for i in group["ids"]}
        given = {i: [group["tokens_joined"][i]["hyp"]] for i in group["ids"]}
        bleu, bleus = Bleu(4).compute_score(truth, given, verbose=0)
        rouge, rouges = Rouge().compute_score(truth, given)
        cider, ciders = Cider().compute_score(truth, given)
        ids = list(truth)
        corpus = {f"BLEU_{n + 1}": bleu[n] for n in range(4)} | {"ROUGE_L": rouge, "CIDEr_D": cider}
        samples = {i: {f"BLEU_{n + 1}": bleus[n][k] for n in range(4)} | {"ROUGE_L": rouges[k], "CIDEr_D": ciders[k]}
                   for k, i in enumerate(ids)}
        out[name] = {"corpus": corpus, "per_sample": samples}
    return {"sets": out}


def google_rouge(data):
    from rouge_score import rouge_scorer
    kinds = ["rouge1", "rouge2", "rougeL"]
    pairs = {p["id"]: p for p in data["pairs"]}
    samples, means = {}, {}
    scorers = {"stem": rouge_scorer.RougeScorer(kinds, use_stemmer=True), "nostem": rouge_scorer.RougeScorer(kinds, use_stemmer=False)}
    for i in data["google_rouge"]["per_sample"]:
        samples[i] = {}
        for name, scorer in scorers.items():
            scores = scorer.score(pairs[i]["refs"][0], pairs[i]["hyp"])
            samples[i][name] = {k: [scores[k].precision, scores[k].recall, scores[k].fmeasure] for k in kinds}
    for name in scorers:
        means[f"corpus_mean_f_{name}"] = {k: sum(s[name][k][2] for s in samples.values()) / len(samples) for k in kinds}
    return {"google_rouge": {"per_sample": samples, **means}}


def nltk_values(data):
    from nltk.stem.porter import PorterStemmer
    from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, sentence_bleu
    stemmer = PorterStemmer()
    tokens = data["sets"]["dotspace_lower/single_ref_48"]["tokens_joined"]
    smooth = SmoothingFunction()
    samples = {}
    warnings.simplefilter("ignore")  # NLTK's advice on scores of 0
    for i, before in data["nltk_bleu4"]["per_sample"].items():
        if None in before.values():  # method4 fails on a hypothesis of one word
            continue
        reference, hypothesis = [tokens[i]["refs"][0].split()], tokens[i]["hyp"].split()
        samples[i] = {f"method{m}": sentence_bleu(reference, hypothesis, smoothing_function=getattr(smooth, f"method{m}")) for m in (0, 1, 4)}
    whole = corpus_bleu([[t["refs"][0].split()] for t in tokens.values()], [t["hyp"].split() for t in tokens.values()])
    return {"nltk_porter_stems": {word: stemmer.stem(word) for word in data["nltk_porter_stems"]},
            "nltk_bleu4": {"per_sample": samples, "corpus": whole}}


def chexpert(data):
    from sklearn.metrics import classification_report, f1_score
    given = data["chexpert_f1"]
    names, five = given["names"], [given["names"].index(n) for n in given["five"]]
    policies = {name: (lambda v, p="uncertain=1" in name: int(v == 1 or (p and v == -1))) for name in given["policies"]}
    tasks = {"mention(non-blank)": lambda v: int(v is not None), "negation(0)": lambda v: int(v == 0), "uncertainty(-1)": lambda v: int(v == -1),
             "positive(1)": lambda v: int(v == 1)}

    def rows(side, rule, columns):
        return [[rule(row[c]) for c in columns] for row in given[side]]

    out = {"policies": {}, "extraction_tasks": {}}
    for name, rule in policies.items():
        out["policies"][name] = {}
        for part, columns in (("14", range(len(names))), ("5", five)):
            if part not in given["policies"][name]:
                continue
            out["policies"][name][part] = classification_report(rows("refs", rule, columns), rows("hyps", rule, columns),
                                                                target_names=[names[c] for c in columns], output_dict=True, zero_division=0)
    for name, rule in tasks.items():
        if name not in given["extraction_tasks"]:
            continue
        r, h = rows("refs", rule, range(len(names))), rows("hyps", rule, range(len(names)))
        each = f1_score(r, h, average=None, zero_division=0)
        out["extraction_tasks"][name] = {"per_class_f1": dict(zip(names, map(float, each))),
                                         "micro": f1_score(r, h, average="micro", zero_division=0),
                                         "macro": f1_score(r, h, average="macro", zero_division=0)}
    return {"chexpert_f1": out}


def package_file(name):
    import pycocoevalcap
    return pathlib.Path(list(pycocoevalcap.__path__)[0]) / name


def meteor(data, java):
    """METEOR 1.5 -l en -norm with an empty paraphrase table."""
    out = {}
    with tempfile.NamedTemporaryFile(suffix=".gz") as table:
        table.write(gzip.compress(b""))
        table.flush()
        command = [java, "-Xmx1G", "-jar", package_file("meteor/meteor-1.5.jar"), "-", "-", "-stdio", "-l", "en", "-norm", "-a", table.name]
        for name, group in data["sets"].items():
            if "METEOR15_noparaphrase" not in group["corpus"]:
                continue
            ids = group["ids"]
            plain = lambda text: text.replace("|||", "").replace("\n", " ")  # noqa: E731
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                def ask(line):
                    process.stdin.write(line + "\n")
                    process.stdin.flush()
                    return process.stdout.readline().strip()
                stats = []
                for i in ids:
                    texts = group["tokens_joined"][i]
                    stats.append(ask(" ||| ".join(["SCORE", *map(plain, texts["refs"]), plain(texts["hyp"])])))
                first = ask(" ||| ".join(["EVAL", *stats]))
                scores = [float(x) for x in [first, *(process.stdout.readline() for _ in ids)]]
                process.stdin.close()
            out[name] = {"corpus": {"METEOR15_noparaphrase": scores[-1]},
                         "per_sample": {i: {"METEOR15_noparaphrase": s, "METEOR15_stats": st} for i, s, st in zip(ids, scores, stats)}}
    return {"sets": out}


def ptb(data, java):
    texts = [row["text"] for row in data["ptb_raw_tokens"]]
    done = subprocess.run([java, "-cp", package_file("tokenizer/stanford-corenlp-3.4.1.jar"), "edu.stanford.nlp.process.PTBTokenizer",
                           "-preserveLines", "-lowerCase"], input="\n".join(t.replace("\n", " ") for t in texts), capture_output=True, text=True)
    from pycocoevalcap.tokenizer.ptbtokenizer import PUNCTUATIONS
    lines = done.stdout.split("\n")
    return {"ptb_raw_tokens": [{"text": t, "ptb": line.strip(), "after_punct_filter": " ".join(w for w in line.rstrip().split(" ") if w not in PUNCTUATIONS)}
                               for t, line in zip(texts, lines)]}


def draws(_):
    generator = random.Random(12345)
    return {"paired_ar": {"first_10_draws_seed_12345": [generator.random() for _ in range(10)]}}


def differences(old, new, path=""):
    """Paths of `new` whose value `old` lacks or has otherwise; what only `old` has is not looked at."""
    if isinstance(new, dict):
        for key, value in new.items():
            if not isinstance(old, dict) or key not in old:
                yield f"{path}/{key}: not in the file"
            else:
                yield from differences(old[key], value, f"{path}/{key}")
    elif isinstance(new, (list, tuple)):
        if len(old) != len(new):
            yield f"{path}: {len(old)} values, now {len(new)}"
        for i, (a, b) in enumerate(zip(old, new)):
            yield from differences(a, b, f"{path}/{i}")
    elif isinstance(new, str) or isinstance(old, str) or old is None or new is None:
        if old != new:
            yield f"{path}: {old!r}, now {new!r}"
    elif abs(float(old) - float(new)) > TOLERANCE:
        yield f"{path}: {old}, now {float(new)}"


def count(values):
    return sum(map(count, values.values() if isinstance(values, dict) else values)) if isinstance(values, (dict, list, tuple)) else 1


def merge(old, new):
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            merge(old[key], value)
        else:
            old[key] = value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the new values into the file")
    parser.add_argument("--java", help="a Java program: METEOR and the Penn Treebank words too")
    args = parser.parse_args()
    data = json.loads(FILE.read_text())
    bad = 0
    parts = [(part, ()) for part in (coco, google_rouge, nltk_values, chexpert, draws)]
    parts += [(part, (args.java,)) for part in (meteor, ptb) if args.java]
    for part, extra in parts:
        made = json.loads(json.dumps(part(data, *extra), default=float))
        found = list(differences(data, made))
        bad += len(found)
        print(f"{part.__name__}: {count(made)} values, {len(found)} differ")
        print("".join(f"  {line}\n" for line in found[:10]), end="")
        if args.write:
            merge(data, made)
    if args.write:
        FILE.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        return 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
