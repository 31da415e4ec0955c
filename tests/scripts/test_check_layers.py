"""The layer check must fail on an upward include, on a sideways one, and on a third-party header out of its place."""
import pathlib
import subprocess
import sys
import tempfile

CASES = {
    "src/core/a.cpp": '#include "record/csv.h"\n',
    "src/io/b.cpp": '#include "nlp/labels/labels.h"\n',
    "src/nlp/c.cpp": "#include <torch/script.h>\n",
}
script = pathlib.Path(sys.argv[1]) / "scripts" / "checks" / "check_layers.py"
for path, text in CASES.items():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / path
        file.parent.mkdir(parents=True)
        for name in ("src", "include", "tools"):
            (pathlib.Path(folder) / name).mkdir(exist_ok=True)
        file.write_text(text)
        run = subprocess.run([sys.executable, str(script), folder], capture_output=True, text=True)
        assert run.returncode == 1 and path in run.stdout, (path, run.stdout)
print("the check fails where it should")
