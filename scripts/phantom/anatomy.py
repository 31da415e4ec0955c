"""A patient made of simple solids, in millimetres, standing behind a detector.

Axes as in the picture: x to the right of the image (the patient's left), y down, z along the rays. The carina is at
known coordinates, and so is everything measured later. One seed makes one patient.
"""
import dataclasses
import math

import numpy as np

# Linear attenuation at about 60 keV, per mm, as a difference to what a solid is embedded in.
SOFT_TISSUE = 0.0205
LUNG_IN_TISSUE = -0.0150
HEART_IN_TISSUE = 0.0010
BONE_IN_TISSUE = 0.0300
AIR_IN_TISSUE = -0.0300  # a little more than air, for the tracheal stripe
PLASTIC_IN_AIRWAY = 0.0350
LEAD_LINE = 0.4200


# What takes the lungs' place along a ray.
DISPLACES_LUNG = ("heart", "right_dome", "left_dome", "aortic_arch", "mediastinum", "right_hilum", "left_hilum")


@dataclasses.dataclass
class Ellipsoid:
    """Centre, semi-axes and the exponent of the outline (2 is an ellipse, more is squarer)."""
    name: str
    centre: tuple
    axes: tuple
    attenuation: float
    exponent: float = 2.0


@dataclasses.dataclass
class Rod:
    """A bent cylinder: its centre line in the image plane and its radius along it."""
    name: str
    points: np.ndarray
    radius: float
    attenuation: float


@dataclasses.dataclass
class Patient:
    solids: list
    rods: list
    carina: tuple
    tube_tip: tuple | None
    heart_width: float
    thorax_width: float


def _ribs(width: float, top: float, spacing: float, rng) -> list:
    """Ten pairs: the back part slopes down and out, the front part comes down and in."""
    rods = []
    for pair in range(10):
        y = top + pair * spacing
        half = width * (0.62 + 0.40 * math.sin(math.pi * min(pair + 2, 8) / 11))
        drop = 14 + 3.2 * pair
        t = np.linspace(0, 1, 60)
        for side in (-1, 1):
            back_x = 14 + (half - 14) * np.sin(t * math.pi / 2)
            back_y = y - 6 * np.sin(t * math.pi) + drop * t ** 2
            rods.append(Rod("rib", np.stack([side * back_x, back_y], 1), 5.2 + rng.uniform(-0.4, 0.4), BONE_IN_TISSUE * 0.75))
            if pair < 7:
                front_x = half - (half - 36) * t ** 1.4
                front_y = y + drop + 42 * t ** 0.9
                rods.append(Rod("rib", np.stack([side * front_x, front_y], 1), 4.6, BONE_IN_TISSUE * 0.32))
    return rods


def _shortened(path: np.ndarray, by: float) -> np.ndarray:
    """A path that ends earlier: rods have round ends, which reach a radius beyond their path."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    end = along[-1] - by
    last = np.array([[np.interp(end, along, path[:, axis]) for axis in (0, 1)]])
    return np.concatenate([path[along < end], last])


def make_patient(seed: int, tube: bool, tip_above_carina: float | None = None, ratio: float | None = None) -> Patient:
    """A patient of seed `seed`; `tip_above_carina` in mm (negative: in a bronchus), `ratio` the cardiothoracic one."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0.92, 1.08)
    thorax = 136 * size                               # half the inner width
    carina = np.array([rng.uniform(-4, 6), rng.uniform(-48, -36) * size])
    ratio = ratio if ratio is not None else rng.uniform(0.40, 0.58)
    heart_width = ratio * 2 * thorax
    right_part = heart_width * rng.uniform(0.30, 0.36)  # of the heart, to the patient's right
    heart_centre_x = heart_width / 2 - right_part
    base = carina[1] + 150 * size                       # height of the domes
    top = carina[1] - 118 * size

    solids = [
        Ellipsoid("body", (0, 40, 0), (thorax + 34, 330, 118), SOFT_TISSUE, 4.0),
        Ellipsoid("shoulders", (0, top - 26, 0), (thorax + 150, 74, 60), SOFT_TISSUE * 0.40, 2.0),
        Ellipsoid("neck", (0, top - 70, 0), (52, 90, 50), SOFT_TISSUE * 0.5, 2.0),
    ]
    lungs = []
    for name, side in (("right_lung", -1), ("left_lung", 1)):
        bottom = base - (6 if side < 0 else -6)
        height = (bottom - top) / 2
        half = (thorax - 16) / 2
        lungs.append(Ellipsoid(name, (side * (16 + half), top + height, 0), (half, height, 88), LUNG_IN_TISSUE, 2.9))
    solids += lungs
    solids += [
        Ellipsoid("heart", (heart_centre_x, base - 46 * size, -20), (heart_width / 2, 66 * size, 74), HEART_IN_TISSUE, 2.2),
        Ellipsoid("right_dome", (-thorax * 0.50, base + 108, 0), (thorax * 0.70, 122, 92), HEART_IN_TISSUE, 2.4),
        Ellipsoid("left_dome", (thorax * 0.50, base + 120, 0), (thorax * 0.70, 122, 92), HEART_IN_TISSUE, 2.4),
        Ellipsoid("aortic_arch", (carina[0] + 30, carina[1] - 18, 10), (20, 24, 60), HEART_IN_TISSUE),
        Ellipsoid("mediastinum", (carina[0] * 0.5 + 4, carina[1] + 10, 0), (33, 130, 80), HEART_IN_TISSUE, 2.6),
        Ellipsoid("right_hilum", (carina[0] - 40, carina[1] + 34, 0), (17, 28, 30), HEART_IN_TISSUE),
        Ellipsoid("left_hilum", (carina[0] + 42, carina[1] + 26, 0), (16, 26, 30), HEART_IN_TISSUE),
    ]
    for level in range(15):
        y = top - 30 + level * 24 * size
        solids.append(Ellipsoid("vertebra", (0, y, 60), (17 + level * 0.35, 10.2, 17), BONE_IN_TISSUE * 0.24, 4.0))

    rods = _ribs(thorax, top + 2, 24 * size, rng)
    for side in (-1, 1):
        t = np.linspace(0, 1, 50)
        rods.append(Rod("clavicle", np.stack([side * (20 + 128 * t), top + 12 - 20 * t + 10 * np.sin(t * 6.2)], 1), 6.2, BONE_IN_TISSUE * 0.6))
        for _ in range(26):  # vessels run out of the hilum and thin out
            angle = rng.uniform(-1.25, 1.35)
            reach = rng.uniform(40, 100) * size
            start = carina + np.array([side * rng.uniform(34, 48), rng.uniform(14, 42)])
            bend = rng.uniform(-0.35, 0.35)
            a = angle + bend * t
            path = start + np.stack([side * np.cos(a), np.sin(a)], 1) * (reach * t)[:, None]
            rods.append(Rod("vessel", path, rng.uniform(1.4, 2.8), 0.018))

    trachea_top = np.array([carina[0] * 0.4, top - 60])
    t = np.linspace(0, 1, 60)[:, None]
    trachea = trachea_top * (1 - t) + carina * t
    airway = [Rod("airway", trachea, 8.6, AIR_IN_TISSUE)]
    for side, angle, length in ((-1, 0.96, 52), (1, 0.72, 62)):
        end = carina + np.array([side * math.cos(angle), math.sin(angle)]) * length
        airway.append(Rod("airway", carina * (1 - t) + end * t, 6.4, AIR_IN_TISSUE * 0.8))
    rods += airway

    tip = None
    if tube:
        above = tip_above_carina if tip_above_carina is not None else rng.uniform(8, 75)
        along = float(np.clip(above, 0, None))
        direction = (trachea_top - carina) / np.linalg.norm(trachea_top - carina)
        tip = carina + direction * along
        if above < 0:  # past the carina, down the right main bronchus
            right = airway[1].points[-1] - carina
            tip = carina + right / np.linalg.norm(right) * -above
        bend = carina if above < 0 else tip
        path = np.concatenate([trachea_top * (1 - t) + bend * t, bend * (1 - t) + tip * t]) if above < 0 else trachea_top * (1 - t) + tip * t
        side_step = np.array([direction[1], -direction[0]])
        for name, shift, radius, attenuation in (("tube", 0.0, 4.6, PLASTIC_IN_AIRWAY), ("tube_line", 2.6, 0.6, LEAD_LINE)):
            rods.append(Rod(name, _shortened(path + side_step * shift, radius), radius, attenuation))
    return Patient(solids, rods, tuple(map(float, carina)), tuple(map(float, tip)) if tip is not None else None,
                   float(heart_width), float(2 * thorax))
