# SPDX-License-Identifier: GPL-2.0-or-later
"""Graph fixtures: C, with the dependencies that must and must not be in its lock graph.

    // depends: &d->outer -> &d->inner          with lockdep's names of the classes
    // depends: &d->outer -> &d->inner [high]   and it is that certain
    // independent: &d->inner -> &d->outer      there is no such dependency
    // run: OPTION...                           more options for lockgraph graph
"""

import json
import os
import re
import shlex
import subprocess

import fixture
from base import Outcome, c_files, count

KIND = "graph"
TIME_LIMIT = 60

EXPECTATION = re.compile(r"//\s*(depends|independent):\s*(.+?) -> (.+?)(?:\s+\[(\w+)\])?\s*$", re.M)
PAGE_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)


def find(env):
    return c_files(env, KIND)


def read_graph(env, path, options, folder):
    graph = os.path.join(folder, "graph.json")
    fixture.write_compile_commands(env, folder, path)
    page = os.path.join(folder, "graph.html")
    command = [env.program, "graph", "--tree", env.tests, "--compile-commands", folder,
               "--jobs", "1", f"--format=json:{graph},html:{page}", *options, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT,
                          env=env.variables, cwd=env.tests, check=False)
    if done.returncode != 0:
        return None, [f"exit status {done.returncode}: {done.stderr}"]
    with open(graph, encoding="utf-8") as file:
        read = json.load(file)
    with open(page, encoding="utf-8") as file:
        return read, page_problems(file.read(), read)


def row_class(row):
    """JSON has a row for each of lockdep's names of a class, "struct dev.mutex#2"."""
    return row.split("#")[0]


def page_problems(page, graph):
    """The page to explore says what the JSON form says, chains included."""
    data = json.loads(PAGE_DATA.search(page).group(1))
    names, strings = [c[0] for c in data["classes"]], data["strings"]
    shown = {(names[d[0]], names[d[1]]) for d in data["dependencies"]}
    problems = []
    if shown != {(row_class(d["from"]), row_class(d["to"])) for d in graph["dependencies"]}:
        problems.append(f"the page has other dependencies: {sorted(shown)}")
    for d in data["dependencies"]:
        if not d[6] or len(d[6]) % 2 or max(d[6]) >= len(strings):
            problems.append(f"the page has no chain for {names[d[0]]} -> {names[d[1]]}")
    return problems


def dependencies(graph):
    """(name, name) -> how certain."""
    names = {c["class"]: c["name"] for c in graph["classes"]}
    return {(names[d["from"]], names[d["to"]]): d["confidence"] for d in graph["dependencies"]}


def judge(verb, pair, confidence, found):
    arrow = " -> ".join(pair)
    if verb == "independent":
        return [f"unexpected: {arrow} [{found[pair]}]"] if pair in found else []
    if pair not in found:
        return [f"missing: {arrow}"]
    if confidence and found[pair] != confidence:
        return [f"{arrow} is [{found[pair]}], expected [{confidence}]"]
    return []


def run(env, name):
    path = os.path.join(env.tests, "graph", name)
    problems = fixture.compile_errors(env, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    options = shlex.split(" ".join(fixture.OPTIONS.findall(text)))
    graph, more = read_graph(env, path, options, env.scratch(name))
    problems += more
    wanted = EXPECTATION.findall(text)
    if graph:
        found = dependencies(graph)
        for verb, *pair, confidence in wanted:
            problems += judge(verb, tuple(pair), confidence, found)
        if problems:
            problems += ["there are:"] + [f"    {a} -> {b}" for a, b in sorted(found)]
    return Outcome(problems, len(wanted))


def totals(outcomes):
    yield f"{count(outcomes)} dependencies"
