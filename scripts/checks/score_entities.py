#!/usr/bin/env python3
"""Scores `hilum entities` on annotated sentences: entities with assertion, and relations.

    scripts/checks/score_entities.py --hilum build/release/bin/hilum [--gold tests/data/entities_gold.jsonl] [--errors] [--min 0.90]

An entity counts as found when its characters (white space left out) and its label are those of the annotation; a
relation when its type and both its entities' characters are. Ends with code 1 when the F1 of the entities is below --min.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def spans(annotation):
    """(start, end, label, words) of each entity and (type, span, span) of each relation, in characters without blanks."""
    offsets, at = [], 0
    for token in annotation["text"].split():
        offsets.append((at, at + len(token)))
        at += len(token)
    by_key = {}
    for key, entity in annotation["entities"].items():
        span = (offsets[entity["start_ix"]][0], offsets[entity["end_ix"]][1])
        by_key[key] = (span, entity["label"], entity["tokens"])
    entities = {(*span, label): words for span, label, words in by_key.values()}
    relations = {
        (kind, by_key[key][0], by_key[target][0])
        for key, entity in annotation["entities"].items()
        for kind, target in entity["relations"]
    }
    return entities, relations


def f1(found, missed, extra):
    return 2 * found / (2 * found + missed + extra) if found else 0.0


def row(name, counts):
    found, missed, extra = counts
    precision = found / (found + extra) if found + extra else 0.0
    recall = found / (found + missed) if found + missed else 0.0
    return f"| {name} | {found + missed} | {precision:.3f} | {recall:.3f} | {f1(*counts):.3f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--gold", default=str(ROOT / "tests/data/entities_gold.jsonl"))
    parser.add_argument("--errors", action="store_true", help="list every entity missed or invented")
    parser.add_argument("--min", type=float, default=0.0)
    args = parser.parse_args()

    with open(args.gold, encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    records = "".join(json.dumps({"id": g["id"], "text": g["sentence"]}) + "\n" for g in gold)
    with tempfile.TemporaryDirectory() as folder:
        graphs = f"{folder}/graphs.json"
        subprocess.run([args.hilum, "entities", "--text-key", "text", "--radgraph-json", graphs], input=records, text=True,
                       check=True, stdout=subprocess.DEVNULL)
        with open(graphs, encoding="utf-8") as file:
            answers = {annotation["id"]: annotation for annotation in json.load(file).values()}

    groups = {name: [0, 0, 0] for name in ("all entities", "iu", "own", "ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U", "spans only",
                                           "relations")}
    errors = []
    for sentence in gold:
        want, want_relations = spans(sentence)
        have, have_relations = spans(answers[sentence["id"]])
        for index, keys in enumerate((want.keys() & have.keys(), want.keys() - have.keys(), have.keys() - want.keys())):
            for key in keys:
                for name in ("all entities", sentence["source"], key[2]):
                    groups[name][index] += 1
        want_spans, have_spans = {k[:2] for k in want}, {k[:2] for k in have}
        for name, w, h in (("spans only", want_spans, have_spans), ("relations", want_relations, have_relations)):
            for index, keys in enumerate((w & h, w - h, h - w)):
                groups[name][index] += len(keys)
        missed = [f"{want[k]} {k[2]}" for k in sorted(want.keys() - have.keys())]
        extra = [f"{have[k]} {k[2]}" for k in sorted(have.keys() - want.keys())]
        if missed or extra:
            errors.append(f"- {sentence['id']}: {sentence['sentence']}\n  missed: {', '.join(missed) or '-'}; "
                          f"invented: {', '.join(extra) or '-'}")

    print("| on | in the annotation | precision | recall | F1 |\n|---|---:|---:|---:|---:|")
    for name, counts in groups.items():
        print(row(name, counts))
    if args.errors:
        print(f"\n{len(errors)} of {len(gold)} sentences with an error:\n")
        print("\n".join(errors))
    score = f1(*groups["all entities"])
    if score < args.min:
        sys.exit(f"F1 {score:.3f} is below {args.min}")


if __name__ == "__main__":
    main()
