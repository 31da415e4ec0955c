#!/usr/bin/env python3
"""Fails on an include that points up or sideways between layers (CONTRIBUTING.md, "Layers")."""
import pathlib
import re
import sys

LEVELS = {
    "core": 0,
    "record": 1,
    "io": 2, "nlp": 2,
    "datasets": 3, "runtime": 3,
    "retrieval": 4, "anatomy": 4, "factcheck": 4, "eval": 4, "run": 4,
    "stages": 5,
}
# Third-party headers and the only places that may see them.
OWNERS = {
    r"(spdlog|openssl)/": ["src/core/"],
    r"dcmtk/": ["src/io/", "src/render/"],
    r"(png|jpeglib)\.h": ["src/io/"],
    r"opencv2/": ["src/io/", "src/modules/image_codecs/"],
    r"(torch|ATen|c10)/": ["src/modules/torch/"],
    r"sentencepiece": ["src/modules/sentencepiece/"],
    r"faiss/": ["src/modules/faiss/"],
    r"CLI/": ["tools/hilum/"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def layer_of(path: str):
    for root in ("src/", "include/hilum/"):
        if path.startswith(root):
            name = path[len(root):].split("/")[0]
            return name if name in LEVELS else None
    return None


def problems(root: pathlib.Path):
    for folder in ("src", "include", "tools"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cpp"):
                continue
            path = file.relative_to(root).as_posix()
            own = layer_of(path)
            for number, line in enumerate(file.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                used = target.split("/")[1] if target.startswith("hilum/") else target.split("/")[0]
                if own and used in LEVELS and used != own and LEVELS[used] >= LEVELS[own]:
                    yield f"{path}:{number}: layer {own} ({LEVELS[own]}) may not use {used} ({LEVELS[used]})"
                for pattern, owners in OWNERS.items():
                    if re.match(pattern, target) and not any(path.startswith(o) for o in owners):
                        yield f"{path}:{number}: {target} is kept inside {', '.join(owners)}"


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(problems(root))
    print("\n".join(found) if found else "layers: every include points down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
