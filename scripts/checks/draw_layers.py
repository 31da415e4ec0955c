#!/usr/bin/env python3
"""Draws docs/pictures/architecture.svg from the includes: layers as rows, folders as boxes, arrows counted.

  scripts/checks/draw_layers.py [ROOT]           writes the picture
  scripts/checks/draw_layers.py [ROOT] --check   exit code 1: the committed picture is out of date

An arrow stands for at least one include; how many is in the line below the folders, and the arrow's width follows it.
Everything uses the lowest two layers, so no arrow is drawn to them. --check looks at what there is, not at the numbers.
"""
import collections
import html
import math
import pathlib
import re
import sys

import layers

PICTURE = "docs/pictures/architecture.svg"
WIDTH, MARGIN, GAP, ROW_GAP = 1180, 20, 16, 44
PAD, HEAD, BOX, BOX_GAP, LINE = 12, 40, 26, 6, 16
CHAR, WIDE = 6.5, 7.4  # a letter of the small text, and of a folder's name
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1d2733 }
.panel { fill: #f6f8fa; stroke: #8795a5 } .module { fill: none; stroke: #8795a5; stroke-dasharray: 5 4 }
.box { fill: #dbe7f3; stroke: #a9bfd6 } .name { font-size: 15px; font-weight: 600 } .quiet { fill: #57646f; font-size: 11px }
.arrow { fill: none; stroke: #4878a8; opacity: .5 } .head { fill: #4878a8 } .level { fill: #8795a5; font-size: 11px }
@media (prefers-color-scheme: dark) {
  text { fill: #e3e9ef } .panel { fill: #1b222a; stroke: #5b6876 } .module { stroke: #5b6876 }
  .box { fill: #29405a; stroke: #3d5c7d } .quiet { fill: #9fadba } .arrow { stroke: #7db0e0 } .head { fill: #7db0e0 }
}"""


class House:
    """What is drawn: files by folder of each layer, public headers, includes between layers."""

    def __init__(self, root: pathlib.Path):
        self.folders = collections.defaultdict(collections.Counter)
        self.public = collections.defaultdict(list)
        self.arrows = collections.Counter()
        for path in layers.code_files(root):
            layer = layers.layer_of(path)
            if path.startswith("include/"):
                self.public[layer].append(path.split("/")[-1])
            elif layer:
                self.folders[layer][self.folder(path, layer)] += 1
        for include in layers.includes(root):
            if include.target:
                ends = layers.layer_of(include.file), layers.layer_of(include.target)
                if None not in ends and ends[0] != ends[1]:
                    self.arrows[ends] += 1

    @staticmethod
    def folder(path: str, layer: str) -> str:
        """The folder inside the layer; the layer's own name for what lies in it directly."""
        inner = path.split("/")[2:-1]
        return inner[0] if inner else layer


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{html.escape(words)}</text>'


def lines_of(words: list, width: float, joint: str) -> list:
    """Words joined into lines that fit."""
    out = [""]
    for word in words:
        longer = out[-1] + joint + word if out[-1] else word
        if len(longer) * CHAR > width and out[-1]:
            out.append(word)
        else:
            out[-1] = longer
    return [line for line in out if line]


class Panel:
    """One layer: name, folders, public headers, what it uses."""

    def __init__(self, house: House, layer: str, x: float, width: float):
        self.layer, self.x, self.width = layer, x, width
        inner = width - 2 * PAD
        self.boxes, self.below = [], []
        bx, by = 0.0, 0
        for folder, files in sorted(house.folders[layer].items(), key=lambda item: (item[0] != layer, item[0])):
            label = f"{folder} {files}"
            w = len(label) * WIDE + 14
            if bx and bx + w > inner:
                bx, by = 0, by + BOX + BOX_GAP
            self.boxes.append((bx, by, w, folder, files))
            bx += w + BOX_GAP
        self.under = HEAD + (by + BOX if self.boxes else 0) + 18
        if house.public[layer]:
            self.below += lines_of(["public: " + house.public[layer][0], *house.public[layer][1:]], inner, "  ")
        used = sorted((b for a, b in house.arrows if a == layer), key=lambda b: -layers.LEVELS[b])
        if used:
            self.below += lines_of(["uses: " + f"{used[0]} {house.arrows[layer, used[0]]}",
                                    *(f"{b} {house.arrows[layer, b]}" for b in used[1:])], inner, " · ")
        self.height = self.under + LINE * len(self.below)
        self.y = 0.0

    def svg(self):
        x, y = self.x + PAD, self.y
        yield f'<rect class="panel" x="{self.x:.0f}" y="{y:.0f}" width="{self.width:.0f}" height="{self.height:.0f}" rx="8"/>'
        yield text(x, y + 24, self.layer if self.layer != "tools" else "tools/hilum", "name")
        shift = len(self.layer if self.layer != "tools" else "tools/hilum") * 9 + 10
        if shift + len(layers.LAYERS[self.layer][1]) * CHAR < self.width - 2 * PAD:
            yield text(x + shift, y + 24, layers.LAYERS[self.layer][1], "quiet")
        for bx, by, w, folder, files in self.boxes:
            top = y + HEAD + by
            yield f'<rect class="box" x="{x + bx:.0f}" y="{top:.0f}" width="{w:.0f}" height="{BOX}" rx="4"/>'
            yield (f'<text x="{x + bx + 8:.0f}" y="{top + 17:.0f}">{html.escape(folder)} '
                   f'<tspan class="quiet">{files}</tspan></text>')
        for i, line in enumerate(self.below):
            yield text(x, y + self.under + LINE * i, line, "quiet")


def rows_of(house: House) -> list:
    """Panels by row, the highest level first; widths of a row by how much its layers hold."""
    rows = []
    for level in sorted(set(layers.LEVELS.values()), reverse=True):
        names = [name for name, its in layers.LEVELS.items() if its == level]
        weights = [max(3.0, sum(len(f) + 5 for f in house.folders[n]) / 8) for n in names]
        room, x, row = WIDTH - 2 * MARGIN - 40 - GAP * (len(names) - 1), MARGIN + 40.0, []
        for name, weight in zip(names, weights):
            width = room * weight / sum(weights)
            row.append(Panel(house, name, x, width))
            x += width + GAP
        rows.append((level, row))
    return rows


def arrow(a: Panel, b: Panel, count: int, slot: float) -> str:
    x0, y0 = a.x + a.width * slot, a.y + a.height
    x1, y1 = b.x + b.width * (.15 + .7 * slot), b.y - 2
    bend = max(24.0, (y1 - y0) / 2)
    width = .8 + .55 * math.log2(count + 1)
    return (f'<path class="arrow" d="M{x0:.0f} {y0:.0f} C{x0:.0f} {y0 + bend:.0f} {x1:.0f} {y1 - bend:.0f} {x1:.0f} {y1:.0f}" '
            f'stroke-width="{width:.1f}" marker-end="url(#tip)"><title>{a.layer} to {b.layer}: {count}</title></path>')


def draw(root: pathlib.Path) -> str:
    house = House(root)
    rows, y = rows_of(house), float(MARGIN)
    for _, row in rows:
        for panel in row:
            panel.y = y
        y += max(panel.height for panel in row) + ROW_GAP
    panels = {panel.layer: panel for _, row in rows for panel in row}
    modules = y
    height = modules + 56 + 22 + MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}">',
           "<!-- Made by scripts/checks/draw_layers.py; do not edit. -->", f"<style>{STYLE}\n</style>",
           '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto" '
           'markerUnits="userSpaceOnUse"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>']
    for name, panel in panels.items():
        used = sorted((b for a, b in house.arrows if a == name and layers.LEVELS[b] > 1), key=lambda b: panels[b].x)
        out += [arrow(panel, panels[b], house.arrows[name, b], (i + 1) / (len(used) + 1)) for i, b in enumerate(used)]
    for level, row in rows:
        out.append(text(MARGIN, row[0].y + 24, str(level), "level"))
        for panel in row:
            out += panel.svg()
    out.append(f'<rect class="module" x="{MARGIN + 40}" y="{modules:.0f}" width="{WIDTH - 2 * MARGIN - 40}" height="56" rx="8"/>')
    out.append(text(MARGIN + 52, modules + 24, "modules", "name"))
    out.append(text(MARGIN + 130, modules + 24, "shared libraries opened at run time through abi.h", "quiet"))
    out.append(text(MARGIN + 52, modules + 44, " · ".join(f"{m} by {layer}" for m, layer in layers.MODULES.items()), "quiet"))
    out.append(text(MARGIN + 40, modules + 74, "Numbers: files of code in a folder, includes of a layer. Arrows to record and core, which "
                    "everything uses, are not drawn.", "quiet"))
    return "\n".join([*out, "</svg>"]) + "\n"


def shown(picture: str) -> list:
    """The words of a picture without its numbers and places: layers, folders, public headers and arrows."""
    words = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", " ", picture)
    return sorted(word for word in re.sub(r"\b\d+\b|[·:]", " ", words).split())


def main() -> int:
    args = [a for a in sys.argv[1:] if a != "--check"]
    root = pathlib.Path(args[0] if args else ".").resolve()
    picture, path = draw(root), root / PICTURE
    if "--check" not in sys.argv:
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture)
        return 0
    if not path.exists() or shown(path.read_text()) != shown(picture):
        print(f"{PICTURE} is out of date: run scripts/checks/draw_layers.py and commit it")
        return 1
    print(f"{PICTURE} shows the includes as they are")
    return 0


if __name__ == "__main__":
    sys.exit(main())
