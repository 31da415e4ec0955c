"""The anatomy scripts' geometry, on drawn masks. The program's tests measure the same shapes."""

import importlib.util
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "anatomy"))

NEEDED = ("numpy", "PIL", "scipy")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]


def box(x0, y0, x1, y1, shape=(300, 400)):
    """A filled rectangle, ends included."""
    import numpy as np
    mask = np.zeros(shape, bool)
    mask[y0:y1 + 1, x0:x1 + 1] = True
    return mask


@unittest.skipIf(MISSING, f"needs {', '.join(MISSING)}")
class Geometry(unittest.TestCase):
    def test_the_carina_is_where_the_airway_forks(self):
        import landmarks
        airway = box(190, 10, 209, 99) | box(180, 100, 194, 139) | box(205, 100, 219, 139)
        self.assertEqual(landmarks.carina(airway), (199.5, 100.0))
        self.assertIsNone(landmarks.carina(box(40, 10, 59, 280)))

    def test_a_notch_is_no_fork(self):
        import landmarks
        airway = box(40, 10, 59, 280)
        airway[278:, 50] = False
        self.assertIsNone(landmarks.carina(airway))

    def test_lungs_without_sides_are_told_apart_by_place(self):
        import masks
        right, left = masks.sides(box(20, 40, 139, 250) | box(260, 40, 379, 250))
        self.assertTrue(right[100, 30] and left[100, 300])
        self.assertIsNone(masks.sides(box(20, 40, 379, 250)), "lungs that touch")


if __name__ == "__main__":
    unittest.main()
