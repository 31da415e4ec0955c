#!/usr/bin/env python3
"""What people's masks measure: `mask_ranges.py --hilum build/release/bin/hilum --data DATA/heart_lung`.

Measures every film with its given mask (no bundle) and prints how many are refused or flagged, the ranges behind the
limits of src/anatomy/quality.cpp and of the costophrenic angles in configs/measurements/tools.json, and the difference
between the cardiothoracic ratio and the one that the data set states.
"""
import argparse
import collections
import json
import pathlib
import subprocess


def shares(values: list) -> str:
    """Smallest, 2.5 %, median, 97.5 % and largest value."""
    values = sorted(values)
    at = [values[min(len(values) - 1, int(len(values) * q))] for q in (0, 0.025, 0.5, 0.975, 1)]
    return "  ".join(f"{v:8.3f}" for v in at) + f"  of {len(values)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--data", required=True, type=pathlib.Path, help="folder with manifest.jsonl, img/ and mask/")
    args = parser.parse_args()
    films = [json.loads(line) for line in (args.data / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    command = [args.hilum, "measure", "--bundle", "none", "--format", "jsonl", "--given", str(args.data / "mask"),
               *(str(args.data / f["file"]) for f in films)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    issues, ranges, difference = collections.Counter(), collections.defaultdict(list), []
    for film, line in zip(films, done.stdout.splitlines()):
        record = json.loads(line)
        issues["refused"] += record["quality"]["refused"]
        issues.update(issue["code"] for issue in record["quality"]["issues"])
        found = record["anatomy"]
        pixels = {s["name"]: s["pixels"] for s in found["structures"]}
        ranges["lung, share of picture"] += [pixels[n] / (found["width"] * found["height"]) for n in ("right_lung", "left_lung")]
        ranges["heart over mean lung"].append(2 * pixels["heart"] / (pixels["right_lung"] + pixels["left_lung"]))
        for m in found["measurements"]:
            if "value" not in m:
                continue
            ranges[m["name"]].append(m["value"])
            if "costophrenic" in m["name"] and film["dataset"] == "jsrt":
                ranges["costophrenic angle, JSRT"].append(m["value"])
            if m["name"] == "cardiothoracic_ratio":
                difference.append(abs(m["value"] - film["ctr_from_mask"]))
    print(f"{len(films)} films; issues: {dict(issues)}")
    for name, values in ranges.items():
        print(f"{name:28s} {shares(values)}")
    print(f"{'ratio against the stated one':28s} {shares(difference)}")


if __name__ == "__main__":
    main()
