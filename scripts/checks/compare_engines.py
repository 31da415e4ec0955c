#!/usr/bin/env python3
"""The same bundle and images through two builds of the LibTorch module: same tokens, probabilities within a tolerance.

    scripts/checks/compare_engines.py build/release/bin/hilum build/release/lib/hilum build/wheel/lib/hilum --bundle models/hilum-base IMAGE…

The second folder may hold libhilum_torch.so alone; the other modules are taken from the first.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def run(hilum, modules, bundle, images):
    done = subprocess.run([hilum, "generate", *images, "--bundle", bundle, "--quiet"], capture_output=True, text=True,
                          env={**os.environ, "HILUM_MODULE_DIR": str(modules)})
    assert done.returncode in (0, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hilum")
    parser.add_argument("modules", type=pathlib.Path, nargs=2)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("images", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        mixed = pathlib.Path(name)
        for module in args.modules[0].resolve().glob("libhilum_*.so"):
            (mixed / module.name).symlink_to(module)
        (mixed / "libhilum_torch.so").unlink(missing_ok=True)
        (mixed / "libhilum_torch.so").symlink_to(args.modules[1].resolve() / "libhilum_torch.so")
        a = run(args.hilum, args.modules[0], args.bundle, args.images)
        b = run(args.hilum, mixed, args.bundle, args.images)
    assert len(a) == len(b) == len(args.images)
    usable = [(x, y) for x, y in zip(a, b) if "report" in x]
    engines = {r["provenance"][-1]["engine"] for pair in usable for r in pair}
    same = sum(x["report"]["findings"] == y["report"]["findings"] and x["report"].get("impression") == y["report"].get("impression")
               for x, y in usable)
    apart = max(abs(p["probability"] - q["probability"]) for x, y in usable for p, q in zip(x["predictions"], y["predictions"]))
    print(f"{' and '.join(sorted(engines))}: {same} of {len(usable)} reports the same, probabilities at most {apart:.4f} apart")
    return 0 if same == len(usable) and len(engines) == 2 and apart <= args.tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
