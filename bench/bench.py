#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What lockgraph costs, against the compiler and other checkers over the same units.

Everything is measured in one run on one machine, whole processes, children included. Processor
time is compared, not the clock's, so that what else runs matters little; only the figures a person
waits for (a second run, one changed file) are in seconds of the clock, the best of a few tries.

The tree is only read. Caches, the build directory and the copy of the tree in which a file is
changed go to a folder of their own, which is removed at the end.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

CLANGS = ["clang-%d" % n for n in range(25, 16, -1)] + ["clang"]
EXTRACTED = re.compile(r"lockgraph: (\d+) files read, (\d+) of them from the cache; ([\d.]+) s")
STAGE = re.compile(r"lockgraph: (\w+): ([\d.]+) s$")


class Cost:
    """What a process and all its children used."""

    def __init__(self, command, cwd=None, env=None, keep_errors=False):
        errors = subprocess.PIPE if keep_errors else subprocess.DEVNULL
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        run = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=errors, text=True, check=False)
        self.wall = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.status = run.returncode
        self.errors = run.stderr or ""


class Lockgraph:
    """One way to call lockgraph: a cache, a tree, an architecture."""

    def __init__(self, program, work, tree, arch):
        self.program, self.work, self.tree, self.arch = program, work, tree, arch
        self.cache = os.path.join(work, "cache")

    def command(self, *words):
        options = ["--tree", self.tree, "--cache", self.cache]
        if self.arch:
            options += ["--arch", self.arch]
        return [self.program, *words[:1], *options, *words[1:]]

    def units(self, paths):
        units = []
        for path in paths:
            text = subprocess.run(self.command("debug", "units", path), check=True, cwd=self.tree,
                                  stdout=subprocess.PIPE, text=True).stdout
            units += json.loads(text)
        return units

    def run(self, *words):
        report = os.path.join(self.work, "report.json")
        cost = Cost(self.command("run", "-v", "--format=json", "-o", report, *words),
                    cwd=self.tree, keep_errors=True)
        if cost.status not in (0, 1, 3):
            sys.exit("bench: lockgraph ended with status %d:\n%s" % (cost.status, cost.errors))
        with open(report, encoding="utf-8") as file:
            return Run(cost, json.load(file))


class Run:
    """A run of lockgraph, with what it said of itself."""

    def __init__(self, cost, report):
        self.cost = cost
        self.stats, self.units = report["stats"], report["units"]
        self.stages = {}
        self.workers_cpu, self.read = 0.0, 0
        for line in cost.errors.splitlines():
            read, stage = EXTRACTED.match(line), STAGE.match(line)
            if read:
                self.read += int(read.group(1)) - int(read.group(2))
                self.workers_cpu += float(read.group(3))
            elif stage:
                self.stages[stage.group(1)] = float(stage.group(2))

    def analysis(self):
        """Processor seconds of all but the workers: nearly all is link and analysis."""
        return self.cost.cpu - self.workers_cpu


def find_clang():
    for name in CLANGS:
        if shutil.which(name):
            return name
    return None


def find_checker(name):
    """SPARSE=path and SMATCH=path say where they are when they are not installed."""
    return shutil.which(os.environ.get(name.upper()) or name)


def compiler_words(unit):
    return unit["arguments"][1:]


def checker_words(unit):
    """Sparse and smatch are gcc's relatives: what only clang takes is left out."""
    return [word for word in compiler_words(unit) if not word.startswith("--target")]


def measure_tool(name, prefix, words_of, units):
    """Processor seconds and failures of a program that is started once per unit."""
    cpu, failed = 0.0, 0
    for n, unit in enumerate(units):
        progress("%s: %d of %d" % (name, n + 1, len(units)))
        cost = Cost(prefix + words_of(unit), cwd=unit["directory"])
        cpu += cost.cpu
        failed += cost.status != 0
    progress("")
    return cpu, failed


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()


def spread(units, count):
    """@count units, evenly over the list, which is sorted by file."""
    if not count or count >= len(units):
        return units
    return [units[i * len(units) // count] for i in range(count)]


def copy_tree(tree, place):
    """Hard links where possible: a changed file is written anew, never in place."""
    linked = subprocess.run(["cp", "-al", tree, place], stderr=subprocess.DEVNULL, check=False)
    if linked.returncode:
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run(["cp", "-a", tree, place], check=True)


def change(path, n):
    """A new function, in a new file that replaces the old one."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text + "\nint lockgraph_bench_%d(int a);\n"
                   "int lockgraph_bench_%d(int a) { return a + %d; }\n" % (n, n, n))
    os.replace(path + ".new", path)


class Table:
    """Rows of "what, figure, limit", printed when they are known."""

    def __init__(self):
        self.missed = 0

    def row(self, what, figure, limit=None, value=None):
        verdict = ""
        if limit is not None and value is not None:
            verdict = "at most %g" % limit
            if value > limit:
                verdict += ": MISSED"
                self.missed += 1
        print("%-58s %12s  %s" % (what, figure, verdict), flush=True)

    def title(self, text):
        print("\n%s" % text)


def bench_tools(table, options, units, per_unit):
    """Per-unit processor time of the programs to compare with."""
    table.title("Other programs, processor time per unit")
    clang = options.clang or find_clang()
    if clang:
        sample = spread(units, options.sample)
        cpu, failed = measure_tool("clang", [clang, "-fsyntax-only"], compiler_words, sample)
        per_unit["clang"] = cpu / len(sample)
        table.row("%s -fsyntax-only, %d units (%d failed)" % (clang, len(sample), failed),
                  "%.3f s" % per_unit["clang"])
    for name, more in (("sparse", []), ("smatch", ["-p=kernel"])):
        program = find_checker(name)
        if not program:
            table.row(name, "not there")
            continue
        sample = spread(units, options.checker_sample)
        cpu, failed = measure_tool(name, [program, *more], checker_words, sample)
        per_unit[name] = cpu / len(sample)
        table.row("%s, %d units (%d with errors)" % (name, len(sample), failed),
                  "%.3f s" % per_unit[name])


def bench_cold(table, lockgraph, options, per_unit):
    table.title("All units, empty cache")
    cold = lockgraph.run(*options.whole)
    total, failed = cold.units["total"], len(cold.units["failed"])
    mine = cold.workers_cpu / max(cold.read, 1)
    table.row("units", str(total))
    table.row("units not read", "%d (%.2f %%)" % (failed, 100 * failed / max(total, 1)), 0.5,
              100 * failed / max(total, 1))
    table.row("extraction, processor time", "%.1f s" % cold.workers_cpu)
    table.row("extraction, processor time per unit", "%.3f s" % mine)
    for name, cost in per_unit.items():
        limit = 0.5 if name == "clang" else None
        table.row("  against %s" % name, "%.2f" % (mine / cost), limit, mine / cost)
    table.title("The same again, full cache")
    warm = lockgraph.run("--anew", *options.whole)
    peak = warm.stats["peak_rss_mb"]
    table.row("the whole run", "%.1f s" % warm.cost.wall)
    table.row("link and analysis, processor time", "%.1f s" % warm.analysis())
    share = warm.analysis() / cold.workers_cpu
    table.row("  against the extraction", "%.2f" % share, 0.25, share)
    table.row("peak memory of link and analysis", "%d MB" % peak, 3072, peak)


def best_run(lockgraph, tries, before=None, *paths):
    runs = []
    for n in range(tries):
        if before:
            before(n)
        runs.append(lockgraph.run(*paths))
    return min(runs, key=lambda run: run.cost.wall)


def again_row(table, what, run, limit):
    table.row(what, "%.2f s" % run.cost.wall, limit, run.cost.wall)
    stages = ", ".join("%s %.2f" % item for item in run.stages.items() if item[1] >= 0.01)
    print("  processor time %.2f; %s" % (run.cost.cpu, stages))


def bench_again(table, lockgraph, options):
    table.title("%s again, seconds of the clock, best of %d" % (" ".join(options.paths),
                                                               options.tries))
    lockgraph.run(*options.paths)
    run = best_run(lockgraph, options.tries, None, *options.paths)
    again_row(table, "nothing changed", run, 2)
    run = best_run(lockgraph, options.tries, None, "--anew", *options.paths)
    again_row(table, "nothing changed, analysed all the same", run, None)


def bench_change(table, lockgraph, options):
    place = os.path.join(lockgraph.work, "tree")
    copy_tree(lockgraph.tree, place)
    copied = Lockgraph(lockgraph.program, lockgraph.work, place, lockgraph.arch)
    units = copied.units(options.paths)
    changed = options.changed or units[len(units) // 2]["file"]
    victim = os.path.join(place, changed)
    copied.run(*options.paths)
    run = best_run(copied, options.tries, lambda n: change(victim, n), *options.paths)
    again_row(table, "one file changed", run, 3)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tree", help="an unpacked Linux tree")
    parser.add_argument("--lockgraph", default="lockgraph", help="the program to measure")
    parser.add_argument("--arch", default="s390")
    parser.add_argument("--paths", nargs="+", default=["drivers/s390"],
                        help="what is analysed again, and where a file is changed")
    parser.add_argument("--whole", nargs="+", default=["."],
                        help="what is read with an empty cache (default: all)")
    parser.add_argument("--changed", help="the file to change, counted from the tree")
    parser.add_argument("--clang", help="the compiler to compare with")
    parser.add_argument("--sample", type=int, default=150,
                        help="how many units the compiler reads; 0: all")
    parser.add_argument("--checker-sample", type=int, default=60,
                        help="how many units sparse and smatch read; 0: all")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--work", help="where to put caches and the copy of the tree")
    parser.add_argument("--skip-whole", action="store_true",
                        help="only what is analysed again: a minute or two")
    return parser.parse_args()


def bench(options, work):
    tree = os.path.realpath(options.tree)
    lockgraph = Lockgraph(os.path.abspath(options.lockgraph), work, tree, options.arch)
    table = Table()
    per_unit = {}
    units = lockgraph.units(options.whole)
    if not options.skip_whole:
        bench_tools(table, options, units, per_unit)
        bench_cold(table, lockgraph, options, per_unit)
    bench_again(table, lockgraph, options)
    bench_change(table, lockgraph, options)
    return 1 if table.missed else 0


def main():
    options = parse_options()
    if not os.path.exists(options.lockgraph):
        options.lockgraph = shutil.which(options.lockgraph) or sys.exit("bench: no lockgraph")
    if not os.path.exists(os.path.join(options.tree, "Kbuild")):
        sys.exit("bench: %s: no Linux tree there" % options.tree)
    if options.work:
        os.makedirs(options.work, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lockgraph-bench-", dir=options.work) as work:
        return bench(options, work)


if __name__ == "__main__":
    sys.exit(main())
