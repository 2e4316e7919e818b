# SPDX-License-Identifier: GPL-2.0-or-later
"""Git repositories for --diff and --patch: two C files, how they are compiled, what must come out."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("LOCKGRAPH_BUILD", os.getcwd())
PROGRAM = os.path.abspath(os.environ.get("LOCKGRAPH", os.path.join(BUILD, "lockgraph")))
TIME_LIMIT = 60
KERNEL_TIME_LIMIT = 1200

HEADER = """#include <pthread.h>
struct q { pthread_mutex_t a, b; int n; };
#define FIRST(q) (&(q)->a)
"""
FORWARD = """#include "q.h"
void forward(struct q *q)
{
	pthread_mutex_lock(FIRST(q));
	pthread_mutex_lock(&q->b);
	pthread_mutex_unlock(&q->b);
	pthread_mutex_unlock(FIRST(q));
}
"""
BACKWARD = """#include "q.h"
void backward(struct q *q)
{
	pthread_mutex_lock(&q->b);
	%s
	pthread_mutex_unlock(&q->b);
}
"""
HARMLESS = BACKWARD % "q->n++;"
DEADLOCK = BACKWARD % "pthread_mutex_lock(&q->a); q->n++; pthread_mutex_unlock(&q->a);"
# Alone in a file, for trees of which no other file is known.
BOTH = FORWARD + DEADLOCK.partition("\n")[2]


class Repository:
    """A git repository with two C files, their commands outside it, and a cache."""

    def __init__(self, folder):
        self.top = folder
        self.folder = os.path.join(folder, "repo")
        self.cache = os.path.join(folder, "cache")
        self.variables = dict(os.environ, LC_ALL="C", TMPDIR=os.path.join(folder, "tmp"),
                              GIT_CONFIG_NOSYSTEM="1", HOME=folder)
        self.variables.setdefault("LOCKGRAPH_DATADIR", os.path.join(BUILD, "datadir"))
        self.options = ["--rules=pthread", "--compile-commands",
                        os.path.join(folder, "commands", "compile_commands.json")]
        self.where = self.folder
        self.limit = TIME_LIMIT
        self.times = 0
        for name in ("tmp", "commands", "repo"):
            os.makedirs(os.path.join(folder, name))
        self.git("config", "--global", "user.name", "A Tester")
        self.git("config", "--global", "user.email", "tester@example.com")
        self.git("init", "-q", "-b", "main", ".")

    def start(self):
        commands = [{"directory": self.folder, "file": name, "command": "cc -c " + name}
                    for name in ("forward.c", "backward.c")]
        with open(self.options[-1], "w", encoding="utf-8") as file:
            json.dump(commands, file)
        self.commit("base", {"q.h": HEADER, "forward.c": FORWARD, "backward.c": HARMLESS,
                             "README": "two locks\n"})
        return self

    def git(self, *words, where=None):
        return subprocess.run(["git", *words], cwd=where or self.folder, env=self.variables,
                              check=True, capture_output=True, text=True).stdout

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self, message, files):
        for name, text in files.items():
            self.write(name, text)
        self.git("add", "-f", *files)
        self.git("commit", "-qm", message)

    def run(self, *more, given=None):
        """The exit status, the report, what was said on standard error."""
        command = [PROGRAM, "--format=json", "--cache", self.cache, *self.options, *more]
        done = subprocess.run(command, cwd=self.where, env=self.variables, input=given or "",
                              capture_output=True, text=True, timeout=self.limit, check=False)
        return done.returncode, json.loads(done.stdout or "null"), done.stderr

    def left_behind(self):
        """What a run must not leave: in the repository, in the temporary folder, views."""
        problems = [f"left in the temporary folder: {n}" for n in os.listdir(self.variables["TMPDIR"])]
        views = os.path.join(self.cache, "lockgraph", "views")
        views = views if os.path.isdir(views) else os.path.join(self.cache, "views")
        left = os.listdir(views) if os.path.isdir(views) else []
        problems += [f"left in the cache: {n}" for n in left if not n.endswith(".lock")]
        if self.git("worktree", "list").count("\n") != 1:
            problems.append("a git worktree is left")
        return problems


def expect(repository, result, status, found, fixed=0, closes=0):
    """@found: rules of the new findings; @closes: how many new dependencies close a circle."""
    got, report, said = result
    if report is None:
        return [f"no report, exit status {got}: {said}"]
    rules = [f["rule"] for f in report["findings"]]
    counted = {"new findings": (rules, found), "exit status": (got, status),
               "fixed": (len(report["diff"]["fixed"]), fixed),
               "new dependencies that close a circle":
               (sum(d["closes_circle"] for d in report["diff"]["dependencies"]), closes)}
    problems = [f"{what}: {is_!r}, not {should!r}; {said}"
                for what, (is_, should) in counted.items() if is_ != should]
    return problems + repository.left_behind()


CYCLE = ["deadlock/cycle"]


def run_case(case, start):
    """What is wrong, with a repository of its own; @start: with the two files in it."""
    folder = tempfile.mkdtemp(prefix="lockgraph-diff-")
    try:
        repository = Repository(folder)
        return case(repository.start() if start else repository)
    except subprocess.TimeoutExpired:
        return ["no answer in time"]
    except subprocess.CalledProcessError as error:
        return [f"{error.cmd}: {error.stderr}"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tell(number, name, problems):
    print("not ok" if problems else "ok", number, "-", name)
    for problem in problems:
        print("#", str(problem).replace("\n", "\n# "))
    sys.stdout.flush()


def run_cases(small, others=()):
    """@small start with the two files; @others, (name, case), with nothing. The exit status."""
    cases = [((case.__doc__ or case.__name__.replace("_", " ")).splitlines()[0], case, True)
             for case in small] + [(name, case, False) for name, case in others]
    print(f"1..{len(cases)}")
    failed = False
    for number, (name, case, start) in enumerate(cases, 1):
        if not case:
            print(f"ok {number} - {name}")
            continue
        problems = run_case(case, start)
        tell(number, name, problems)
        failed |= bool(problems)
    return 1 if failed else 0
