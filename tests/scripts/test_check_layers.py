"""Each thing that the layers check refuses, in a small tree of its own, and what it lets pass."""
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(sys.argv[1]) / "scripts/checks/check_layers.py"
# What it is: (files, what the check must say of them; none: nothing)
CASES = {
    "an include that points down": ({"src/nlp/a.cpp": '#include "core/a.h"\n', "src/core/a.h": ""}, None),
    "upward": ({"src/core/a.cpp": '#include "record/csv.h"\n', "src/record/csv.h": ""}, "may not use record"),
    "sideways": ({"src/io/a.cpp": '#include "nlp/b.h"\n', "src/nlp/b.h": ""}, "may not use nlp"),
    "upward through a public header": ({"src/nlp/a.cpp": '#include "hilum/bundle.h"\n', "include/hilum/bundle.h": ""},
                                       "may not use runtime"),
    "a library that uses the program": ({"src/stages/a.cpp": '#include "app/command.h"\n', "tools/hilum/app/command.h": ""},
                                        "may not use tools"),
    "a module that uses a layer": ({"src/modules/torch/a.cpp": '#include "runtime/a.h"\n', "src/runtime/a.h": ""}, "core only"),
    "a module opened by another layer": ({"src/nlp/a.cpp": '#include "modules/torch/abi.h"\n', "src/modules/torch/abi.h": ""},
                                         "opened by runtime alone"),
    "a module's inside": ({"src/runtime/a.cpp": '#include "modules/torch/b.h"\n', "src/modules/torch/b.h": ""}, "through its abi.h"),
    "a module through its interface": ({"src/runtime/a.cpp": '#include "modules/torch/abi.h"\n', "src/modules/torch/abi.h": ""}, None),
    "a command that uses a command": ({"tools/hilum/a/command.cpp": '#include "b/options.h"\n', "tools/hilum/b/options.h": ""},
                                      "lies in options/"),
    "a third party out of its place": ({"src/nlp/a.cpp": "#include <torch/script.h>\n"}, "is kept inside src/modules/torch/"),
    "zlib out of its place": ({"src/nlp/a.cpp": "#include <zlib.h>\n"}, "is kept inside"),
    "the whole of JSON in a public header": ({"include/hilum/json.h": "#include <nlohmann/json.hpp>\n"}, "is kept inside"),
    "JSON in the core": ({"src/core/a.cpp": "#include <nlohmann/json.hpp>\n"}, "is kept inside"),
    "a third party that nobody knows": ({"src/nlp/a.cpp": "#include <boost/any.hpp>\n"}, "of nobody"),
    "something internal in a public header": ({"include/hilum/record.h": '#include "record/csv.h"\n', "src/record/csv.h": ""},
                                              "a public header may not include"),
    "a public header outside the table": ({"include/hilum/new.h": ""}, "in no layer"),
    "a folder outside the table": ({"src/render/a.cpp": ""}, "in no layer"),
    "an include of nothing": ({"src/nlp/a.cpp": '#include "nlp/none.h"\n'}, "is no file"),
    "a circle of headers": ({"src/nlp/x/a.h": '#include "nlp/x/b.h"\n', "src/nlp/x/b.h": '#include "nlp/x/a.h"\n'}, "circle"),
    "a circle through a .cpp": ({"src/nlp/x/a.cpp": '#include "nlp/x/b.h"\n', "src/nlp/x/b.h": '#include "nlp/x/a.h"\n',
                                 "src/nlp/x/a.h": ""}, "files that include one another"),
    "a circle of folders": ({"src/nlp/x/a.h": '#include "nlp/y/b.h"\n', "src/nlp/y/b.h": "", "src/nlp/x/c.h": "",
                             "src/nlp/y/d.h": '#include "nlp/x/c.h"\n'}, "folders that include one another"),
    "a folder of many files": ({f"src/nlp/x/f{i}.h": "" for i in range(23)}, "23 files of code"),
}
for what, (files, said) in CASES.items():
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        run = subprocess.run([sys.executable, str(SCRIPT), folder], capture_output=True, text=True)
        if said is None:
            assert run.returncode == 0, (what, run.stdout, run.stderr)
        else:
            assert run.returncode == 1 and said in run.stdout, (what, run.stdout, run.stderr)
print(f"{len(CASES)} cases: the check fails where it should")
