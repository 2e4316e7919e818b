# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel trees that tests may read: those of LOCKGRAPH_TEST_TREES, with colons between."""

import os
import re


def said():
    return [os.path.abspath(t) for t in os.environ.get("LOCKGRAPH_TEST_TREES", "").split(":") if t]


def version_of(tree):
    """(6, 12), or None where no kernel's Makefile is."""
    try:
        with open(os.path.join(tree, "Makefile"), encoding="utf-8") as file:
            text = file.read(2000)
    except OSError:
        return None
    numbers = re.findall(r"^(?:VERSION|PATCHLEVEL) = (\d+)", text, re.M)
    return tuple(int(n) for n in numbers) if len(numbers) == 2 else None


def of_version(version):
    """The first tree said of "6.12", or None."""
    wanted = tuple(int(n) for n in version.split("."))
    return next((tree for tree in said() if version_of(tree) == wanted), None)
