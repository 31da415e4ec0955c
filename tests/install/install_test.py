"""Installs into an empty folder, builds samples/ against the installed package alone, and runs them and the program there."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BUILD, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
STUDIES = "".join(json.dumps({"id": name, "report": {"findings": text}}) + "\n"
                  for name, text in (("a", "Small left pleural effusion."), ("b", "The lungs are clear.")))


def run(*args, code=0, **kwargs):
    done = subprocess.run(list(map(str, args)), capture_output=True, text=True, **kwargs)
    assert done.returncode == code, f"{args}\n{done.stdout}\n{done.stderr}"
    return done


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    prefix, build = folder / "prefix", folder / "build"
    run("cmake", "--install", BUILD, "--prefix", prefix)

    # What is promised: the flat public headers and one library.
    headers = {p.relative_to(prefix / "include").as_posix() for p in (prefix / "include").rglob("*") if p.is_file()}
    assert headers == {f"hilum/{p.name}" for p in (ROOT / "include/hilum").glob("*.h")}, headers
    assert len(list(prefix.rglob("*.a"))) == 1, list(prefix.rglob("*.a"))
    targets = next(prefix.rglob("hilumTargets.cmake")).read_text()
    assert targets.count("add_library(hilum::") == 1 and "add_library(hilum::hilum " in targets, targets

    program = prefix / "bin" / "hilum"
    assert run(program, "--version").stdout.startswith("hilum ")
    assert '"findings"' in run(program, "sections", input=" \n FINDINGS: Clear.\n", cwd=folder).stdout

    # The samples see nothing of the checkout: they are copied out of it.
    samples = folder / "samples"
    run("cp", "-r", ROOT / "samples", samples)
    for source in samples.glob("*.cpp"):
        assert len(source.read_text().splitlines()) <= 20, f"{source.name} is longer than twenty lines"
    run("cmake", "-S", samples, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", build)
    there = {**os.environ, "HILUM_DATA_DIR": str(prefix / "share/hilum"),
             "HILUM_MODULE_DIR": str(next(prefix.rglob("libhilum_torch.so"), prefix / "none").parent)}

    labelled = run(build / "label_a_stream", input=STUDIES, env=there, cwd=folder)
    assert labelled.stdout == run(program, "label", input=STUDIES, cwd=folder).stdout, labelled.stdout
    assert [json.loads(line)["labels"]["Pleural Effusion"] for line in labelled.stdout.splitlines()] == ["positive", "unmentioned"]

    table = folder / "scored.csv"
    table.write_text("id,hypothesis,reference\n1,the lungs are clear,the lungs are clear\n2,no effusion,no pleural effusion\n")
    if (build / "evaluate_a_csv").exists():
        assert "BLEU" in run(build / "evaluate_a_csv", table, env=there, cwd=folder).stdout

    if (build / "report_for_a_film").exists() and next(prefix.rglob("libhilum_torch.so"), None):
        said = run(build / "report_for_a_film", samples / "phantom.dcm", env=there, cwd=folder).stdout
        assert len(said) > 20, said
print("the installed library and program work")
