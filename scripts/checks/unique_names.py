#!/usr/bin/env python3
"""Fails when a type's name stands twice in one namespace: two definitions in one program are undefined behaviour.

  scripts/checks/unique_names.py [ROOT]        needs universal-ctags

Types in nameless namespaces and inside functions belong to their file and may repeat.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys


def types(root: pathlib.Path):
    """(full name, file, line) of each type that other files could see."""
    folders = [str(root / name) for name in ("include", "src", "tools") if (root / name).is_dir()]
    done = subprocess.run(["ctags", "-R", "--languages=C++", "--langmap=C++:+.h", "--c++-kinds=csuget", "--fields=+nstZ",
                           "--output-format=json", "-f", "-", *folders], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        scope = tag.get("scope", "")
        if "__anon" in scope or "__anon" in tag["name"] or tag.get("scopeKind") == "function":
            continue
        if tag["kind"] == "typedef" and tag.get("typeref", "").split(":")[-1] == tag["name"]:
            continue  # typedef struct X X, as C has it
        yield f"{scope}::{tag['name']}" if scope else tag["name"], tag["path"], tag["line"]


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    if not shutil.which("ctags"):
        print("skipped: ctags is not installed (scripts/setup.sh installs universal-ctags)")
        return 77
    places = collections.defaultdict(set)
    for name, path, line in types(root):
        places[name].add((pathlib.Path(path).relative_to(root).as_posix(), line))
    twice = {name: sorted(where) for name, where in places.items() if len(where) > 1}
    for name, where in sorted(twice.items()):
        print(f"{name} is defined {len(where)} times: " + ", ".join(f"{path}:{line}" for path, line in where))
    if not twice:
        print(f"unique names: {len(places)} types, none twice")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
