"""Draws a training log (JSONL) as an SVG: one panel a quantity, steps from left to right. Needs no further package.

    python curves.py LOG.jsonl OUT.svg
"""

import json
import sys
from pathlib import Path

PANEL, WIDTH, HEIGHT, LEFT = 190, 560, 140, 70
COLORS = ("#1f5fa8", "#c2571a", "#2c8a4b", "#8a2c6b", "#6b6b2c", "#2c7f8a", "#444444", "#b03030")
LEFT_OUT = {"step", "epoch", "seconds", "args"}


def series_of(lines):
    """{panel: {name: [(step, value)]}}: numbers on their own, and objects of numbers together."""
    panels = {}
    for line in lines:
        at = line.get("step", line.get("epoch"))
        for key, value in line.items():
            if key in LEFT_OUT:
                continue
            named = value if isinstance(value, dict) else {key: value}
            for name, number in named.items():
                if isinstance(number, (int, float)) and not isinstance(number, bool):
                    panels.setdefault(key, {}).setdefault(name, []).append((at, number))
    return panels


def panel(title, lines, top):
    """One panel's SVG."""
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    x0, x1, y0, y1 = min(xs), max(max(xs), min(xs) + 1), min(ys), max(max(ys), min(ys) + 1e-6)

    def place(x, y):
        return f"{LEFT + (x - x0) / (x1 - x0) * WIDTH:.1f},{top + 24 + HEIGHT - (y - y0) / (y1 - y0) * HEIGHT:.1f}"
    out = [f'<text x="{LEFT}" y="{top + 14}" font-weight="bold">{title}</text>',
           f'<rect x="{LEFT}" y="{top + 24}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>',
           f'<text x="{LEFT - 6}" y="{top + 32}" text-anchor="end">{y1:.3g}</text>',
           f'<text x="{LEFT - 6}" y="{top + 24 + HEIGHT}" text-anchor="end">{y0:.3g}</text>',
           f'<text x="{LEFT + WIDTH}" y="{top + 36 + HEIGHT}" text-anchor="end">step {x1}</text>']
    for i, (name, points) in enumerate(lines.items()):
        color = COLORS[i % len(COLORS)]
        path = " ".join(place(x, y) for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        if len(lines) > 1:
            out.append(f'<text x="{LEFT + WIDTH + 8}" y="{top + 34 + 14 * i}" fill="{color}">{name}</text>')
    return out


def draw(log, out):
    """Reads `log` and writes the picture; nothing where the log has no numbers."""
    panels = series_of(json.loads(line) for line in Path(log).read_text(encoding="utf-8").splitlines())
    if not panels:
        return
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 160}" height="{PANEL * len(panels) + 10}" '
             'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>']
    for i, (title, lines) in enumerate(panels.items()):
        parts += panel(title, lines, PANEL * i + 4)
    Path(out).write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    draw(sys.argv[1], sys.argv[2])
