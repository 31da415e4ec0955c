#!/usr/bin/env python3
"""Compares Hilum's pixels with those of pydicom and Pillow (scripts/bench/requirements.txt), file by file.

  scripts/bench/compare_pixels.py build/release/bin/hilum FILE.dcm...

Prints a table: largest difference of the 16-bit values and of the 8-bit picture after the resize to 224x224. Fails
when a lossless file differs at all, or a resized picture by more than one grey level.
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

import peer_pixels as pipeline


def compare(hilum, path, folder):
    pixels, seen = folder / "pixels.png", folder / "seen.png"
    subprocess.run([hilum, "inspect", path, "--pixels", pixels, "--png", seen], check=True, stdout=subprocess.DEVNULL)
    try:
        scaled, ds = pipeline.grey(path)
    except RuntimeError:
        return None
    ours = np.asarray(Image.open(pixels)).astype(np.int64)
    peers = np.rint((scaled if ds.PhotometricInterpretation != "MONOCHROME1" else 1.0 - scaled) * 65535.0)
    peers = (65535 - peers if ds.PhotometricInterpretation == "MONOCHROME1" else peers).astype(np.int64)
    resized = np.abs(np.asarray(Image.open(seen)).astype(int) - np.asarray(pipeline.model_image(path)).astype(int))
    syntax = ds.file_meta.TransferSyntaxUID
    difference = np.abs(ours - peers)
    return syntax, int(difference.max()), float((difference > 0).mean()), int(resized.max())


def main():
    hilum, files = sys.argv[1], sys.argv[2:]
    failed = False
    print("| file | coding | lossless | largest difference, 16 bit | pixels that differ | after resize, 8 bit |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            result = compare(hilum, path, pathlib.Path(folder))
            if result is None:
                print(f"| {pathlib.Path(path).name} | not decoded by pydicom's plug-ins | | | | |")
                continue
            syntax, full, share, resized = result
            lossless = syntax in pipeline.LOSSLESS
            failed |= resized > 1 or (lossless and full > 0)
            print(f"| {pathlib.Path(path).name} | {syntax.name} | {'yes' if lossless else 'no'} | {full} | "
                  f"{share:.2%} | {resized} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
