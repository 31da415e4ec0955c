#!/usr/bin/env python3
"""Times `hilum evaluate` against pycocoevalcap on made-up reports and checks that both give the same scores.

    python3 -m venv venv && venv/bin/pip install -r scripts/bench/requirements-metrics.txt
    venv/bin/python scripts/bench/metrics.py build/release/bin/hilum

Prints one line of JSON a measurement: pairs, seconds (best of three), and for Hilum the peak memory.
"""
import argparse
import csv
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

PLACES = ["left", "right", "bilateral", "left basilar", "right apical", "retrocardiac", "perihilar", "left lower lobe", "right upper lobe"]
FINDINGS = ["pleural effusion", "atelectasis", "consolidation", "pneumothorax", "opacity", "interstitial edema", "nodule", "scarring"]
GRADES = ["small", "moderate", "large", "mild", "severe", "minimal", "subtle"]
FRAMES = [
    "there is a {g} {p} {f} .", "no {p} {f} is seen .", "{g} {p} {f} is unchanged .", "the {p} {f} has increased since the prior study .",
    "heart size is within normal limits .", "the cardiomediastinal silhouette is {g} enlarged .", "an endotracheal tube ends {n} cm above the carina .",
    "lungs are clear without focal {f} .", "no acute osseous abnormality .", "a {p} picc line ends in the mid svc .",
]


def sentence(rng):
    return rng.choice(FRAMES).format(g=rng.choice(GRADES), p=rng.choice(PLACES), f=rng.choice(FINDINGS), n=f"{rng.uniform(1, 9):.1f}")


def pairs(count, seed=0):
    rng = random.Random(seed)
    out = []
    for _ in range(count):
        reference = [sentence(rng) for _ in range(rng.randint(4, 8))]
        hypothesis = [s if rng.random() < 0.4 else sentence(rng) for s in reference]
        out.append((" ".join(hypothesis), " ".join(reference)))
    return out


def dotspace(text):
    return re.sub(r" +", " ", text.replace(".", " ."))


def peer(data):
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    references = {i: [dotspace(r)] for i, (_, r) in enumerate(data)}
    hypotheses = {i: [dotspace(h)] for i, (h, _) in enumerate(data)}
    start = time.perf_counter()
    bleu, _ = Bleu(4).compute_score(references, hypotheses, verbose=0)
    rouge, _ = Rouge().compute_score(references, hypotheses)
    cider, _ = Cider().compute_score(references, hypotheses)
    return time.perf_counter() - start, {"BLEU-1": bleu[0], "BLEU-4": bleu[3], "ROUGE-L": float(rouge), "CIDEr": float(cider)}


def hilum(program, path, *options):
    """Seconds of the whole process, its peak memory in MiB, its scores."""
    args = [program, "evaluate", "--csv", path, "--id", "id", "--hypothesis", "hyp", "--reference", "ref", "--preset", "sei", "--format", "json", *options]
    start = time.perf_counter()
    process = subprocess.Popen(args, stdout=subprocess.PIPE)
    # Scores are printed at the end, so its own record of its peak is read while its output waits in the pipe.
    first = process.stdout.read(1)
    status_lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    peak = next((line.split()[1] for line in status_lines if line.startswith("VmHWM")), "0")
    text = first + process.stdout.read()
    status = process.wait()
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"hilum failed: {status}")
    return seconds, int(peak) / 1024, json.loads(text)["metrics"]


def write(path, data):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "hyp", "ref"])
        for i, (h, r) in enumerate(data):
            writer.writerow([i, h, r])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hilum")
    parser.add_argument("--pairs", type=int, default=2347)
    parser.add_argument("--large", type=int, default=200000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pairs.csv")
        data = pairs(args.pairs)
        write(path, data)
        theirs = min((peer(data) for _ in range(3)), key=lambda run: run[0])
        ours = min((hilum(args.hilum, path, "--metrics", "bleu,rouge-l,cider", "--resamples", "0") for _ in range(3)), key=lambda run: run[0])
        worst = max(abs(theirs[1][name] - ours[2][name]["value"]) for name in theirs[1])
        words = sum(len(r.split()) for _, r in data) / len(data)
        print(json.dumps({"what": "BLEU + ROUGE-L + CIDEr", "pairs": args.pairs, "words": round(words, 1), "pycocoevalcap_s": round(theirs[0], 3),
                          "hilum_process_s": round(ours[0], 4), "times": round(theirs[0] / ours[0], 1), "largest_difference": worst}))
        if worst > 1e-9:
            sys.exit("scores differ")
        write(path, pairs(4000, 1))
        seconds, memory, metrics = hilum(args.hilum, path)
        print(json.dumps({"what": "all text metrics, 1000 resamples", "pairs": 4000, "metrics": len(metrics), "hilum_process_s": round(seconds, 2), "peak_mib": round(memory)}))
        seconds, memory, _ = hilum(args.hilum, path, "--resamples", "10000", "--metrics", "bleu,rouge-l,cider")
        print(json.dumps({"what": "BLEU + ROUGE-L + CIDEr, 10000 resamples", "pairs": 4000, "hilum_process_s": round(seconds, 2), "peak_mib": round(memory)}))
        write(path, pairs(args.large, 2))
        seconds, memory, _ = hilum(args.hilum, path, "--resamples", "0", "--metrics", "bleu,rouge-l,cider")
        print(json.dumps({"what": "BLEU + ROUGE-L + CIDEr", "pairs": args.large, "hilum_process_s": round(seconds, 2), "peak_mib": round(memory)}))
        seconds, memory, _ = hilum(args.hilum, path, "--resamples", "1000")
        print(json.dumps({"what": "all text metrics, 1000 resamples", "pairs": args.large, "hilum_process_s": round(seconds, 2), "peak_mib": round(memory)}))


if __name__ == "__main__":
    main()
