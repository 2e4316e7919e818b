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
        """Test function -> whether lockdep complains."""
        unit = json.loads(self.run("debug", "units", *self.options, FILE))[0]
        words = unit["arguments"][1:]
        text = preprocess(words, unit["directory"])
        found = re.findall(r"\bdotest\(\(*(\w+)\)*, ([01]), \(*[0-9a-fx|]+\)*\)", text)
        return {name: expected == "0" for name, expected in found}

    def findings(self):
        """Test function -> rules of the findings in its world."""
        path = os.path.join(self.folder, "report.json")
        self.run("run", *self.options, "--closure=0", "--isolate", "--format=json", "-o", path,
                 FILE)
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        if report["units"]["failed"]:
            raise Failed(report["units"]["failed"][0]["why"])
        found = {}
        for finding in report["findings"]:
            if finding["severity"] in ("error", "warning"):
                found.setdefault(finding["world"], []).append(finding["rule"])
        return found


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
