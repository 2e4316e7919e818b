# SPDX-License-Identifier: GPL-2.0-or-later
"""lockdep's own test suite: what lib/locking-selftest.c expects, and what lockgraph says of it.

Expectations are those of the preprocessed file: dotest(function, SUCCESS or FAILURE, ...). Each
test function is a world of its own (--isolate). A case fails as lockdep would have it if its world
has a finding of severity error or warning.
"""

import json
import os
import re
import subprocess

FILE = "lib/locking-selftest.c"
CLANG = ("clang-19", "clang-18", "clang-17", "clang")
TIME_LIMIT = 1200
CONFIG = """CONFIG_64BIT=y
CONFIG_SMP=y
CONFIG_DEBUG_KERNEL=y
CONFIG_PROVE_LOCKING=y
CONFIG_PROVE_RAW_LOCK_NESTING=y
CONFIG_DEBUG_LOCKING_API_SELFTESTS=y
"""


class Failed(Exception):
    """The tree could not be read; the message says why."""


class Selftest:
    def __init__(self, program, tree, folder):
        self.program = program
        self.tree = tree
        self.folder = folder
        config = os.path.join(folder, "selftest.config")
        with open(config, "w", encoding="utf-8") as out:
            out.write(CONFIG)
        self.options = ["--tree", tree, "--arch", "x86", "--config", config,
                        "--cache", os.path.join(folder, "cache"), "--quiet"]

    def run(self, *words):
        done = subprocess.run([self.program, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=TIME_LIMIT, check=False)
        if done.returncode not in (0, 1):
            raise Failed(done.stderr.strip() or f"exit status {done.returncode}")
        return done.stdout

    def expectations(self):
        """Cases: test function -> whether lockdep complains; those with recursive readers, others."""
        unit = json.loads(self.run("debug", "units", *self.options, FILE))[0]
        text = preprocess(unit["arguments"][1:], unit["directory"])
        main = body_of(text, "locking_selftest")
        recursive, switch, others = main.partition("force_read_lock_recursive = 0;")
        return (cases_in(text, recursive), cases_in(text, others)) if switch else \
            ({}, cases_in(text, main))

    def findings(self, recursive_readers):
        """Test function -> rules of the findings in its world."""
        path = os.path.join(self.folder, "report.json")
        rules = ["--rules", self.recursive_readers()] if recursive_readers else []
        self.run("run", *self.options, *rules, "--closure=0", "--isolate", "--format=json",
                 "-o", path, FILE)
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        if report["units"]["failed"]:
            raise Failed(report["units"]["failed"][0]["why"])
        found = {}
        for finding in report["findings"]:
            if finding["severity"] in ("error", "warning"):
                found.setdefault(finding["world"], []).append(finding["rule"])
        return found

    def recursive_readers(self):
        """The rules as they are while force_read_lock_recursive is set."""
        rules = os.path.join(os.environ["LOCKGRAPH_DATADIR"], "rules", "kernel", "locks.json")
        with open(rules, encoding="utf-8") as file:
            primitives = json.load(file)["primitives"]
        changed = [p for p in primitives if make_recursive(p)]
        path = os.path.join(self.folder, "recursive-readers.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"schema": "lockgraph-rules/1", "primitives": changed}, out)
        return path


def make_recursive(primitive):
    effects = primitive.get("acquire", [])
    readers = [e for e in (effects if isinstance(effects, list) else [effects])
               if e["kind"] == "rwlock" and e.get("mode") == "read"]
    for effect in readers:
        effect["mode"] = "recursive"
    return bool(readers)


def body_of(text, function):
    """What stands between the braces of the definition; "" when there is none."""
    start = re.search(rf"\b{function}\(void\)\s*{{", text)
    if not start:
        return ""
    depth, at = 1, start.end()
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[start.end():at - 1]


def cases_in(text, body):
    """Those that @body starts, itself or through the functions that it calls."""
    found = re.findall(r"\bdotest\(\(*(\w+)\)*, \(*([01])\)*, \(*[0-9a-fx|]+\)*\)", body)
    cases = {name: expected == "0" for name, expected in found}
    for function in re.findall(r"\b(\w+)\(\);", body):
        cases.update(cases_in(text, body_of(text, function)))
    return cases


def preprocess(words, directory):
    for clang in CLANG:
        try:
            done = subprocess.run([clang, "-E", "-P", "-w", *words], cwd=directory,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  timeout=TIME_LIMIT, check=False)
        except FileNotFoundError:
            continue
        if done.returncode:
            raise Failed(done.stderr.strip().splitlines()[0])
        return done.stdout
    raise Failed("no clang")


def read_known(path):
    """What is known to come out wrong: test function -> why."""
    known = {}
    if not os.path.exists(path):
        return known
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, _, why = line.strip().partition(" ")
            if name and not name.startswith("#"):
                known[name] = why.strip()
    return known
