"""Writes a bundle: scripts the modules, copies the tokenizer, states hashes (docs/bundles.md)."""
import argparse
import hashlib
import json
import pathlib
import shutil
import zipfile

import torch

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def argument_parser(description: str, tokenizer: bool = True) -> argparse.ArgumentParser:
    """The options every exporter has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    if tokenizer:
        parser.add_argument("--tokenizer", required=True, help="the tokenizer.json (or BERT's vocab.txt) the checkpoint was trained with")
    parser.add_argument("--license", help="the licence text to put beside the weights")
    parser.add_argument("--out", required=True, help="the folder to make")
    return parser


def imagenet_preprocess(steps: list) -> dict:
    return {"photometric": "MONOCHROME2", "channels": 3, "steps": steps, "scale": 255.0, **IMAGENET}


def entry(folder: pathlib.Path, name: str, role: str) -> dict:
    """Role, size and hash of one file, for the manifest's list."""
    data = (folder / name).read_bytes()
    return {"path": name, "role": role, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def wordpiece_settings(path: str, lower: bool) -> dict:
    """The manifest's `tokenizer` for BERT's vocab.txt or tokenizer.json."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    ids = json.loads(text)["model"]["vocab"] if path.endswith(".json") else {w: i for i, w in enumerate(text.split("\n"))}
    return {"type": "wordpiece", "lower": lower,
            **{key: ids[word] for key, word in (("pad", "[PAD]"), ("bos", "[CLS]"), ("eos", "[SEP]"), ("unk", "[UNK]"))}}


def round_weights(module) -> None:
    """Rounds the weights to half precision; they stay float32, of which deflating then takes away half."""
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.is_floating_point() and tensor.abs().max() < torch.finfo(torch.half).max:
                tensor.copy_(tensor.half().float())


def save(module, path, compact: bool = False) -> None:
    """Saves a scripted module without its debug records, which hold the exporting machine's source paths. `compact` rounds
    the weights and deflates them, which halves the file; a frozen module's must have been rounded before."""
    if compact:
        round_weights(module)
    module.save(str(path))
    with zipfile.ZipFile(path) as archive:
        records = [(name, archive.read(name)) for name in archive.namelist() if not name.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in records:
            archive.writestr(zipfile.ZipInfo(name), content,
                             zipfile.ZIP_DEFLATED if compact and name.split("/")[-2] in ("data", "constants")
                             else zipfile.ZIP_STORED, 9)


def write(out: str, name: str, modules: dict, preprocess: dict | None, tokenizer: str | None, license_file: str | None = None,
          tokenizer_settings: dict | None = None, **manifest) -> pathlib.Path:
    """Makes the folder `out`; `modules` maps roles to modules in eval mode; further keys go into the manifest."""
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for role, module in modules.items():
        save(torch.jit.script(module.eval().requires_grad_(False)), folder / f"{role}.pt")
        files.append(entry(folder, f"{role}.pt", role))
    content = {"format": "hilum-bundle", "format_version": 1, "name": name, "version": "1",
               "license": "as the published checkpoint", "intended_use": "Research only; not for diagnosis.",
               "engine": {"min_libtorch": "1.13"}, **({"preprocess": preprocess} if preprocess else {}), **manifest}
    if tokenizer:
        file = "tokenizer.json" if tokenizer.endswith(".json") else "vocab.txt"
        shutil.copyfile(tokenizer, folder / file)
        content["tokenizer"] = {"file": file, **(tokenizer_settings or {})}
        files.append(entry(folder, file, "tokenizer"))
    if license_file:
        shutil.copyfile(license_file, folder / "LICENSE")
    content["files"] = files
    (folder / "manifest.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder
