#!/usr/bin/env python3
"""Fails on an include that breaks the house (CONTRIBUTING.md, "Layers"): upward, sideways or in a circle; of a third party
out of its place; of something internal in a public header; and on folders that hold too much.

  scripts/checks/check_layers.py [ROOT] [--sizes]
"""
import collections
import pathlib
import re
import sys

import layers

MOST_FILES = 22  # of code in one folder; about twenty is the aim
# Files and folders whose circles stand, to be undone; a circle with anything else in it fails.
STANDING = set("""
src/eval/structured/lunguage src/eval/structured/lunguage_rows src/factcheck/claims src/factcheck/entity_claims
src/factcheck/checks src/factcheck/factcheck src/modules/torch/dense_kernel src/modules/torch/dense_vectors
src/nlp/measurements/internal src/nlp/measurements/measurements src/nlp/entities src/nlp/facts src/nlp/radgraph
src/runtime/decoding/constraints src/runtime/decoding/left_out src/runtime/decoding/decoding
src/runtime/decoding/search src/runtime/models/model src/runtime/models/parts src/stages/generate/prior_rule
src/stages/generate/stage tools/hilum/generate/options.h
""".split())


def upward(include: layers.Include):
    own, used = layers.layer_of(include.file), layers.layer_of(include.target)
    module = layers.module_of(include.target)
    if module:
        if layers.module_of(include.file) == module:
            return None
        if not include.target.endswith("/abi.h") or layers.MODULES.get(module) != own:
            return f"module {module} is opened by {layers.MODULES.get(module)} alone, through its abi.h"
        return None
    if layers.module_of(include.file):
        return None if used == "core" else f"a module may use the core only, not {used}"
    if own and used and used != own and layers.LEVELS[used] >= layers.LEVELS[own]:
        return f"layer {own} ({layers.LEVELS[own]}) may not use {used} ({layers.LEVELS[used]})"
    return None


def across_commands(include: layers.Include):
    """Commands share what lies in app/ and options/; only app/ lists the commands."""
    own, used = (p.split("/") for p in (include.file, include.target))
    if own[0] != "tools" or used[0] != "tools" or own[2] == used[2] or used[2] in ("app", "options") or own[2] == "app" or \
            include.target in STANDING:
        return None
    return f"{own[2]} may not use {used[2]}: what commands share lies in options/"


def third_party(include: layers.Include):
    for pattern, owners in layers.OWNERS.items():
        if re.match(pattern, include.text):
            if any(include.file.startswith(o) for o in owners):
                return None
            return f"{include.text} is kept inside {', '.join(owners)}"
    if not include.quoted and not layers.SYSTEM.match(include.text):
        return f"{include.text} is of nobody that the table knows"
    return None


def of_public_header(include: layers.Include):
    if not include.file.startswith("include/") or not include.quoted or include.target is None:
        return None
    return None if include.target.startswith("include/") else f"a public header may not include {include.text}"


def of_includes(found: list):
    for include in found:
        checks = [third_party, of_public_header]
        if include.target:
            checks += [upward, across_commands]
        elif include.quoted:
            yield f"{include.file}:{include.line}: {include.text} is no file"
        for check in checks:
            problem = check(include)
            if problem:
                yield f"{include.file}:{include.line}: {problem}"


def of_files(root: pathlib.Path):
    """What stands outside the table, and folders that hold too much."""
    count = collections.Counter()
    for path in layers.code_files(root):
        count[path.rsplit("/", 1)[0]] += 1
        if layers.layer_of(path) is None and layers.module_of(path) not in layers.MODULES:
            yield f"{path}: in no layer of scripts/checks/layers.py"
    for folder, files in sorted(count.items()):
        if files > MOST_FILES and folder != "include/hilum":
            yield f"{folder}: {files} files of code, more than {MOST_FILES}"


def of_circles(found: list):
    """Circles of units (a header with its .cpp) and of folders, both within one layer."""
    units, folders = collections.defaultdict(set), collections.defaultdict(set)
    for include in found:
        if include.target is None or layers.layer_of(include.file) != layers.layer_of(include.target):
            continue
        for edges, of in ((units, layers.unit_of), (folders, layers.folder_of)):
            ends = of(include.file), of(include.target)
            if ends[0] != ends[1] and not any(e.startswith("include/") for e in ends):
                edges[ends[0]].add(ends[1])
    # The files of a layer's own folder are its top and its bottom, what its folders share; they are judged one by one.
    folders = {f: {o for o in others if o.count("/") > 1} for f, others in folders.items() if f.count("/") > 1}
    standing = set()
    for what, edges in (("files", units), ("folders", folders)):
        for group in layers.circles(edges):
            if STANDING.issuperset(group):
                standing.update(group)
            else:
                yield f"{what} that include one another in a circle: {', '.join(group)}"
    for name in sorted(STANDING - standing):
        if "--sizes" in sys.argv and not name.endswith(".h"):
            print(f"stands in no circle any more: {name}")


def sizes(root: pathlib.Path) -> None:
    """Prints files a folder and the share of comment lines of each public header."""
    count = collections.Counter(path.rsplit("/", 1)[0] for path in layers.code_files(root))
    for folder, files in sorted(count.items()):
        print(f"{files:4} files  {folder}")
    for header in sorted((root / "include/hilum").glob("*.h")):
        lines = [line.strip() for line in header.read_text().splitlines() if line.strip()]
        share = sum(line.startswith("//") for line in lines) / len(lines)
        print(f"{share:4.0%} comments  include/hilum/{header.name}{'' if .25 <= share <= .4 else '  (aim: 25 to 40 %)'}")


def main() -> int:
    args = [a for a in sys.argv[1:] if a != "--sizes"]
    root = pathlib.Path(args[0] if args else ".").resolve()
    found = layers.includes(root)
    problems = [*of_includes(found), *of_files(root), *of_circles(found)]
    if "--sizes" in sys.argv:
        sizes(root)
    print("\n".join(problems) if problems else "layers: every include points down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
