# SPDX-License-Identifier: GPL-2.0-or-later
"""Command-line cases: a folder with the shell script cmd, and what it must print.

cmd runs in an empty folder, with lockgraph in PATH, CASE (the case's folder) and TESTS in the
environment. stdout and stderr are compared whole, a file that is not there means nothing is
printed; exit holds the status, 0 where it is not there. In them "..." stands for any text. Names of
folders that differ from run to run are printed as $CASE, $TESTS and $PWD.
"""

import difflib
import os
import re
import subprocess

from base import Outcome

KIND = "cli"
TIME_LIMIT = 60
STREAMS = ("stdout", "stderr", "exit")


def find(env):
    top = os.path.join(env.tests, "cli")
    return sorted(n for n in os.listdir(top) if os.path.exists(os.path.join(top, n, "cmd")))


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def expected(folder):
    text = {name: read(os.path.join(folder, name)) for name in STREAMS}
    text["exit"] = text["exit"] or "0\n"
    return text


def printed(env, folder, name):
    """Runs the case; what it printed, by stream."""
    scratch = os.path.realpath(env.scratch(name))
    variables = dict(env.variables, CASE=folder, TESTS=env.tests)
    done = subprocess.run(["sh", os.path.join(folder, "cmd")], cwd=scratch, env=variables,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT,
                          check=False)
    text = {"stdout": done.stdout.decode(errors="replace"),
            "stderr": done.stderr.decode(errors="replace"), "exit": f"{done.returncode}\n"}
    for shown, path in (("$CASE", folder), ("$TESTS", env.tests), ("$PWD", scratch)):
        text = {stream: value.replace(path, shown) for stream, value in text.items()}
    return text


def same(pattern, text):
    if "..." not in pattern:
        return pattern == text
    regex = ".*?".join(re.escape(part) for part in pattern.split("..."))
    return re.fullmatch(regex, text, re.S) is not None


def diff(old, new, stream):
    return "".join(difflib.unified_diff(old.splitlines(True), new.splitlines(True),
                                        "expected " + stream, "printed " + stream, n=2))


def changes(env, name):
    folder = os.path.join(env.tests, "cli", name)
    new, old = printed(env, folder, name), expected(folder)
    return {s: (old[s], new[s]) for s in STREAMS if not same(old[s], new[s])}


def run(env, name):
    try:
        changed = changes(env, name)
    except subprocess.TimeoutExpired:
        return Outcome([f"no answer in {TIME_LIMIT} s"])
    problems = [diff(old, new, stream) for stream, (old, new) in changed.items()]
    return Outcome(problems + [f"to accept: tests/run --accept cli {name}"] if problems else [])


def accept(env, names):
    for name in names:
        for stream, (old, new) in changes(env, name).items():
            print(f"--- {name}\n{diff(old, new, stream)}")
            if input("right? [y/n] ").strip() != "y":
                continue
            with open(os.path.join(env.tests, "cli", name, stream), "w", encoding="utf-8") as file:
                file.write(new)
    return 0


def totals(_outcomes):
    return ()
