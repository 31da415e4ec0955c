#!/usr/bin/env python3
"""Makes a tokenizer.json of the published systems' size and special ids, to try an export whose own file is not at hand.

    PYTHONPATH=python .venv/bin/python -m hilum_export.stand_in_tokenizer sei tokenizer.json

The words are made up, so a report written with it says nothing; the ids are where the checkpoint expects them.
"""
import argparse
import json
import pathlib

from hilum_export import systems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=systems.names())
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    make = systems.load(args.system).tokenizer
    if make is None:
        parser.error(f"{args.system} reads no text")
    args.out.write_text(json.dumps(make(), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
