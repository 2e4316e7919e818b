# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: C in the kernel's idiom, with what lockgraph must say on the lines it is about.

    // finds RULE: TEXT      a finding here; TEXT is a part of its message, or locks "a -> b -> a"
    // finds RULE [severity, confidence]: TEXT
    // step                  this line is in the chain of some finding
    // misses RULE           known: a finding should be here and is not
    // wrongly RULE: TEXT    known: a finding is here and should not be
    // run: OPTION...        anywhere in the file: more options for lockgraph
    // flags: FLAG...        anywhere in the file: more flags for the compiler, such as -DMODULE

Functions in which something is wrong end in _bad, those that must stay quiet in _ok.
"""

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess

import base

KIND = "check"
TIME_LIMIT = 60

EXPECTATION = re.compile(r"//\s*(?P<verb>finds|misses|wrongly)\s+(?P<rule>[a-z-]+/[a-z-]+)"
                         r"(?:\s*\[(?P<marks>[^\]]*)\])?(?::\s*(?P<text>.*?))?\s*$")
STEP = re.compile(r"//\s*step\b")
FLAGS = re.compile(r"//\s*flags:\s*(.*)$", re.M)
OPTIONS = re.compile(r"//\s*run:\s*(.*)$", re.M)
FUNCTION = re.compile(r"^[A-Za-z_][^;{}=]*?\b(\w+)\([^;{}]*\)\s*\n\{", re.M)


@dataclasses.dataclass
class Expectation:
    verb: str
    rule: str
    line: int
    text: str
    marks: list

    def __str__(self):
        return f"line {self.line}: {self.verb} {self.rule}" + (f": {self.text}" if self.text else "")


@dataclasses.dataclass
class Fixture:
    path: str
    expectations: list
    steps: set
    functions: list  # (name, first line, last line)
    options: list
    flags: list

    def expected(self, verb):
        return [e for e in self.expectations if e.verb == verb]

    def function_at(self, line):
        for name, first, last in self.functions:
            if first <= line <= last:
                return name
        return ""


@dataclasses.dataclass
class Outcome(base.Outcome):
    found: int = 0    # right findings
    wanted: int = 0   # and those that should be there
    quiet: int = 0    # _ok functions without a finding
    calm: int = 0     # _ok functions


def find(env):
    return base.c_files(env, KIND)


def functions_of(text):
    """Where each function is. They end at a brace in the first column, as in the kernel."""
    found = []
    for match in FUNCTION.finditer(text):
        end = text.find("\n}", match.end())
        first = text.count("\n", 0, match.start()) + 1
        found.append((match.group(1), first, text.count("\n", 0, end) + 2))
    return found


def parse(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    expectations, steps = [], set()
    for number, line in enumerate(text.splitlines(), 1):
        match = EXPECTATION.search(line)
        if match:
            marks = re.split(r"[,\s]+", (match["marks"] or "").strip())
            expectations.append(Expectation(match["verb"], match["rule"], number,
                                            match["text"] or "", [m for m in marks if m]))
        if STEP.search(line):
            steps.add(number)
    options = shlex.split(" ".join(OPTIONS.findall(text)))
    flags = shlex.split(" ".join(FLAGS.findall(text)))
    return Fixture(path, expectations, steps, functions_of(text), options, flags)


def lint(case):
    """Names promise a verdict, and the comments must agree with it."""
    problems = []
    names = [name for name, _, _ in case.functions]
    if not any(name.endswith(("_bad", "_ok")) for name in names):
        problems.append("no function ends in _bad or _ok")
    told = {case.function_at(line) for line in case.steps}
    told |= {case.function_at(e.line) for e in case.expectations if e.verb != "wrongly"}
    for name in names:
        if name.endswith("_bad") and name not in told:
            problems.append(f"{name}() expects nothing: add '// finds', '// step' or '// misses'")
    for e in case.expectations:
        name = case.function_at(e.line)
        if e.verb != "wrongly" and name.endswith("_ok"):
            problems.append(f"{e}, but {name}() is said to be right")
        if e.verb == "wrongly" and name.endswith("_bad"):
            problems.append(f"{e}, but {name}() is said to be wrong")
    return problems


def compiler_flags(env, more=()):
    header = os.path.join(env.tests, "linux", "compiler_types.h")
    return ["-std=gnu11", "-I" + env.tests, "-include", header, *more]


def find_clang():
    names = [os.environ.get("CLANG", "")] + [f"clang-{n}" for n in range(30, 13, -1)] + ["clang"]
    return next((name for name in names if name and shutil.which(name)), None)


def compile_errors(env, path, flags=()):
    """A fixture must be C that a compiler takes; lockgraph itself would make the best of it."""
    clang = find_clang()
    if not clang:
        return []
    command = [clang, "-fsyntax-only", "-Wall", *compiler_flags(env, flags), path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0 and not done.stderr:
        return []
    return ["clang does not take it: " + shlex.join(command), done.stderr]


def write_compile_commands(env, folder, path, flags=()):
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([{"directory": env.tests, "file": path,
                    "arguments": ["clang", *compiler_flags(env, flags), "-c", path]}], file)


def analyse(env, case, folder):
    """Returns the findings and the problems."""
    report = os.path.join(folder, "report.json")
    write_compile_commands(env, folder, case.path, case.flags)
    command = [env.program, "run", "--tree", env.tests, "--compile-commands", folder, "--jobs", "1",
               "--format=json", "-o", report, *case.options, case.path]
    told = "to repeat: tests/run check " + os.path.basename(case.path)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT,
                              env=env.variables, cwd=env.tests, check=False)
    except subprocess.TimeoutExpired:
        return [], [f"no answer in {TIME_LIMIT} s", told]
    if done.returncode not in (0, 1) or not os.path.exists(report):
        return [], [f"exit status {done.returncode}: {done.stderr}", told]
    with open(report, encoding="utf-8") as file:
        return json.load(file)["findings"], []


def tail(name):
    """struct kvm.lock, &kvm->lock and lock are all the lock named lock."""
    return re.split(r"\.|->|:", name)[-1].strip("&() ")


def circle(finding):
    return [tail(p.get("holds") or "") for p in finding.get("paths", [])]


def names_locks(finding, text):
    """Whether "a -> b -> a" is the finding's circle, from wherever it is begun."""
    locks = [lock.strip() for lock in text.split("->")]
    if locks[0] == locks[-1] and len(locks) > 1:
        locks.pop()
    seen = circle(finding)
    return any(locks == seen[i:] + seen[:i] for i in range(len(seen)))


def is_text(finding, text):
    return text in finding["message"] or ("->" in text and names_locks(finding, text))


def matches(case, finding, e):
    where = finding["location"]
    marks = {finding.get("severity"), finding.get("confidence")}
    return (finding["rule"] == e.rule and where["line"] == e.line and
            os.path.basename(where["file"]) == os.path.basename(case.path) and
            is_text(finding, e.text) and set(e.marks) <= marks)


def lines_of(case, finding):
    name = os.path.basename(case.path)
    steps = [s for p in finding.get("paths", []) for s in p.get("steps", [])]
    return {s["line"] for s in [finding["location"], *steps] if os.path.basename(s["file"]) == name}


def describe(finding):
    where = finding["location"]
    lines = [f"  {where['file']}:{where['line']}: {finding.get('severity')}: {finding['message']}"
             f" [{finding['rule']}] {finding.get('confidence', '')}"]
    for path in finding.get("paths", []):
        lines.append(f"    holds {path.get('holds')}, takes {path.get('acquires')}")
        lines += [f"      {s['file']}:{s['line']}: {s.get('what', '')}" for s in path.get("steps", [])]
    return "\n".join(lines)


def compare(case, findings):
    """What is missing, what is too much, what got better. Returns (problems, right findings)."""
    problems, right = [], 0
    left = list(findings)
    for e in case.expected("finds") + case.expected("wrongly"):
        hit = next((f for f in left if matches(case, f, e)), None)
        if hit:
            left.remove(hit)
            right += e.verb == "finds"
        elif e.verb == "finds":
            problems.append(f"missing: {e}")
        else:
            problems.append(f"FIXED: {e}: no longer there; take the comment out")
    for e in case.expected("misses"):
        hit = next((f for f in left if f["rule"] == e.rule and f["location"]["line"] == e.line), None)
        if hit:
            problems.append(f"FIXED: {e}: it is found now; say 'finds'")
            left.remove(hit)
    problems += ["unexpected:\n" + describe(f) for f in left]
    seen = set().union(*(lines_of(case, f) for f in findings))
    problems += [f"line {n}: not a step of any finding" for n in sorted(case.steps - seen)]
    if problems:
        problems += ["all findings:"] + [describe(f) for f in findings]
    return problems, right


def run(env, name):
    case = parse(os.path.join(env.tests, "check", name))
    problems = lint(case) + compile_errors(env, case.path, case.flags)
    if problems:
        return Outcome(problems)
    findings, problems = analyse(env, case, env.scratch(name))
    if problems:
        return Outcome(problems)
    problems, right = compare(case, findings)
    noisy = {case.function_at(f["location"]["line"]) for f in findings}
    calm = [n for n, _, _ in case.functions if n.endswith("_ok")]
    wanted = len(case.expected("finds")) + len(case.expected("misses"))
    return Outcome(problems, found=right, wanted=wanted,
                   quiet=sum(n not in noisy for n in calm), calm=len(calm))


def totals(outcomes):
    def total(field):
        return sum(getattr(outcome, field) for outcome in outcomes)
    yield (f"soundness {total('found')}/{total('wanted')} findings that should be there, "
           f"precision {total('quiet')}/{total('calm')} functions that should be quiet")
