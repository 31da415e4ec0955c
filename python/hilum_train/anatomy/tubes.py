"""Draws endotracheal tubes into the airway of a film, and the lines and wires of other things beside them.

Sizes go with the airway's width (a trachea is about 20 mm wide, a tube 9 to 12 mm outside). Half of the tips lie where real
ones do (tube_places.py), half near the carina or past it, for a tube in the wrong place is the one that matters. Nothing of it
is shared with scripts/phantom, whose tubes are the test.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from hilum_train.anatomy import landmarks

# Share of the tips that lie where real ones do; how many rows above the carina the others begin; and of those past it the share
# on the right (the picture's left).
LIKELY, NEAR, DEEP_RIGHT = 0.5, 60, 0.85
# Faintest and brightest of the lines that show on films, in grey levels.
LINE = (7, 85)
# Rows of a tube that show at least.
SHORTEST = 25


def centre_line(airway, carina, left):
    """Rows, centres and widths of the trachea, and below the carina of the bronchus on the picture's left or right."""
    rows, centres, widths = [], [], []
    for y in np.flatnonzero(airway.any(axis=1)):
        parts = landmarks.runs(airway[y])
        if y >= carina[1]:
            # The other bronchus often goes on further down.
            parts = [p for p in parts if ((p[0] + p[1] - 1) / 2 < carina[0]) == left]
            if not parts:
                break
        start, end = max(parts, key=lambda p: p[1] - p[0])
        rows.append(float(y))
        centres.append((start + end - 1) / 2)
        widths.append(end - start)
    return np.array(rows), np.array(centres), np.array(widths, float)


def smooth(values, reach):
    """Moving average that keeps the ends."""
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid")


def wander(count, rng, waves=2):
    """A smooth random curve between -1 and 1."""
    t = np.linspace(0, 1, count)
    curve = sum(rng.normal() * np.sin(np.pi * (k + 1) * t + rng.uniform(0, 2 * np.pi)) for k in range(waves))
    return curve / max(1.0, np.abs(curve).max())


def hollow(across, radius, wall):
    """Thickness of a hollow cylinder along the rays, 1 at most, at distances `across` from its axis."""
    outer = np.sqrt(np.clip(radius**2 - across**2, 0, None))
    inner = np.sqrt(np.clip((radius * (1 - wall)) ** 2 - across**2, 0, None))
    return (outer - inner) / max(1e-6, np.sqrt(radius**2 - (radius * (1 - wall)) ** 2))


def tube(film, airway, carina, places, rng):
    """Draws a tube into `film` (f32[H,W], in place) and gives its tip (x, y), or None where the airway has no room.

    `places` f32[N,2] are the tips of real tubes counted from the carina, in pixels of `film`.
    """
    likely = places[rng.integers(len(places))] if rng.random() < LIKELY else None
    left = likely[0] < 0 if likely is not None else rng.random() < DEEP_RIGHT
    rows, centres, widths = centre_line(airway, carina, left)
    above = int((rows < carina[1]).sum())
    if above < 40 or len(rows) - above < 6:
        return None
    calibre = np.median(widths[above // 4:max(above // 4 + 1, above - 25)])
    if likely is not None:
        last = min(len(rows) - 2, above + round(float(likely[1])))
    else:
        last = int(rng.integers(above - NEAR, len(rows) - 1))
    if last < SHORTEST:
        return None
    radius = 0.5 * calibre * rng.uniform(0.38, 0.62)
    room = max(0.0, calibre / 2 - radius)
    rows, path = rows[:last + 1], smooth(centres, 9)[:last + 1] + room * wander(last + 1, rng)
    slope = np.gradient(path)
    lean = 1 / np.sqrt(1 + slope**2)
    first, bottom = int(rows[0]), int(rows[-1])
    left = max(0, int(path.min() - radius - 8))
    right = min(film.shape[1], int(path.max() + radius + 9))
    x = np.arange(left, right)
    reach = min(film.shape[0] - 1, bottom + int(radius) + 2) - bottom
    more = np.arange(1, reach + 1)
    direction = slope[-8:].mean()
    path = np.concatenate([path, path[-1] + direction * more])
    lean = np.concatenate([lean, np.full(reach, lean[-1])])
    across = (x[None] - path[:, None]) * lean[:, None]
    below = (np.arange(len(path)) - (len(rows) - 1))[:, None] * lean[:, None] + 0 * across
    bevel = rng.uniform(-0.9, 0.9)
    end = np.clip(0.5 - (below + bevel * across), 0, 1)
    drawn = rng.uniform(2, 26) * hollow(across, radius, rng.uniform(0.12, 0.3)) * end
    if rng.random() < 0.9:
        # The line that shows on films; its end is the tip's or a little above it.
        offset, width = rng.uniform(-0.9, 0.9) * radius, rng.uniform(0.45, 1.0)
        line = np.exp(-((across - offset) ** 2) / (2 * width**2)) * np.clip(0.5 - below - rng.uniform(-1, 3), 0, 1)
        drawn = drawn + np.exp(rng.uniform(*np.log(LINE))) * line
    if rng.random() < 0.3:
        drawn = drawn - rng.uniform(2, 14) * np.exp(-((np.abs(across) / (calibre * 0.55)) ** 4)) * np.exp(
            -(((below + rng.uniform(14, 30)) / 9) ** 4))
    film[first:first + len(path), left:right] += drawn[: film.shape[0] - first]
    return float(path[len(rows) - 1]), float(bottom)


def curve(shape, points, width, sigma):
    """A line through points, 1 at its middle."""
    image = Image.new("L", (shape[1], shape[0]))
    ImageDraw.Draw(image).line([tuple(p) for p in points], fill=255, width=width, joint="curve")
    return np.asarray(image.filter(ImageFilter.GaussianBlur(sigma)), np.float32) / 255


def bend(knots, count=40):
    """A smooth path through three or more points."""
    t = np.linspace(0, 1, len(knots))
    fine = np.linspace(0, 1, count)
    degree = min(3, len(knots) - 1)
    return np.stack([np.polyval(np.polyfit(t, [k[i] for k in knots], degree), fine) for i in (0, 1)], 1)


def clutter(film, carina, rng, feeding):
    """Adds feeding tubes (with the chance `feeding`), central lines, wires and electrodes, which are no endotracheal tubes."""
    height, width = film.shape
    x, y = carina
    if rng.random() < feeding:
        knots = [(x + rng.uniform(-14, 14), 0), (x + rng.uniform(-16, 20), y * 0.6), (x + rng.uniform(-10, 30), y + 40),
                 (x + rng.uniform(0, 70), height)]
        for offset in ((0,) if rng.random() < 0.5 else (-1.6, 1.6)):
            film += rng.uniform(12, 60) * curve(film.shape, bend(knots) + [offset, 0], 1, rng.uniform(0.4, 0.9))
    for _ in range(rng.integers(0, 3)):
        side = rng.choice([-1, 1])
        knots = [(x + side * rng.uniform(90, 190), rng.uniform(0, y)), (x + side * rng.uniform(20, 60), rng.uniform(0.2, 0.7) * y),
                 (x + rng.uniform(-35, 5), y + rng.uniform(-30, 70))]
        film += rng.uniform(10, 50) * curve(film.shape, bend(knots), int(rng.integers(1, 3)), rng.uniform(0.4, 0.9))
    for _ in range(rng.integers(0, 4)):
        knots = [(rng.uniform(0, width), rng.uniform(0, height)) for _ in range(3)]
        film += rng.uniform(10, 70) * curve(film.shape, bend(knots), int(rng.integers(1, 3)), rng.uniform(0.4, 1.0))
    if rng.random() < 0.3:
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(3, 9)
        image = Image.new("L", (width, height))
        ImageDraw.Draw(image).ellipse([cx - r, cy - r, cx + r, cy + r], fill=255)
        film += rng.uniform(20, 90) * np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)), np.float32) / 255


def dress(film, airway, carina, places, rng, chance=0.6):
    """A film u8[H,W] with a drawn tube or without one, perhaps with other things -> f32[H,W] and the tip or None."""
    dressed, tip = film.astype(np.float32), None
    if rng.random() < chance:
        tip = tube(dressed, airway, carina, places, rng)
    if rng.random() < 0.6:
        # Who has the one tube mostly has the other.
        clutter(dressed, carina, rng, 0.4 if tip is None else 0.7)
    return np.clip(dressed, 0, 255), tip
