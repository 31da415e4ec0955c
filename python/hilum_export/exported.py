"""An exported bundle through the C++ runtime (`hilum model trace`), against our modules and the recorded answers."""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import time

import torch

from hilum_export import tensor_file
from hilum_export.system import System

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECODES = {"greedy": {"strategy": "greedy"}, "greedy_no_trigram_block": {"strategy": "greedy", "trigram_penalty": 0},
           "beam3": {"strategy": "beam", "beam": 3}}
RUNTIME = "runtime "  # in front of a boundary's name in the report


@dataclasses.dataclass
class TracedCase:
    inputs: dict    # of hilum model trace
    roles: dict     # role.output -> what our modules returned
    recorded: dict  # name of a recorded boundary -> (function of the trace's outputs, recorded entry, first row left out?)
    rows: list      # (kind of search, study, recorded entry)


def find_hilum(given: str | None) -> str:
    candidates = [given] if given else [ROOT / "build" / kind / "bin" / "hilum" for kind in ("release", "dev")] + [shutil.which("hilum")]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return str(candidate)
    raise SystemExit("no hilum program: build it (cmake --preset release && cmake --build --preset release), or name it with --hilum")


def texts(inputs: dict) -> dict:
    """The conditioner's texts, as they are."""
    return {name: value for name, value in inputs.items() if name.startswith(("indication", "prior_report", "similar"))}


def recorded(entry: dict, plain: dict, without_first: dict) -> dict:
    """What was recorded of a case and the runtime shows: `plain` and `without_first` (first row of each study left out) map names
    to functions of the outputs; logits and log-probabilities of single steps are added."""
    out = {name: (pick, entry["tensors"][name], first) for picks, first in ((plain, False), (without_first, True))
           for name, pick in picks.items() if name in entry["tensors"]}
    for name, expected in entry["tensors"].items():
        if name.startswith("step") and name.endswith((".logits", ".logprobs")):
            step, kind = name[len("step"):].split(".")
            def pick(outputs, step=int(step), kind=kind):
                logits = torch.from_numpy(outputs["decoder.logits"][:, step].copy())
                return logits if kind == "logits" else torch.log_softmax(logits, -1)
            out[name] = (pick, expected, False)
    return out


def all_rows(entry: dict) -> list:
    return [(kind, i, expected) for kind in DECODES if kind in entry for i, expected in enumerate(entry[kind])]


def export(system: System, model, folder: pathlib.Path) -> pathlib.Path:
    """The bundle of `model` below `folder`, with a stand-in tokenizer where the system reads text."""
    bundle, files = folder / "bundle", []
    if system.tokenizer:
        tokenizer = folder / "tokenizer.json"
        tokenizer.write_text(json.dumps(system.tokenizer(), ensure_ascii=False), encoding="utf-8")
        files = [str(tokenizer)]
    system.export(model, str(bundle), *files)
    return bundle


def run(system: System, model, cases: dict, hilum: str, folder: pathlib.Path, threads: int, comparison) -> None:
    """Exports `model`, runs every case and compares."""
    bundle = export(system, model, folder)
    given = folder / "inputs"
    given.mkdir()
    files = {case: given / f"{i}.safetensors" for i, case in enumerate(cases)}
    for case, traced in cases.items():
        tensor_file.write(files[case], traced.inputs)
    kinds = [kind for kind in DECODES if any(kind == row[0] for traced in cases.values() for row in traced.rows)]
    command = [hilum, "model", "trace", str(bundle), "--inputs", *map(str, files.values()), "--out", str(folder / "out"),
               "--threads", str(threads)]
    for kind in kinds:
        command += ["--decode", json.dumps(DECODES[kind])]
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        comparison.failures.append(f"hilum model trace: exit code {done.returncode}: {done.stderr.strip()}")
        return
    print(f"{system.name:10} {len(cases)} cases through {hilum} in {time.monotonic() - begin:.0f} s")
    tokenizer = json.loads((bundle / "manifest.json").read_text()).get("tokenizer")
    for (case, traced), line in zip(cases.items(), done.stdout.splitlines()):
        outputs = tensor_file.read(folder / "out" / files[case].name)
        for name, expected in traced.roles.items():
            comparison.whole(case, RUNTIME + name, outputs[name], expected)
        for name, (pick, expected, first_left_out) in traced.recorded.items():
            (comparison.rest if first_left_out else comparison.tensor)(case, RUNTIME + name, pick(outputs), expected)
        for kind, study, expected in traced.rows:
            best = json.loads(line)["studies"][study]["decoded"][kinds.index(kind)]["hypotheses"][0]
            start = [tokenizer["bos"]] if system.recorded_start else []
            comparison.row(f"{RUNTIME}{case} {kind} {study}", start + best["ids"] + [tokenizer["eos"]] * best["ended"], expected)
