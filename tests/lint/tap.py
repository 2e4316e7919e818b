# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lints share: which files there are, and how a result is printed."""

import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


# What people write, as opposed to what tools make of it.
WRITTEN = ("src", "rules", "cocci", "man", "docs", "examples", "bench", "tests")


def files(*folders, suffixes=("",)):
    """Files of the project below folders, as paths from its top; in a checkout, git's."""
    try:
        listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z", "--", *folders], check=True,
                                capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = []
    if not any(listed):
        listed = [os.path.relpath(os.path.join(where, name), TOP) for folder in folders
                  for where, _, names in os.walk(os.path.join(TOP, folder)) for name in names]
    return sorted(path for path in listed
                  if path.endswith(suffixes) and os.path.isfile(os.path.join(TOP, path)))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def by_folder(paths):
    """One result a folder says enough: the problems name the files."""
    for folder in sorted({os.path.dirname(path) for path in paths}):
        yield folder, [path for path in paths if os.path.dirname(path) == folder]


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def report(results):
    """results: pairs of a name and a list of problems."""
    results = list(results)
    print(f"1..{len(results)}")
    for number, (name, problems) in enumerate(results, 1):
        print("not ok" if problems else "ok", number, "-", name)
        for problem in problems:
            print("#", problem.replace("\n", "\n# "))
    sys.exit(any(problems for _, problems in results))
