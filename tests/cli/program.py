"""Runs the program for the command-line tests."""
import json
import os
import subprocess


def runner(program, *first):
    """hilum(*args, stdin="", env=None, code=0): the finished process of `program first... args...`, which must exit so."""
    def hilum(*args, stdin="", env=None, code=0):
        done = subprocess.run([program, *first, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=300,
                              env={**os.environ, **(env or {})})
        assert done.returncode == code, (args, done.returncode, done.stdout[-500:], done.stderr)
        return done
    return hilum


def lines(records):
    """Records as JSON lines."""
    return "".join(json.dumps(r) + "\n" for r in records)
