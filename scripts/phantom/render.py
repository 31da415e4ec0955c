"""From solids to a film: path lengths, Beer-Lambert, quantum noise, blur, and the logarithm a detector applies."""
import numpy as np

from anatomy import DISPLACES_LUNG, Ellipsoid, Patient, Rod


def _thickness(solid: Ellipsoid, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Length in mm of each ray inside the solid."""
    dx, dy = x - solid.centre[0], y - solid.centre[1]
    r = np.abs(dx / solid.axes[0]) ** solid.exponent + np.abs(dy / solid.axes[1]) ** solid.exponent
    return 2 * solid.axes[2] * np.sqrt(np.clip(1 - r, 0, None))


def _distance(points: np.ndarray, x: np.ndarray, y: np.ndarray, reach: float) -> np.ndarray:
    """Distance of every pixel to a polyline; infinite beyond `reach` of its bounding box."""
    best = np.full(x.shape, np.inf, np.float32)
    for a, b in zip(points[:-1], points[1:]):
        low, high = np.minimum(a, b) - reach, np.maximum(a, b) + reach
        rows = np.flatnonzero((y[:, 0] >= low[1]) & (y[:, 0] <= high[1]))
        columns = np.flatnonzero((x[0] >= low[0]) & (x[0] <= high[0]))
        if not len(rows) or not len(columns):
            continue
        window = np.s_[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
        px, py = x[window] - a[0], y[window] - a[1]
        step = b - a
        along = np.clip((px * step[0] + py * step[1]) / max(float(step @ step), 1e-9), 0, 1)
        d = np.hypot(px - along * step[0], py - along * step[1])
        best[window] = np.minimum(best[window], d)
    return best


def _rod_thickness(rod: Rod, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    d = _distance(rod.points, x, y, rod.radius)
    return 2 * np.sqrt(np.clip(rod.radius ** 2 - np.minimum(d, rod.radius) ** 2, 0, None))


def _blur(image: np.ndarray, sigma: float) -> np.ndarray:
    radius = max(1, int(3 * sigma))
    kernel = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * sigma ** 2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        padded = np.pad(image, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        image = sum(k * np.take(padded, np.arange(i, i + image.shape[axis]), axis) for i, k in enumerate(kernel))
    return image


def grid(rows: int, columns: int, spacing: tuple) -> tuple:
    """Coordinates in mm of the pixel centres; the origin is the middle of the picture."""
    y = (np.arange(rows) - (rows - 1) / 2) * spacing[0]
    x = (np.arange(columns) - (columns - 1) / 2) * spacing[1]
    return np.meshgrid(x, y)


def film(patient: Patient, rows: int, columns: int, spacing: tuple, seed: int, photons: float = 4e4) -> np.ndarray:
    """12-bit values, 0 black (MONOCHROME2): what attenuates is bright."""
    x, y = grid(rows, columns, spacing)
    attenuation = np.zeros((rows, columns))
    displaced = np.zeros((rows, columns))
    for solid in patient.solids:
        if solid.name in DISPLACES_LUNG:
            displaced = np.maximum(displaced, _thickness(solid, x, y))
    for solid in patient.solids:
        thickness = _thickness(solid, x, y)
        if solid.name.endswith("lung"):
            thickness = np.clip(thickness - displaced, 0, None)
        attenuation += solid.attenuation * thickness
    for rod in patient.rods:
        attenuation += rod.attenuation * _rod_thickness(rod, x, y)
    attenuation = np.clip(attenuation, 0, None)
    rng = np.random.default_rng(seed + 1)
    signal = photons * np.exp(-attenuation) * 60
    signal = signal + rng.normal(size=signal.shape) * np.sqrt(signal)
    density = -np.log(np.clip(signal, 1, None))
    density = _blur(density, 0.6)
    low, high = np.percentile(density, [0.5, 99.7])
    return np.clip((density - low) / (high - low) * 4095, 0, 4095).astype(np.uint16)


def masks(patient: Patient, rows: int, columns: int, spacing: tuple) -> np.ndarray:
    """1 right lung, 2 left lung, 3 heart, 4 airway; airway over heart over lung."""
    x, y = grid(rows, columns, spacing)
    out = np.zeros((rows, columns), np.uint8)
    outside = np.zeros((rows, columns), bool)
    for solid in patient.solids:
        if solid.name.endswith("dome"):
            outside |= _thickness(solid, x, y) > 0
    for value, name in ((1, "right_lung"), (2, "left_lung"), (3, "heart")):
        for solid in patient.solids:
            if solid.name == name:
                out[(_thickness(solid, x, y) > 0) & ~outside] = value
    for rod in patient.rods:
        if rod.name == "airway":
            out[_rod_thickness(rod, x, y) > 0] = 4
    return out


def to_pixel(point: tuple, rows: int, columns: int, spacing: tuple) -> list:
    """mm to zero-based pixel coordinates [x, y]."""
    return [point[0] / spacing[1] + (columns - 1) / 2, point[1] / spacing[0] + (rows - 1) / 2]
