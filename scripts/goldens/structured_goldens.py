#!/usr/bin/env python3
"""Makes parts of tests/data/lunguage_golden.json again with the programs they come from, and compares.

    python3 -m venv .goldens && .goldens/bin/pip install -r scripts/goldens/requirements-metrics.txt
    .goldens/bin/pip install --no-deps lunguage-score==1.0.0 radmatch==0.2.2
    .goldens/bin/python scripts/goldens/structured_goldens.py       # exit 1 when a value differs

Inputs are read from the file itself; all were written for it. Made again:

  radmatch         comparators and scoring of radmatch 0.2.2 (its package __init__, which asks for the clients of language
                   models, is left out)
  bootstrap        lunguage_score.metric.bootstrap_ci
  assignment       scipy
  single_sr_eval/string_ratio   difflib, as fuzzywuzzy 0.18 rounds it, and rapidfuzz's Indel ratio

Not made again here: lunguage_score, lunguage_datasets, row_similarity, lunguage_errors (they need PyTorch 2.13, and the text
similarity of lunguage-score 1.0.0 replaced as meta/similarity says), the rest of single_sr_eval and sequential_grouping
(functions run out of modules that import openai and instructor), radlabels. They stay as they are;
tests/unit/eval/lunguage_test.cpp compares them with the C++."""
import difflib
import importlib.util
import json
import math
import pathlib
import sys
import types
import warnings

FILE = pathlib.Path(__file__).resolve().parents[2] / "tests/data/lunguage_golden.json"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from metric_goldens import count, differences  # noqa: E402


def bare(package):
    """The package's folder as a package without running its __init__."""
    spec = importlib.util.find_spec(package)
    module = types.ModuleType(package)
    module.__path__ = list(spec.submodule_search_locations)
    sys.modules[package] = module
    return module


def radmatch(data):
    root = bare("radmatch")
    scoring = types.ModuleType("radmatch.scoring")
    scoring.__path__ = [str(pathlib.Path(root.__path__[0]) / "scoring")]
    sys.modules["radmatch.scoring"] = scoring
    comparators, metrics = (importlib.import_module(f"radmatch.scoring.{name}") for name in ("comparators", "metrics"))

    def plain(errors):
        kept = [{k: v for k, v in error.items() if k != "explanation"} for error in errors]
        return sorted(kept, key=lambda e: json.dumps(e, sort_keys=True))

    out = {"comparators": [], "scoring": []}
    for case in data["radmatch"]["comparators"]:
        errors = plain(comparators.compute_structured_errors(case["pred"], case["gt"]))
        keys = {k for error in case["errors"] for k in error}
        out["comparators"].append({"errors": [{k: v for k, v in e.items() if k in keys} for e in errors]})
    for case in data["radmatch"]["scoring"]:
        predicted, truth = ({f["finding_id"]: f for f in case[side]} for side in ("pred", "gt"))
        records = []
        for (p, g), text in zip(case["matches"], case["text_errors"]):
            records.append(metrics.build_muc_record({"pred_id": p, "gt_id": g}, predicted[p], truth[g],
                                                    comparators.compute_structured_errors(predicted[p], truth[g]),
                                                    [{"dimension": d, "severity": s} for d, s in text]))
        unmatched_p = [f for i, f in predicted.items() if i not in {p for p, _ in case["matches"]}]
        unmatched_g = [f for i, f in truth.items() if i not in {g for _, g in case["matches"]}]
        out["scoring"].append({
            "effective": [metrics.reclassify_to_effective_category(r) for r in records],
            "muc_counts": metrics.effective_muc_counts(records, len(unmatched_p), len(unmatched_g)),
            "actionable_errors": metrics.compute_actionable_errors(records, unmatched_p, unmatched_g),
            "actionable_opportunities": metrics.compute_actionable_opportunities(records, unmatched_p, unmatched_g),
            "subsets": {i: metrics.assign_subsets(f) for side in (predicted, truth) for i, f in side.items()}})
    return {"radmatch": out}


def bootstrap(data):
    warnings.simplefilter("ignore")  # NumPy's on the spread of one value
    bare("lunguage_score")
    bare_metric = types.ModuleType("lunguage_score.metric")
    bare_metric.__path__ = [str(pathlib.Path(sys.modules["lunguage_score"].__path__[0]) / "metric")]
    sys.modules["lunguage_score.metric"] = bare_metric
    bootstrap_ci = importlib.import_module("lunguage_score.metric.bootstrap_ci").bootstrap_ci
    out = []
    for case in data["bootstrap"]:
        values = [math.nan if v is None else v for v in case["values"]]
        mean, se, low, high = (None if math.isnan(x) else float(x) for x in bootstrap_ci(values, case["n_bootstrap"], case["confidence"], case["seed"]))
        out.append({"mean": mean, "se": se, "ci_lower": low, "ci_upper": high})
    return {"bootstrap": out}


def assignment(data):
    from scipy.optimize import linear_sum_assignment
    return {"assignment": [{"pairs": [list(map(int, pair)) for pair in zip(*linear_sum_assignment(case["cost"]))]} for case in data["assignment"]]}


def string_ratio(data):
    from rapidfuzz import fuzz
    out = []
    for case in data["single_sr_eval"]["string_ratio"]:
        a, b = case["a"], case["b"]
        ratio = 100 if a == b else int(round(100 * difflib.SequenceMatcher(None, a, b).ratio()))
        out.append({"fuzzywuzzy_difflib": ratio, "indel_ratio": fuzz.ratio(a, b)})
    return {"single_sr_eval": {"string_ratio": out}}


def main():
    data = json.loads(FILE.read_text())
    bad = 0
    for part in (radmatch, bootstrap, assignment, string_ratio):
        made = json.loads(json.dumps(part(data), default=float))
        found = list(differences(data, made))
        bad += len(found)
        print(f"{part.__name__}: {count(made)} values, {len(found)} differ")
        print("".join(f"  {line}\n" for line in found[:10]), end="")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
