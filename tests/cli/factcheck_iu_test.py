"""The bars on real reports: needs HILUM_TEST_DATA, a folder with data/iu_reports; skipped (77) without it."""
import os
import pathlib
import subprocess
import sys
import tempfile

hilum, root = sys.argv[1], pathlib.Path(sys.argv[2])
folder = os.environ.get("HILUM_TEST_DATA")
if not folder:
    print("skipped: HILUM_TEST_DATA does not name the folder that holds data/iu_reports")
    sys.exit(77)
scripts = root / "scripts" / "checks"
with tempfile.NamedTemporaryFile("w+") as reports:
    subprocess.run([sys.executable, scripts / "iu_reports.py", pathlib.Path(folder) / "data" / "iu_reports"], stdout=reports, check=True)
    sys.exit(subprocess.run([sys.executable, scripts / "inject_errors.py", "--hilum", hilum, "--reports", reports.name, "--check"]).returncode)
