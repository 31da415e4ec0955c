"""Installs into an empty folder, builds a stranger's project against it and runs the installed program."""
import pathlib
import subprocess
import sys
import tempfile

BUILD, SOURCE = sys.argv[1:3]


def run(*args, **kwargs):
    done = subprocess.run(args, capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, f"{args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


with tempfile.TemporaryDirectory() as name:
    prefix, build = pathlib.Path(name) / "prefix", pathlib.Path(name) / "build"
    run("cmake", "--install", BUILD, "--prefix", str(prefix))
    assert run(str(prefix / "bin" / "hilum"), "--version").startswith("hilum ")
    sections = run(str(prefix / "bin" / "hilum"), "sections", input=" \n FINDINGS: Clear.\n", cwd=name)
    assert '"findings"' in sections, sections
    run("cmake", "-S", SOURCE, "-B", str(build), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", str(build))
    print(run(str(build / "consumer")), end="")
