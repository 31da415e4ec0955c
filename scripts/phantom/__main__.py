"""Renders a chest phantom: `python3 scripts/phantom --out chest.dcm --truth chest.json`.

Deterministic: the same arguments give the same bytes. Needs numpy only.
"""
import argparse
import json

import numpy as np

import anatomy
import files
import render


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="phantom", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="a .dcm or .png file")
    parser.add_argument("--truth", help="write the geometry here as JSON (pixels zero-based, distances in mm)")
    parser.add_argument("--masks", help="write a PNG: 1 right lung, 2 left lung, 3 heart, 4 airway")
    parser.add_argument("--seed", type=int, default=1, help="which patient")
    parser.add_argument("--size", type=int, nargs=2, default=(512, 512), metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--spacing", type=float, nargs=2, default=(0.7, 0.7), metavar=("ROW", "COLUMN"), help="mm")
    parser.add_argument("--tube", action="store_true", help="with an endotracheal tube")
    parser.add_argument("--tip-above-carina", type=float, help="mm; negative: in the right main bronchus")
    parser.add_argument("--cardiothoracic-ratio", type=float)
    parser.add_argument("--photons", type=float, default=4e4, help="fewer make more noise")
    return parser.parse_args()


def main() -> None:
    args = parse_arguments()
    spacing, (rows, columns) = tuple(args.spacing), args.size
    patient = anatomy.make_patient(args.seed, args.tube, args.tip_above_carina, args.cardiothoracic_ratio)
    pixels = render.film(patient, rows, columns, spacing, args.seed, args.photons)
    if args.out.endswith(".dcm"):
        files.write_dicom(args.out, pixels, spacing, args.seed)
    else:
        files.write_png(args.out, (pixels / 4095 * 255).round().astype(np.uint8))
    if args.masks:
        files.write_png(args.masks, render.masks(patient, rows, columns, spacing))
    if args.truth:
        truth = {"spacing_mm": list(spacing), "size": [rows, columns],
                 "carina": render.to_pixel(patient.carina, rows, columns, spacing),
                 "cardiothoracic_ratio": patient.heart_width / patient.thorax_width,
                 "heart_width_mm": patient.heart_width, "thorax_width_mm": patient.thorax_width}
        if patient.tube_tip:
            truth["tube_tip"] = render.to_pixel(patient.tube_tip, rows, columns, spacing)
            truth["tip_to_carina_mm"] = float(np.hypot(*(np.array(patient.tube_tip) - np.array(patient.carina))))
            truth["tip_above_carina_mm"] = patient.carina[1] - patient.tube_tip[1]
        with open(args.truth, "w", encoding="utf-8") as file:
            json.dump(truth, file, indent=1)


if __name__ == "__main__":
    main()
