"""The evaluation page in headless Chromium: light and dark, desk and phone. Exits 77 (skipped) without Chromium."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib

HILUM = sys.argv[1]
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)

REPORTS = [
    ("Small left pleural effusion. No pneumothorax.", "Small right pleural effusion. No pneumothorax."),
    ("The lungs are clear.", "Moderate cardiomegaly with pulmonary edema."),
    ("Endotracheal tube 4 cm above the carina.", "Endotracheal tube 4 cm above the carina."),
    ("Heart size is normal.", "Heart size is normal. <b>No</b> effusion & no fracture."),
]


def pixels(path):
    """Width, height and RGB rows of a PNG without interlacing."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, body, width, height, channels = 8, b"", 0, 0, 0
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        chunk = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height = int.from_bytes(chunk[:4], "big"), int.from_bytes(chunk[4:8], "big")
            channels = {2: 3, 6: 4}[chunk[9]]
        elif kind == b"IDAT":
            body += chunk
        at += 12 + size
    raw, stride, rows, before = zlib.decompress(body), width * channels, [], bytearray(width * channels)
    for y in range(height):
        mode, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left = row[x - channels] if x >= channels else 0
            up, corner = before[x], before[x - channels] if x >= channels else 0
            if mode == 1:
                row[x] = (row[x] + left) & 255
            elif mode == 2:
                row[x] = (row[x] + up) & 255
            elif mode == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            elif mode == 4:
                p = left + up - corner
                best = min((left, up, corner), key=lambda v: abs(p - v))
                row[x] = (row[x] + best) & 255
        rows.append(row)
        before = row
    return width, height, channels, rows


def check(picture, width, dark):
    got_width, height, channels, rows = pixels(picture)
    assert got_width == width, (got_width, width)
    corner = rows[2][2 * channels:2 * channels + 3]
    assert (max(corner) < 80) if dark else (min(corner) > 200), f"background {list(corner)}, dark {dark}"
    shades = {bytes(row[x * channels:x * channels + 3]) for row in rows[::7] for x in range(0, width, 5)}
    assert len(shades) > 20, f"only {len(shades)} shades: the page is empty"
    # Nothing is cut off at the right edge: its last columns are background all the way down.
    edge = {bytes(row[(width - 2) * channels:(width - 2) * channels + 3]) for row in rows}
    assert len(edge) == 1, "something reaches the right edge"


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    lines = ["id,hyp,ref"] + [f'{i},"{h}","{r}"' for i, (h, r) in enumerate(REPORTS)]
    (folder / "pairs.csv").write_text("\n".join(lines) + "\n")
    page = folder / "page.html"
    subprocess.run([HILUM, "evaluate", "--csv", folder / "pairs.csv", "--html", page, "--resamples", "50"], check=True, stdout=subprocess.DEVNULL, timeout=120)
    text = page.read_text()
    assert "<script" not in text and "http" not in text and "&lt;b&gt;No&lt;/b&gt;" in text
    assert "Confusion" in text and "F1 of each finding" in text and "Worst reports" in text
    if CHROMIUM is None:
        print("skipped: chromium is not installed (scripts/setup.sh --dev)")
        sys.exit(77)
    for width, dark in ((1200, False), (1200, True), (500, False), (500, True)):
        picture = folder / f"{width}-{dark}.png"
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                   f"--window-size={width},1600", f"--screenshot={picture}"]
        if dark:
            command += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"]
        subprocess.run(command + [page.as_uri()], check=True, capture_output=True, timeout=240)
        check(picture, width, dark)
    print("the page reads in light and dark, wide and narrow")
