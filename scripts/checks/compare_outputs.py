#!/usr/bin/env python3
"""Runs two builds of hilum on one fixed set of inputs and compares what they print, write and return, byte by byte.

  scripts/checks/compare_outputs.py --before OLD/build/release/bin/hilum --after build/release/bin/hilum

What may differ is taken out of both sides first (provenance entries, versions and commits, times, the place of the
checkout); what differs on purpose stands in output_cases.LISTED with the reason. Exit code 1: another one differs.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import output_cases
import output_inputs

DECODER = json.JSONDecoder()
# Text that may differ, and what stands in its place.
MAY_DIFFER = [
    (re.compile(r"hilum \d+\.\d+\.\d+ \([^)]*\)"), "hilum VERSION"),
    (re.compile(r"\b\d+(\.\d+)?( ?ms| ?s| min)\b(?= |$|,|\)|\.)"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)?/s\b"), "RATE"),
    (re.compile(r"\bcommit [0-9a-f]{7,}(-dirty)?"), "commit"),
    (re.compile(r'"(version|commit|config_hash|config|created)":"[^"]*"'), r'"\1":"…"'),
]


def without_key(text, key):
    """`text` without each JSON member of this name, the comma before or after it included; all else untouched."""
    mark = f'"{key}":'
    at = text.find(mark)
    while at >= 0:
        start = at + len(mark)
        start += len(text[start:]) - len(text[start:].lstrip())
        try:
            _, end = DECODER.raw_decode(text, start)
        except ValueError:
            return text
        before = text[:at].rstrip()
        if before.endswith(","):
            at = len(before) - 1
        elif text[end:].lstrip().startswith(","):
            end = text.index(",", end) + 1
        text = text[:at] + text[end:]
        at = text.find(mark, at)
    return text


def plain(data, roots):
    """What is compared of a stream or file."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    for root, name in roots:
        text = text.replace(root, name)
    for key in ("provenance", "stamp"):
        if f'"{key}"' in text:
            text = "\n".join(without_key(line, key) for line in text.split("\n")) if "\n{" in text or "}\n" in text \
                else without_key(text, key)
    for pattern, replacement in MAY_DIFFER:
        text = pattern.sub(replacement, text)
    return text.encode()


def old_words(words):
    """The command as the program before spells it."""
    command, out = words[0] if words else "", []
    for word in words:
        for key in ((command, word), ("*", word)):
            if key in output_cases.RENAMED:
                word = output_cases.RENAMED[key]
                break
        if word is not None:
            out.append(word)
    return out


def checkout_of(program):
    """Where the program's own configs and models lie: the nearest folder above it that holds both."""
    for folder in program.parents:
        if (folder / "configs").is_dir() and (folder / "models").is_dir():
            return folder
    return program.parent


def run_case(case, program, before, folder, inputs, timeout):
    """{part: bytes} of one case by one program: each step's code and streams, each file left behind."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HILUM_")}
    environment.update(case.env)
    found = {}
    for number, step in enumerate(case.steps, 1):
        words = old_words(step.words) if before else step.words
        words = [w.replace("{in}", str(inputs)).replace("{repo}", str(output_inputs.ROOT)) for w in words]
        stdin = step.stdin
        if isinstance(stdin, str):
            path = folder / stdin if not (inputs / stdin).exists() else inputs / stdin
            stdin = path.read_bytes()
        try:
            done = subprocess.run([str(program), *words], input=stdin, capture_output=True, cwd=folder, env=environment,
                                  timeout=timeout)
            code, out, err = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired:
            code, out, err = "timeout", b"", b""
        prefix = f"{number}: " if len(case.steps) > 1 else ""
        found.update({f"{prefix}exit code": str(code).encode(), f"{prefix}standard output": out, f"{prefix}standard error": err})
        if step.keep:
            (folder / step.keep).write_bytes(out)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[f"file {path.relative_to(folder)}"] = path.read_bytes()
    roots = [(str(checkout_of(program)), "CHECKOUT"), (str(output_inputs.ROOT), "CHECKOUT"), (str(folder), "FOLDER"),
             (str(inputs), "INPUTS")]
    roots.sort(key=lambda pair: -len(pair[0]))
    return {part: without_listed_lines(part, plain(data, roots)) for part, data in found.items()}


def listed_reason(case, part):
    """Why this part of the case may differ; none if it may not."""
    return next((why for name, which, why in output_cases.LISTED if re.fullmatch(name, case) and re.fullmatch(which, part)), None)


def without_listed_lines(part, data):
    if not part.endswith("standard error"):
        return data
    lines = data.decode(errors="replace").split("\n")
    return "\n".join(line for line in lines if not any(re.fullmatch(p, line) for p, _ in output_cases.LISTED_LINES)).encode()


def difference(part, old, new):
    if old is None or new is None:
        return [f"  {part}: only {'after' if old is None else 'before'}"]
    a, b = (x.decode(errors="replace").splitlines() for x in (old, new))
    lines = list(difflib.unified_diff(a, b, "before", "after", n=0, lineterm=""))[2:]
    return [f"  {part}:"] + [f"    {line[:400]}" for line in lines[:12]] + (["    …"] if len(lines) > 12 else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--before", type=pathlib.Path, required=True)
    parser.add_argument("--after", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("HILUM_TEST_DATA"),
                        help="films and reports outside the repository; also HILUM_TEST_DATA")
    parser.add_argument("--only", default="", help="regular expression on a case's name")
    parser.add_argument("--help-texts", action="store_true", help="also each command's --help")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=300, help="seconds a command")
    parser.add_argument("--list", action="store_true", help="print the cases and stop")
    args = parser.parse_args()
    before, after = args.before.resolve(), args.after.resolve()

    with tempfile.TemporaryDirectory(prefix="compare-") as name:
        scratch = pathlib.Path(name).resolve()
        inputs = scratch / "inputs"
        output_inputs.make(inputs, args.data)
        cases = [c for c in output_cases.cases(inputs, args.data, args.help_texts) if re.search(args.only, c.name)]
        if args.list:
            print("\n".join(c.name for c in cases))
            return 0

        def both(case):
            safe = re.sub(r"[^\w.-]", "_", case.name)
            return [run_case(case, program, program == before, scratch / "run" / safe, inputs, args.timeout)
                    for program in (before, after)]

        same = listed = differing = 0
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for case, (old, new) in zip(cases, pool.map(both, cases)):
                parts = [p for p in {**old, **new} if old.get(p) != new.get(p)]
                reasons = {part: listed_reason(case.name, part) for part in parts}
                parts = [part for part in parts if not reasons[part]]
                if not parts and not reasons:
                    same += 1
                    continue
                if not parts:
                    listed += 1
                    print(f"listed  {case.name}: {'; '.join(sorted(set(reasons.values())))}")
                    continue
                differing += 1
                print(f"DIFFERS {case.name}: " + " | ".join(" ".join(s.words) for s in case.steps))
                for part in parts:
                    print("\n".join(difference(part, old.get(part), new.get(part))))
                sys.stdout.flush()
    print(f"{len(cases)} cases: {same} the same, {listed} listed, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
