"""What the check of unique names refuses and lets pass. Exits with 77 where ctags is not installed."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(sys.argv[1]) / "scripts/checks/unique_names.py"
if not shutil.which("ctags"):
    print("skipped: ctags is not installed (scripts/setup.sh installs universal-ctags)")
    sys.exit(77)
REPORT = "namespace hilum::nlp {{ {} StructuredReport {{ {} }}; }}\n"
CASES = {
    "one name, two structs": ({"include/hilum/a.h": REPORT.format("struct", "int a;"),
                               "src/nlp/b.h": REPORT.format("struct", "int b;")}, True),
    "a struct and an enum": ({"src/nlp/a.h": REPORT.format("struct", "int a;"), "src/nlp/b.h": REPORT.format("enum class", "kA")}, True),
    "a class and an alias": ({"src/nlp/a.h": REPORT.format("class", "int a;"),
                              "src/nlp/b.h": "namespace hilum::nlp { using StructuredReport = int; }\n"}, True),
    "two namespaces": ({"src/nlp/a.h": "namespace hilum::nlp { struct A {}; }\n", "src/io/b.h": "namespace hilum::io { struct A {}; }\n"},
                       False),
    "a declaration and a definition": ({"src/nlp/a.h": "namespace hilum { class A; }\n", "src/nlp/b.h": "namespace hilum { class A {}; }\n"},
                                       False),
    "nameless namespaces": ({"src/nlp/a.cpp": "namespace hilum { namespace { struct A {}; } }\n",
                             "src/nlp/b.cpp": "namespace hilum { namespace { struct A {}; } }\n"}, False),
    "members of two classes": ({"src/nlp/a.h": "namespace hilum { struct A { struct Parts {}; }; struct B { struct Parts {}; }; }\n"}, False),
}
for what, (files, refused) in CASES.items():
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        run = subprocess.run([sys.executable, str(SCRIPT), folder], capture_output=True, text=True)
        assert run.returncode == int(refused), (what, run.stdout, run.stderr)
print(f"{len(CASES)} cases: the check fails where it should")
