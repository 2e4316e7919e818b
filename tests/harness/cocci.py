# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of semantic patches: cocci/NAME/*.c for cocci/NAME.cocci.

    // reports: TEXT       spatch reports a message with TEXT for this line in MODE=report

What MODE=patch makes of NAME.c is in NAME.patch, and a compiler must take the result. In MODE=context
and MODE=org there must be something wherever there is a report. Functions end in _bad or _ok as in
the other fixtures.
"""

import os
import re
import shutil
import subprocess

import fixture
from base import Outcome, c_files, count

KIND = "cocci"
TIME_LIMIT = 120

EXPECTATION = re.compile(r"//\s*reports:\s*(.*?)\s*$")
REPORT = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+):\d+-\d+: (?P<text>.*)$", re.M)
MODE = re.compile(r"^virtual (\w+)$", re.M)


def find(env):
    return c_files(env, KIND)


def patch_of(env, case):
    return os.path.join(os.path.dirname(env.tests), "cocci", os.path.dirname(case) + ".cocci")


def modes(path):
    with open(path, encoding="utf-8") as file:
        return set(MODE.findall(file.read()))


def options_of(path):
    with open(path, encoding="utf-8") as file:
        return re.search(r"^// Options: (.*)$", file.read(), re.M)[1].split()


def spatch(path, mode, source, *more):
    """As scripts/coccicheck runs it. Returns standard output."""
    quiet = ["--no-show-diff"] if mode in ("report", "org") else []
    command = ["spatch", "-D", mode, *quiet, "--very-quiet", "--cocci-file", path, *options_of(path),
               *more, source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    if done.returncode or "error" in done.stderr.lower():
        raise RuntimeError(f"MODE={mode}: exit status {done.returncode}: {done.stderr}")
    return done.stdout


def expectations(text):
    return [(number, match[1]) for number, line in enumerate(text.splitlines(), 1)
            if (match := EXPECTATION.search(line))]


def verdicts(text, lines):
    """Names promise a verdict."""
    for name, first, last in fixture.functions_of(text):
        reported = any(first <= line <= last for line in lines)
        if name.endswith("_bad") and not reported:
            yield f"{name}() expects nothing: add '// reports'"
        if name.endswith("_ok") and reported:
            yield f"{name}() is said to be right, but a report is expected in it"


def compare(text, out):
    left = [(int(m["line"]), m["text"]) for m in REPORT.finditer(out)]
    problems = list(verdicts(text, [line for line, _ in expectations(text)]))
    for line, part in expectations(text):
        hit = next((r for r in left if r[0] == line and part in r[1]), None)
        if hit:
            left.remove(hit)
        else:
            problems.append(f"line {line}: no report with: {part}")
    return problems + [f"line {line}: not expected: {said}" for line, said in left]


def other_modes(path, source, n):
    org = len(re.findall(r"^\* [A-Z]+ \[\[view", spatch(path, "org", source), re.M))
    if org != n:
        yield f"MODE=org tells {org} places, MODE=report {n}"
    if bool(spatch(path, "context", source)) != bool(n):
        yield "MODE=context and MODE=report do not agree"


def without_names(diff, source):
    """The file's own name in the two first lines; temporary ones differ from run to run."""
    name = os.path.basename(source)
    return re.sub(r"^(---|\+\+\+) .*$", lambda m: f"{m[1]} {name}", diff, flags=re.M)


def patched(env, path, source):
    """What MODE=patch says, and what is wrong with the result."""
    diff = without_names(spatch(path, "patch", source), source)
    spatch(path, "patch", source, "--in-place")
    return diff, fixture.compile_errors(env, source)


def check_patch(env, case, path, source):
    wanted_in = os.path.join(env.tests, "cocci", case[:-2] + ".patch")
    wanted = ""
    if os.path.exists(wanted_in):
        with open(wanted_in, encoding="utf-8") as file:
            wanted = file.read()
    diff, problems = patched(env, path, source)
    if diff != wanted:
        problems += ["MODE=patch, expected:", wanted, "but there is:", diff]
    return problems


def compile_includes(env):
    """So that a copy finds its headers."""
    return os.path.join(env.tests, "cocci", "more.h")


def run(env, case):
    if not shutil.which("spatch"):
        return Outcome([])
    path = patch_of(env, case)
    source = os.path.join(env.scratch("cocci-" + case), os.path.basename(case))
    shutil.copyfile(os.path.join(env.tests, "cocci", case), source)
    shutil.copyfile(compile_includes(env), os.path.join(os.path.dirname(source), "more.h"))
    with open(source, encoding="utf-8") as file:
        text = file.read()
    try:
        out = spatch(path, "report", source)
        problems = fixture.compile_errors(env, source) + compare(text, out)
        problems += other_modes(path, source, len(REPORT.findall(out)))
        if "patch" in modes(path):
            problems += check_patch(env, case, path, source)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return Outcome([str(error)])
    return Outcome(problems, len(expectations(text)))


def totals(outcomes):
    yield f"{count(outcomes)} reports as expected or told above"


def accept(env, names):
    """Writes what MODE=patch says now, after it was looked at."""
    for case in names:
        path = patch_of(env, case)
        if "patch" not in modes(path):
            continue
        source = os.path.join(env.scratch("cocci-" + case), os.path.basename(case))
        shutil.copyfile(os.path.join(env.tests, "cocci", case), source)
        diff = without_names(spatch(path, "patch", source), source)
        if not diff:
            continue
        print(f"--- {case}\n{diff}")
        if input("right? [y/n] ").strip() == "y":
            with open(os.path.join(env.tests, "cocci", case[:-2] + ".patch"), "w",
                      encoding="utf-8") as file:
                file.write(diff)
    return 0
