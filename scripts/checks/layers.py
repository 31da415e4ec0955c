"""The layers as a table, and the includes between files. check_layers.py judges them, draw_layers.py draws them."""
import dataclasses
import pathlib
import re

# Lowest first: level, folder under src/, what it holds. An include points to a lower level, never up or sideways.
LAYERS = {
    "core": (0, "status, streams, files, text"),
    "record": (1, "study record, JSON Lines, CSV"),
    "io": (2, "films into pictures"),
    "nlp": (2, "clinical language"),
    "datasets": (3, "studies of data sets"),
    "runtime": (3, "bundles, decoding, models"),
    "retrieval": (4, "similar cases"),
    "anatomy": (4, "geometry of a film"),
    "factcheck": (4, "claims and edits"),
    "eval": (4, "scores"),
    "run": (4, "the loop: source, stage, writer"),
    "stages": (5, "one folder a stage"),
    "tools": (6, "the command line"),
}
LEVELS = {name: level for name, (level, _) in LAYERS.items()}
# Opened at run time: each module sees itself and the core, and one layer opens it through its abi.h.
MODULES = {"image_codecs": "io", "sentencepiece": "runtime", "torch": "runtime", "faiss": "retrieval"}
# Public headers (include/hilum/NAME.h) by the layer that implements them.
PUBLIC = {
    "core": "status error_code streams",
    "record": "json jsonl record",
    "io": "image preprocess",
    "datasets": "datasets",
    "runtime": "bundle model",
    "retrieval": "index",
    "run": "stage run",
    "eval": "metrics evaluate",
    "stages": "hilum generate measure retrieve label entities sections structure diff factcheck",
}
LAYER_OF_PUBLIC = {name: layer for layer, names in PUBLIC.items() for name in names.split()}
# Third-party headers and the only places that may see them.
OWNERS = {
    r"spdlog/": ["src/core/"],
    r"openssl/": ["src/core/"],
    r"dcmtk/": ["src/io/dicom/", "src/stages/export/"],
    r"(png|jpeglib|jerror)\.h": ["src/io/raster/"],
    r"zlib\.h": ["src/io/raster/", "src/datasets/", "src/eval/meteor/"],
    r"opencv2/": ["src/modules/image_codecs/"],
    r"(torch|ATen|c10)/": ["src/modules/torch/"],
    r"omp\.h": ["src/modules/faiss/", "src/modules/torch/"],
    r"sentencepiece": ["src/modules/sentencepiece/"],
    r"faiss/": ["src/modules/faiss/"],
    r"CLI/": ["tools/hilum/"],
    # The whole of nlohmann's JSON costs a second and a half a file, so headers take the forward declarations.
    r"nlohmann/json_fwd\.hpp": ["include/hilum/json.h"],
    r"nlohmann/json\.hpp": [f"src/{layer}/" for layer in LAYERS if layer not in ("core", "tools")] + ["tools/hilum/"],
}
# What the C++ standard and the system give; anything else in <> needs an owner above.
SYSTEM = re.compile(r"[a-z_0-9]+$|(sys|linux|netinet|arpa)/|(unistd|fcntl|sched|dlfcn|malloc|poll|pthread|signal|termios|dirent"
                    r"|glob|stdint|stddef|string|stdlib|stdio|errno|math|time|[a-z]mmintrin|immintrin)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


@dataclasses.dataclass(frozen=True)
class Include:
    file: str     # from the root of the checkout
    line: int
    text: str     # between the quotes or brackets
    quoted: bool
    target: str | None  # the file of ours that it names, from the root


def code_files(root: pathlib.Path):
    """Paths of all code of the library and the program, from the root."""
    for folder in ("include", "src", "tools"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".h", ".cpp", ".inc"):
                yield file.relative_to(root).as_posix()


def includes(root: pathlib.Path) -> list[Include]:
    out = []
    for path in code_files(root):
        places = [(root / path).parent, root / "src", root / "include", root / "tools/hilum"]
        for number, line in enumerate((root / path).read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, text = match.group(1) == '"', match.group(2)
            found = next((p / text for p in places if (p / text).is_file()), None) if quoted else None
            target = found.resolve().relative_to(root).as_posix() if found else None
            out.append(Include(path, number, text, quoted, target))
    return out


def layer_of(path: str) -> str | None:
    """The layer of a file of ours; none for modules and for what the table does not know."""
    parts = path.split("/")
    if parts[0] == "tools":
        return "tools"
    if parts[0] == "include":
        return LAYER_OF_PUBLIC.get(parts[-1].removesuffix(".h"))
    return parts[1] if parts[0] == "src" and parts[1] in LEVELS else None


def module_of(path: str) -> str | None:
    parts = path.split("/")
    return parts[2] if parts[:2] == ["src", "modules"] else None


def unit_of(path: str) -> str:
    """A header and the .cpp of its name are one unit. A public header is its own: it declares, for its layer too."""
    return path if path.startswith("include/") else path.rsplit(".", 1)[0]


def folder_of(path: str) -> str:
    return path.rsplit("/", 1)[0]


def circles(edges: dict) -> list[list]:
    """The strongly connected groups of more than one node."""
    index, low, stack, on, out = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        for other in sorted(edges.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
                on.discard(group[-1])
            if len(group) > 1:
                out.append(sorted(group))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return out
