"""The evaluation page in headless Chromium: light and dark, desk and phone. Exits 77 (skipped) without Chromium."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from pictures import read_png

HILUM = sys.argv[1]
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)

REPORTS = [
    ("Small left pleural effusion. No pneumothorax.", "Small right pleural effusion. No pneumothorax."),
    ("The lungs are clear.", "Moderate cardiomegaly with pulmonary edema."),
    ("Endotracheal tube 4 cm above the carina.", "Endotracheal tube 4 cm above the carina."),
    ("Heart size is normal.", "Heart size is normal. <b>No</b> effusion & no fracture."),
]


def check(picture, width, dark):
    got_width, height, channels, rows = read_png(picture)
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
