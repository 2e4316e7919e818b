# SPDX-License-Identifier: GPL-2.0-or-later
"""Facts fixtures: C, with what lowering makes of a line as comments on it or below it.

    x = a && b; // fact: branch a
    // fact: branch b

The facts of a line are compared whole and in the dump's order. Words that say nothing new ("goto",
"load", "param" and the like) are left out unless the line expects one; the targets of a branch are
compared only where the comment has an arrow.
"""

import os
import re
import subprocess

import fixture
from base import Outcome, c_files, count

KIND = "facts"
QUIET = ("goto", "load", "param", "local", "block", "function")

EXPECTATION = re.compile(r"//\s*fact:\s*(.*?)\s*$")
POSITION = re.compile(r"  @(?:(?P<file>[^@:]*):)?(?P<line>\d+):\d+$")


def find(env):
    return c_files(env, KIND)


def expectations(path):
    """Line -> texts. A comment on a line of its own belongs to the last line with code."""
    found, code = {}, 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = EXPECTATION.search(line)
            if not match or line[:match.start()].strip():
                code = number
            if match:
                found.setdefault(code, []).append(match[1])
    return found


def facts_by_line(dump, name):
    """Lines of the dump by the line of the source; those without a position follow the last one."""
    found, at = {}, None
    for line in dump.splitlines():
        match = POSITION.search(line)
        if match:
            here = match["file"] is None or os.path.basename(match["file"]) == name
            at = int(match["line"]) if here else None
            line = line[:match.start()]
        if at is not None:
            found.setdefault(at, []).append(line.strip())
    return found


def shown(fact, expected):
    words = {e.split()[0] for e in expected}
    return fact.split()[0] not in QUIET or fact.split()[0] in words


def text(fact, expected):
    fact = fact.rstrip(" ;")
    return fact if any("->" in e.split(" ", 1)[-1] and e == fact for e in expected) else \
        re.sub(r" -> [\d.,: a-z-]*$", "", fact)


def compare(path, dump):
    facts = facts_by_line(dump, os.path.basename(path))
    problems, wanted = [], expectations(path)
    for line, expected in sorted(wanted.items()):
        got = [text(f, expected) for f in facts.get(line, []) if shown(f, expected)]
        if got != expected:
            problems += [f"line {line}: expected"] + ["    " + e for e in expected]
            problems += ["  but there is"] + ["    " + g for g in got]
    return problems, sum(len(e) for e in wanted.values())


def dump_of(env, name, path):
    folder = env.scratch(name)
    fixture.write_compile_commands(env, folder, path)
    command = [env.program, "debug", "--tree", env.tests, "--compile-commands", folder, "facts", path]
    return subprocess.run(command, capture_output=True, text=True, env=env.variables, cwd=env.tests,
                          timeout=fixture.TIME_LIMIT, check=False)


def run(env, name):
    path = os.path.join(env.tests, "facts", name)
    problems = fixture.compile_errors(env, path)
    if problems:
        return Outcome(problems)
    try:
        done = dump_of(env, name, path)
    except subprocess.TimeoutExpired:
        return Outcome([f"no answer in {fixture.TIME_LIMIT} s"])
    if done.returncode or done.stderr:
        return Outcome([f"exit status {done.returncode}: {done.stderr}"])
    problems, n = compare(path, done.stdout)
    if problems:
        problems.append(f"all facts: lockgraph debug facts {path}")
    return Outcome(problems, n)


def totals(outcomes):
    yield f"{count(outcomes)} facts as expected or told above"
