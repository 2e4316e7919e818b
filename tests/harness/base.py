# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kinds of cases share: how they are found, and what comes of one.

A kind is a module with KIND, find(env), run(env, case) and totals(outcomes); tests/run calls them.
"""

import dataclasses
import os


@dataclasses.dataclass
class Outcome:
    problems: list  # lines; none when all is right
    n: int = 0      # how many expectations there were


def c_files(env, folder):
    """The C files in a folder of tests/, and in the folders in it."""
    top = os.path.join(env.tests, folder)
    paths = [os.path.join(where, name) for where, _, names in os.walk(top) for name in names
             if name.endswith(".c")]
    return sorted(os.path.relpath(path, top) for path in paths)


def count(outcomes):
    return sum(outcome.n for outcome in outcomes)
