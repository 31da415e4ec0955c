"""Runs a bundle's image encoder and classifier over every image that records name, and stores what they say.

Takes up where it was stopped. An image that cannot be read is named and left out; so are its records later.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from hilum_train.data import cases
from hilum_train.data.cache_images import read_grey
from hilum_train.encoder.bundle_reader import BundleReader
from hilum_train.encoder.encoder import SIZE


class Store:
    """The growing arrays of one folder, one row an image; `images.json` is written last and names the rows."""

    def __init__(self, folder, rows):
        self.folder, self.rows, self.arrays = Path(folder), rows, {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def put(self, at, **values):
        for name, value in values.items():
            if name not in self.arrays:
                path, shape = self.folder / f"{name}.npy", (self.rows, *value.shape[1:])
                held = np.load(path, mmap_mode="r+") if path.exists() else None
                if held is None or held.shape != shape:
                    held = np.lib.format.open_memmap(path, "w+", np.float16 if name == "patches" else np.float32, shape)
                self.arrays[name] = held
            self.arrays[name][at:at + len(value)] = value

    def progress(self, paths):
        """(images that an earlier run has behind it, those of them that it could not read)."""
        file = self.folder / "progress.json"
        said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return (said["done"], said["unread"]) if said.get("paths") == paths else (0, [])

    def note(self, paths, count, unread):
        said = json.dumps({"paths": paths, "done": count, "unread": unread})
        (self.folder / "progress.json").write_text(said, encoding="utf-8")


def readable(path):
    """The picture's grey levels, or None with a word on why not."""
    try:
        return read_grey(path)
    except OSError as error:
        print(f"{path}: {error}; left out", file=sys.stderr)
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="+", help="JSONL files of records")
    parser.add_argument("--bundle", required=True, help="whose image encoder and classifier run")
    parser.add_argument("--out", required=True, help="folder of the stored features")
    parser.add_argument("--batch", type=int, default=32)
    args = parser.parse_args()

    torch.set_num_threads(1)
    reader = BundleReader(args.bundle)
    paths = cases.paths_of([record for file in args.records for record in cases.read(file)])
    store, began = Store(args.out, len(paths)), time.time()
    first, unread = store.progress(paths)
    for at in range(first, len(paths), args.batch):
        pictures = [readable(path) for path in paths[at:at + args.batch]]
        unread += [path for path, picture in zip(paths[at:], pictures) if picture is None]
        grey = np.stack([np.zeros((SIZE, SIZE), np.uint8) if p is None else p for p in pictures])
        patches, pooled, predictions = reader(grey)
        store.put(at, patches=patches, pooled=pooled, predictions=predictions)
        count = at + len(pictures)
        if at // args.batch % 20 == 0 or count == len(paths):
            print(f"{count}/{len(paths)} {(count - first) / (time.time() - began):.1f} images/s", flush=True)
            store.note(paths, count, unread)
    index = {"paths": ["" if path in set(unread) else path for path in paths],
             "labels": [{k: label[k] for k in ("name", "threshold")} for label in reader.labels]}
    (Path(args.out) / "images.json").write_text(json.dumps(index), encoding="utf-8")


if __name__ == "__main__":
    main()
