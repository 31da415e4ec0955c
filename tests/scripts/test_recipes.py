"""Executes the recipes of CONTRIBUTING.md (its sections "Add …") in a copy of the checkout: applies their code blocks as the
section "Recipes" says, builds the program and runs what they run.

    tests/scripts/test_recipes.py ROOT [--only metric] [--keep FOLDER]

All recipes go into one copy, which builds in a minute where ccache has seen the checkout's own build.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

HEAD = re.compile(r"^(?://|#|<!--)\s*(file|in|run|prints)\b:?\s*(.*?)\s*(?:-->)?$")
PLACE = re.compile(r"(\S+) (after|before|instead of): (.*)$")
# Files of others that a recipe may touch at most.
MOST_TOUCHED = {"metric": 4, "subcommand": 4, "data set": 4, "role": 3}


def recipes(text):
    """{what is added: [(verb, what follows it, the block's rest)]} in the order of the document."""
    out = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title, body = section.split("\n", 1)
        if not title.startswith("Add "):
            continue
        blocks = []
        for indent, block in re.findall(r"^( *)```\w*\n(.*?)^ *```", body, flags=re.M | re.S):
            lines = textwrap.dedent(re.sub(f"^{indent}", "", block, flags=re.M)).split("\n")
            head = HEAD.match(lines[0])
            assert head, f"{title}: a block begins with '{lines[0]}', which says nothing of what it is"
            blocks.append((head.group(1), head.group(2), "\n".join(lines[1:])))
        out[re.sub(r"^Add (an? )?", "", title)] = blocks
    return out


def insert(root, what, place, text):
    match = PLACE.match(place)
    assert match, f"{what}: '{place}' is not 'PATH after|before|instead of: TEXT'"
    path, where, mark = root / match.group(1), match.group(2), match.group(3)
    lines = path.read_text().split("\n")
    at = next((i for i, line in enumerate(lines) if mark in line), None)
    assert at is not None, f"{what}: {match.group(1)} has no line with '{mark}'"
    begin, end = {"after": (at + 1, at + 1), "before": (at, at), "instead of": (at, at + 1)}[where]
    lines[begin:end] = text.rstrip("\n").split("\n")
    path.write_text("\n".join(lines))
    return match.group(1)


def apply(root, what, blocks):
    """Writes the blocks into the copy; returns the files of others that it touched."""
    made, touched = set(), set()
    for verb, rest, text in blocks:
        if verb == "file":
            path = root / rest
            assert not path.exists(), f"{what}: {rest} exists already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            made.add(rest)
        elif verb == "in":
            touched.add(insert(root, what, rest, text))
    return touched - made


def python_with(package):
    """A Python that has the package, or none."""
    for candidate in (os.environ.get("TORCH_PYTHON"), ROOT / ".venv/bin/python", sys.executable):
        if candidate and pathlib.Path(candidate).exists() and \
                subprocess.run([str(candidate), "-c", f"import {package}"], capture_output=True).returncode == 0:
            return str(candidate)
    return None


def execute(root, what, blocks):
    """Runs each `run` block and looks for what the next `prints` block says."""
    said = None
    environment = {**os.environ, "PATH": f"{root / 'build/release/bin'}:{os.environ['PATH']}", "PYTHONPATH": str(root / "python")}
    for verb, rest, text in blocks:
        if verb == "run":
            if "PyTorch" in rest:
                python = python_with("torch")
                if python is None:
                    print(f"{what}: not run, PyTorch is not installed")
                    return
                environment["PYTHON"] = python
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=root, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{what}: {text}\n{done.stdout}\n{done.stderr}"
            said = done.stdout + done.stderr
        elif verb == "prints":
            assert said is not None, f"{what}: 'prints' without 'run'"
            for line in filter(None, text.split("\n")):
                assert line in said, f"{what}: '{line}' is not printed, but:\n{said}"


def by_target(chosen):
    """The recipes by what must be built for them."""
    out = {}
    for what, blocks in chosen.items():
        named = [m.group(1) for verb, rest, _ in blocks if verb == "run" and (m := re.search(r"builds (\w+)", rest))]
        out.setdefault(named[0] if named else "hilum", {})[what] = blocks
    return out


def copy_of(root, folder):
    left_out = {"build", "models", ".git", ".venv", ".cache"}  # in the root; models/ is linked, it is large
    def ignored(place, names):
        return [n for n in names if n == "__pycache__" or (n in left_out and pathlib.Path(place) == root)]
    shutil.copytree(root, folder, ignore=ignored, dirs_exist_ok=True, symlinks=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(root / "models")


def call(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("root", type=pathlib.Path)
parser.add_argument("--only", help="one recipe, such as 'metric'")
parser.add_argument("--keep", type=pathlib.Path, help="work in this folder and leave it there")
args = parser.parse_args()
ROOT = args.root.resolve()
chosen = recipes((ROOT / "CONTRIBUTING.md").read_text())
if args.only:
    chosen = {args.only: chosen[args.only]}
for what, blocks in chosen.items():
    assert blocks, f"{what}: no code block"

with tempfile.TemporaryDirectory(prefix="recipes-") as name:
    scratch = (args.keep or pathlib.Path(name) / "hilum").resolve()
    copy_of(ROOT, scratch)
    # Those that build something else than the program come last: they may touch headers that everything includes.
    for target, group in sorted(by_target(chosen).items(), key=lambda item: item[0] != "hilum"):
        for what, blocks in group.items():
            touched = apply(scratch, what, blocks)
            assert len(touched) <= MOST_TOUCHED.get(what, 9), f"{what}: touches {sorted(touched)}"
        call("cmake", "--preset", "release", cwd=scratch)
        call("cmake", "--build", "--preset", "release", "--target", target, cwd=scratch)
        for what, blocks in group.items():
            execute(scratch, what, blocks)
            print(f"{what}: works as written", flush=True)
