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

KIND = "graph"
TIME_LIMIT = 60

EXPECTATION = re.compile(r"//\s*(depends|independent):\s*(.+?) -> (.+?)(?:\s+\[(\w+)\])?\s*$", re.M)


class Outcome:
    def __init__(self, problems, n=0):
        self.problems = problems
        self.n = n


def find(env):
    top = os.path.join(env.tests, "graph")
    return sorted(n for n in os.listdir(top) if n.endswith(".c"))


def read_graph(env, path, options, folder):
    graph = os.path.join(folder, "graph.json")
    fixture.write_compile_commands(env, folder, path)
    command = [env.program, "graph", "--tree", env.tests, "--compile-commands", folder,
               "--jobs", "1", "--format=json", "-o", graph, *options, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT,
                          env=env.variables, cwd=env.tests, check=False)
    if done.returncode != 0:
        return None, [f"exit status {done.returncode}: {done.stderr}"]
    with open(graph, encoding="utf-8") as file:
        return json.load(file), []


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
    return (f"{sum(o.n for o in outcomes)} dependencies",)
