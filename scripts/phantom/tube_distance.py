#!/usr/bin/env python3
"""Measures tube tip to carina on phantoms with known geometry: `tube_distance.py --hilum build/release/bin/hilum`.

Every film has its own patient, size and pixel spacing (rows and columns of their own); the points are the true ones
rounded to whole pixels, as somebody would place them. Every other film is resized, on each axis by a factor of its own,
and written as PNG, measured with --spacing and --original-size; the others are DICOM with their spacing in the header.
Points beside DICOM films come from CSV, the others from JSON. Needs numpy.

--detect BUNDLE adds what that bundle finds on the same films, by itself. The phantom's carina is where the axes of its bronchi
meet; a detector learns the ridge between them, so these rows count from the fork of the phantom's airway mask.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import tempfile

import numpy as np

import anatomy
import files
import render

BAR_MM = 2.0


def resized(image: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The nearest pixels of the original."""
    y = ((np.arange(rows) + 0.5) * image.shape[0] / rows).astype(int)
    x = ((np.arange(columns) + 0.5) * image.shape[1] / columns).astype(int)
    return image[y][:, x]


def in_resized(point: list, shape: tuple, rows: int, columns: int) -> list:
    """A point's place after resizing, in pixel centres."""
    return [(point[0] + 0.5) * columns / shape[1] - 0.5, (point[1] + 0.5) * rows / shape[0] - 0.5]


def record_of(hilum: str, arguments: list) -> dict:
    """The anatomy that the program gives."""
    command = [hilum, "measure", "--format", "jsonl", *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["anatomy"]


def measure(hilum: str, arguments: list) -> float:
    """The signed distance in mm that the program gives for given points."""
    found = record_of(hilum, ["--bundle", "none", *arguments])["measurements"]
    return next(m["value"] for m in found if m["name"] == "ett_tip_to_carina")


def landmark(found: dict, name: str):
    """A point of a record, or None."""
    return next((np.array([p["x"], p["y"]]) for p in found["landmarks"] if p["name"] == name), None)


def detect(hilum: str, bundle: str, path: pathlib.Path, picture: np.ndarray, tip: list, scale: np.ndarray, arguments: list) -> dict:
    """Errors in mm of what a bundle finds on a film; `picture` is the mask in its size, `scale` mm a pixel, x first."""
    masks = path.parent / "masks"
    masks.mkdir(exist_ok=True)
    files.write_png(str(masks / (path.stem + ".png")), picture)
    fork = landmark(record_of(hilum, ["--bundle", "none", "--given", masks, path, *arguments]), "carina")
    found = record_of(hilum, ["--bundle", bundle, path, *arguments])
    points = {name: landmark(found, name) for name in ("ett_tip", "carina")}
    true = {"ett_tip": np.array(tip), "carina": fork}
    errors = {name: float("nan") if points[name] is None else float(np.hypot(*((points[name] - true[name]) * scale)))
              for name in points}
    value = next((m["value"] for m in found["measurements"] if m["name"] == "ett_tip_to_carina" and "value" in m), float("nan"))
    sign = 1 if tip[1] <= fork[1] else -1
    return {**errors, "distance": abs(value - sign * float(np.hypot(*((np.array(tip) - fork) * scale))))}


def one_case(hilum: str, bundle: str | None, folder: pathlib.Path, number: int, rng) -> dict:
    """Draws a film and measures it."""
    spacing = tuple(float(f"{s:.4f}") for s in rng.uniform(0.7, 1.6, 2))
    rows, columns = (int(rng.uniform(380, 460) / s) for s in spacing)
    above = float(rng.uniform(-35, 80))
    patient = anatomy.make_patient(1000 + number, True, above)
    film = render.film(patient, rows, columns, spacing, number)
    points = {"ett_tip": render.to_pixel(patient.tube_tip, rows, columns, spacing),
              "carina": render.to_pixel(patient.carina, rows, columns, spacing)}
    truth = float(np.hypot(*(np.array(patient.tube_tip) - np.array(patient.carina)))) * (1 if above >= 0 else -1)
    if number % 2:
        path, table = folder / f"film{number}.dcm", folder / f"film{number}.csv"
        files.write_dicom(str(path), film, spacing, number)
        with table.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["image", "name", "x", "y"])
            writer.writerows([path.stem, name, round(x), round(y)] for name, (x, y) in points.items())
        size, tip, arguments = (rows, columns), points["ett_tip"], []
    else:
        path, table = folder / f"film{number}.png", folder / f"film{number}.json"
        small = tuple(int(n * f) for n, f in zip((rows, columns), rng.uniform(0.7, 1.4, 2)))
        files.write_png(str(path), resized((film / 4095 * 255).round().astype(np.uint8), *small))
        placed = {name: [round(v) for v in in_resized(p, (rows, columns), *small)] for name, p in points.items()}
        table.write_text(json.dumps({path.stem: placed}), encoding="utf-8")
        size, tip = small, in_resized(points["ett_tip"], (rows, columns), *small)
        arguments = ["--spacing", "{:g},{:g}".format(*spacing), "--original-size", f"{rows},{columns}"]
    case = {"resized": number % 2 == 0, "error": measure(hilum, [path, "--landmarks", table, *arguments]) - truth}
    if bundle:
        scale = np.array([spacing[1] * columns / size[1], spacing[0] * rows / size[0]])
        picture = resized(render.masks(patient, rows, columns, spacing), *size)
        case["detected"] = detect(hilum, bundle, path, picture, tip, scale, arguments)
    return case


def print_detected(cases: list) -> None:
    """What was found, over all films."""
    for name, spoken in (("ett_tip", "tip"), ("carina", "carina"), ("distance", "tip to carina")):
        errors = np.array([c["detected"][name] for c in cases])
        there = errors[np.isfinite(errors)]
        print(f"detected {spoken}: {len(there)} of {len(errors)} films, error median {np.median(there):.1f} mm, "
              f"90 % below {np.percentile(there, 90):.1f} mm, largest {there.max():.1f} mm, "
              f"within {BAR_MM:g} mm {int((there <= BAR_MM).sum())}, within 10 mm {int((there <= 10).sum())}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hilum", required=True)
    parser.add_argument("--detect", metavar="BUNDLE", help="also measure what this bundle finds")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        cases = [one_case(args.hilum, args.detect, pathlib.Path(folder), i, rng) for i in range(args.count)]
    good = True
    for name, part in (("DICOM", [c for c in cases if not c["resized"]]), ("resized PNG", [c for c in cases if c["resized"]])):
        errors = np.abs([c["error"] for c in part])
        good = good and bool((errors <= BAR_MM).all())
        print(f"{name}: {len(part)} films, error median {np.median(errors):.2f} mm, largest {errors.max():.2f} mm, "
              f"within {BAR_MM:g} mm {int((errors <= BAR_MM).sum())}")
    if args.detect:
        print_detected(cases)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
