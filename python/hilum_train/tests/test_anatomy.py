"""The anatomy scripts' geometry, on drawn masks. The program's tests measure the same shapes."""

import importlib.util
import unittest
from pathlib import Path

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
        from hilum_train.anatomy import landmarks
        airway = box(190, 10, 209, 99) | box(180, 100, 194, 139) | box(205, 100, 219, 139)
        self.assertEqual(landmarks.carina(airway), (199.5, 100.0))
        self.assertIsNone(landmarks.carina(box(40, 10, 59, 280)))

    def test_a_notch_is_no_fork(self):
        from hilum_train.anatomy import landmarks
        airway = box(40, 10, 59, 280)
        airway[278:, 50] = False
        self.assertIsNone(landmarks.carina(airway))

    def test_lungs_without_sides_are_told_apart_by_place(self):
        from hilum_train.anatomy import masks
        right, left = masks.sides(box(20, 40, 139, 250) | box(260, 40, 379, 250))
        self.assertTrue(right[100, 30] and left[100, 300])
        self.assertIsNone(masks.sides(box(20, 40, 379, 250)), "lungs that touch")

    def test_a_drawn_tube_ends_in_the_airway(self):
        import numpy as np
        from hilum_train.anatomy import tubes
        airway = box(190, 0, 209, 199, (384, 384)) | box(150, 200, 196, 239, (384, 384)) | box(203, 200, 250, 239, (384, 384))
        rng = np.random.default_rng(5)
        places = np.array([[-3, -60], [4, -20], [-12, 15]], np.float32)
        ends = []
        for _ in range(60):
            film = np.full(airway.shape, 100.0, np.float32)
            x, y = tubes.tube(film, airway, (199.5, 200.0), places, rng)
            ends.append(y)
            self.assertTrue(airway[int(y), int(round(x)) - 12:int(round(x)) + 13].any(), (x, y))
            changed = np.flatnonzero(np.abs(film - 100).max(axis=1) > 1)
            self.assertLess(abs(changed[-1] - y), 16, "the drawing ends about where the tip is")
        self.assertGreaterEqual(sum(y in (140, 180, 215) for y in ends), 20, "half of the tips lie where real ones do")
        self.assertIsNone(tubes.tube(film, box(190, 0, 209, 20, (384, 384)), (199.5, 10.0), places, rng), "no room")

    def test_a_deep_tube_stays_in_its_bronchus(self):
        from hilum_train.anatomy import tubes
        airway = box(190, 0, 209, 199, (384, 384)) | box(150, 200, 196, 219, (384, 384)) | box(203, 200, 250, 239, (384, 384))
        for left, last, centre in ((True, 219, 173.0), (False, 239, 226.5)):
            rows, centres, _ = tubes.centre_line(airway, (199.5, 200.0), left)
            self.assertEqual((rows[-1], centres[-1]), (last, centre))

    def test_tips_count_from_the_carina_in_widths_of_the_film(self):
        import tempfile
        import numpy as np
        from hilum_train.anatomy import tube_places
        with tempfile.TemporaryDirectory() as folder:
            annots = Path(folder) / "tubes" / "annots"
            annots.mkdir(parents=True)
            (annots / "a_annots.csv").write_text("1.png,700,500,900,700,carina\n1.png,720,300,920,500,probe\n"
                                                 "2.png,700,400,900,600,carina\n3.png,,,,,\n", encoding="utf-8")
            self.assertTrue(np.allclose(tube_places.read(folder), [[20 / 1600, -200 / 1600]]))

    def test_a_tubes_tip_is_its_lowest_end(self):
        from hilum_train.anatomy import close_cache
        tip = close_cache.tip_of(box(100, 0, 104, 80))
        self.assertEqual(tip, (102.0, 80.0))


@unittest.skipIf(MISSING or importlib.util.find_spec("torch") is None or importlib.util.find_spec("efficientnet_lite_pytorch") is None,
                 "needs torch and efficientnet_lite_pytorch")
class CloseUp(unittest.TestCase):
    def test_a_point_keeps_its_place_through_cutting_and_pasting(self):
        from hilum_train.anatomy import cascade
        from hilum_train.anatomy import close_train
        import torch
        lungs = torch.full((1, 2, 96, 96), -9.0)
        lungs[0, 0, 20:70, 12:40] = 9.0
        lungs[0, 1, 20:70, 56:84] = 9.0
        boxes = cascade.boxes_of(lungs)
        film = torch.zeros(1, 1, 384, 384)
        film[0, 0, 150:154, 190:194] = 1.0
        near = cascade.cut(film, cascade.places(boxes))
        y, x = divmod(int(near[0, 0].argmax()), cascade.COLUMNS)
        at = close_train.in_close_up(torch.tensor([[[192 / 384, 152 / 384]]]), cascade.places(boxes))[0, 0]
        self.assertLess(abs(float(at[0]) * 2 + 0.5 - x), 2.5)
        self.assertLess(abs(float(at[1]) * 2 + 0.5 - y), 2.5)
        bump, inside = close_train.bumps(at.view(1, 1, 2))
        self.assertTrue(bool(inside[0, 0]))
        whole = cascade.paste(cascade.point_maps(bump.log()), boxes)[0, 0]
        row, column = divmod(int(whole.argmax()), cascade.OUT)
        self.assertLessEqual(abs(column - 95.5), 2.5)
        self.assertLessEqual(abs(row - 75.5), 2.5)
        self.assertLess(float(whole[0, 0]), -8.0, "nothing is found outside the close-up")


if __name__ == "__main__":
    unittest.main()
