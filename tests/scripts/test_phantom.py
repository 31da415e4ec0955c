"""The phantom is deterministic and its stated geometry is what its masks show, square pixels or not."""
import json
import pathlib
import subprocess
import sys
import tempfile
import zlib

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is missing (scripts/setup.sh installs python3-numpy)")
    sys.exit(77)

ROOT = pathlib.Path(sys.argv[1]).resolve()


def phantom(folder, *args):
    subprocess.run([sys.executable, str(ROOT / "scripts" / "phantom"), *args], check=True, cwd=folder)


def read_png8(path):
    data = path.read_bytes()
    width, height = (int.from_bytes(data[16 + 4 * i:20 + 4 * i], "big") for i in (0, 1))
    at, packed = 33, b""
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width + 1)
    return rows[:, 1:]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    phantom(folder, "--out", "a.dcm", "--seed", "1")
    assert (folder / "a.dcm").read_bytes() == (ROOT / "samples" / "phantom.dcm").read_bytes(), "not the committed sample"

    for seed, spacing, size in ((3, (0.6, 0.6), (600, 600)), (4, (0.8, 0.5), (480, 760))):
        phantom(folder, "--out", "b.png", "--masks", "m.png", "--truth", "t.json", "--seed", str(seed), "--tube",
                "--spacing", *map(str, spacing), "--size", *map(str, size))
        truth = json.loads((folder / "t.json").read_text())
        mask = read_png8(folder / "m.png")
        assert mask.shape == size
        columns = np.flatnonzero((mask == 1).any(0) | (mask == 2).any(0))
        thorax = (columns[-1] - columns[0] + 1) * spacing[1]
        assert abs(thorax - truth["thorax_width_mm"]) < 2 * spacing[1], (thorax, truth)
        heart_columns = np.flatnonzero((mask == 3).any(0))
        heart = (heart_columns[-1] - heart_columns[0] + 1) * spacing[1]
        assert abs(heart - truth["heart_width_mm"]) < 2 * spacing[1], (heart, truth)
        dx = (truth["carina"][0] - truth["tube_tip"][0]) * spacing[1]
        dy = (truth["carina"][1] - truth["tube_tip"][1]) * spacing[0]
        assert abs(np.hypot(dx, dy) - truth["tip_to_carina_mm"]) < 1e-6
        x, y = (round(v) for v in truth["carina"])
        assert mask[y, x] == 4

sys.path.insert(0, str(ROOT / "scripts" / "phantom"))
import anatomy  # noqa: E402

for above in (40.0, -20.0):  # above the carina, and in the right main bronchus
    patient = anatomy.make_patient(5, True, above)
    tube = next(rod for rod in patient.rods if rod.name == "tube")
    down = tube.points[-1] - tube.points[-3]
    end = tube.points[-1] + tube.radius * down / np.hypot(*down)
    assert np.hypot(*(end - patient.tube_tip)) < 0.1, (above, end, patient.tube_tip)
print("the phantom is what it says")
