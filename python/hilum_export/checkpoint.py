"""Published checkpoints into our modules: no code is run on loading, and every key must have its place."""
import re

import torch
from torch import nn


class CheckpointError(Exception):
    """The file does not hold the tensors that the system needs."""


def load_tensors(path: str, wrap: str | None) -> dict:
    """The tensors by name. `wrap` is the dictionary entry that holds them. Uses the loader that refuses pickled code."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (RuntimeError, TypeError):  # older file layouts cannot be mapped, and PyTorch before 2.1 maps none
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CheckpointError(f"{path}: cannot be read without running code in it: {error}") from error
    if wrap is not None and isinstance(content, dict) and wrap in content:
        content = content[wrap]
    if not isinstance(content, dict) or not content or not all(isinstance(v, torch.Tensor) for v in content.values()):
        raise CheckpointError(f"{path}: holds no dictionary of tensors" + (f" under '{wrap}'" if wrap else ""))
    if all(name.startswith("module.") for name in content):  # saved from inside a DataParallel
        content = {name[len("module."):]: tensor for name, tensor in content.items()}
    return content


def fill(module: nn.Module, tensors: dict, renames=(), unused=()) -> None:
    """Copies `tensors` into `module`. Names are rewritten by `renames` first; those matching `unused` are passed over.
    Missing names, unexpected names and wrong shapes are an error that lists them."""
    wanted = {name: value for name, value in module.state_dict().items() if not name.endswith("num_batches_tracked")}
    problems = []
    found = {}
    for name, tensor in tensors.items():
        if any(re.search(pattern, name) for pattern in unused):
            continue
        target = name
        for pattern, replacement in renames:
            target = re.sub(pattern, replacement, target)
        if target not in wanted:
            problems.append(f"unexpected: {name}")
        elif wanted[target].shape != tensor.shape:
            problems.append(f"shape of {name}: {tuple(tensor.shape)}, needed {tuple(wanted[target].shape)}")
        else:
            found[target] = tensor
    problems += [f"missing: {name}" for name in wanted if name not in found and not any(name in p for p in problems)]
    if problems:
        shown = problems[:20] + ([f"… and {len(problems) - 20} more"] if len(problems) > 20 else [])
        raise CheckpointError("the checkpoint does not fit:\n  " + "\n  ".join(shown))
    module.load_state_dict(found, strict=False)
