#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule files against their schema, against themselves and against kernel sources.

usage: names.py RULES-DIRECTORY [KERNEL-TREE...]

Every file must satisfy rules.schema.json. Whatever a rule takes or turns off, a release of the
same kind must exist. Every function name of the kernel set must stand as a word in each TREE,
unless "since" or "until" says that this version lacks it. Trees may also come in the environment
variable LOCKGRAPH_TEST_TREES, with colons between. Without one the names are not looked at.
"""

import json
import os
import re
import sys

SOURCES = ["include", "kernel", "lib", "mm", "block", "drivers/base", "net/core", "tools/objtool",
           "fs", "arch/x86/include", "arch/x86/kernel", "arch/s390/include", "arch/s390/lib",
           "arch/arm64/kvm"]
WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
PASTED = re.compile(rb"[A-Za-z0-9_]*(?:\s*##\s*[A-Za-z0-9_]+)+")
PARTNER = {"irq_off": "irq_on", "bh_off": "bh_on", "preempt_off": "preempt_on",
           "pagefault_off": "pagefault_on"}


class Results:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, ok, what, why=""):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"not ok - {what}: {why}")


def rule_files(rules_dir):
    for folder, _, names in sorted(os.walk(rules_dir)):
        for name in sorted(names):
            if folder != rules_dir and name.endswith(".json"):
                yield os.path.join(folder, name)


def check_schema(rules_dir, results):
    try:
        import jsonschema
    except ImportError:
        print("# python3-jsonschema is not installed: schemas not checked")
        return
    for name in sorted(os.listdir(rules_dir)):
        if name.endswith(".schema.json"):
            with open(os.path.join(rules_dir, name), encoding="utf-8") as file:
                jsonschema.Draft7Validator.check_schema(json.load(file))
    with open(os.path.join(rules_dir, "rules.schema.json"), encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    for path in rule_files(rules_dir):
        with open(path, encoding="utf-8") as file:
            errors = list(validator.iter_errors(json.load(file)))
        results.check(not errors, f"{path} satisfies the schema",
                      errors and f"{list(errors[0].path)}: {errors[0].message}")


def check_kinds(rules_dir, results):
    """The schema's kinds are those of lock_kinds.def, where the source is at hand."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../../src/rules/lock_kinds.def")
    with open(source, encoding="utf-8") as file:
        known = set(re.findall(r'^LOCK_KIND\(\w+, "(\w+)"', file.read(), re.M))
    with open(os.path.join(rules_dir, "rules.schema.json"), encoding="utf-8") as file:
        listed = set(json.load(file)["definitions"]["kind"]["enum"])
    results.check(known == listed, "the schema lists the kinds of lock_kinds.def",
                  " ".join(sorted(known ^ listed)))


def locks(value):
    return value if isinstance(value, list) else [value] if value else []


def released_by(entry):
    return {(lock["kind"], lock.get("mode", "write")) for lock in locks(entry.get("release"))}


def lock_taken(lock):
    return lock["kind"], lock.get("mode", "write")


def is_released(lock, releases):
    return lock in releases or (lock[0], "any") in releases


def check_pairs(sets, results):
    """Each acquiring rule has a releasing one that gives back the same locks and contexts."""
    for name, entries in sets.items():
        for entry in entries:
            taken = [lock_taken(lock) for lock in locks(entry.get("acquire"))]
            contexts = [on for off, on in PARTNER.items() if entry.get(off)]
            if not taken and not contexts or entry.get("release"):
                continue
            found = any(all(is_released(lock, released_by(other)) for lock in taken) and
                        all(other.get(on) for on in contexts) and
                        len(taken) == len(locks(other.get("release")))
                        for other in entries if not other.get("acquire"))
            results.check(found, f"{name}: {entry['functions'][0]} has its release",
                          f"no rule releases {taken} with {contexts}")


def tree_version(tree):
    with open(os.path.join(tree, "Makefile"), encoding="utf-8") as file:
        text = file.read(4096)
    return tuple(int(re.search(rf"^{key} = (\d+)", text, re.M).group(1))
                 for key in ("VERSION", "PATCHLEVEL"))


def is_in_version(entry, version):
    def parse(text):
        return tuple(int(part) for part in text.split(".")[:2])
    return (parse(entry.get("since", "0.0")) <= version <= parse(entry.get("until", "99.99")))


def source_files(tree):
    for top in SOURCES:
        for folder, _, names in os.walk(os.path.join(tree, top)):
            for name in names:
                if name.endswith((".c", ".h", ".S")):
                    yield os.path.join(folder, name)


def read_words(tree):
    """All words of the sources, and a pattern for each name that macros paste together."""
    words = set()
    pasted = set()
    for path in source_files(tree):
        with open(path, "rb") as file:
            text = file.read()
        words.update(WORD.findall(text))
        if b"##" in text:
            pasted.update(PASTED.findall(text))
    return words, [paste_pattern(text) for text in pasted]


def paste_pattern(text):
    """__seqprop_##lockname##_ptr -> ^__seqprop_.*_ptr$; which parts are parameters is a guess."""
    parts = [part.strip().decode() for part in text.split(b"##")]
    fixed = [part for part in parts if part.startswith("_") or part.endswith("_")]
    if not fixed or len("".join(fixed)) < 6:
        return None
    return re.compile("^" + "".join(re.escape(part) if part in fixed else r"\w+"
                                    for part in parts) + "$")


def is_named(name, words, patterns):
    return name.encode() in words or any(p and p.match(name) for p in patterns)


def check_names(data, tree, results):
    version = tree_version(tree)
    words, patterns = read_words(tree)
    for path, content in data:
        for section in ("primitives", "roles", "rcu_accesses", "opaque", "noreturn", "not_null",
                        "errors"):
            for entry in content.get(section, []):
                if not is_in_version(entry, version):
                    continue
                missing = [name for name in entry["functions"]
                           if not is_named(name, words, patterns)]
                results.check(not missing, f"{path}: names are in Linux {version[0]}.{version[1]}",
                              ", ".join(missing))


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    rules_dir = sys.argv[1]
    trees = sys.argv[2:] + [t for t in os.environ.get("LOCKGRAPH_TEST_TREES", "").split(":") if t]
    results = Results()
    check_schema(rules_dir, results)
    check_kinds(rules_dir, results)
    data = []
    sets = {}
    for path in rule_files(rules_dir):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        data.append((os.path.relpath(path, rules_dir), content))
        name = os.path.basename(os.path.dirname(path))
        sets.setdefault(name, []).extend(content.get("primitives", []))
    check_pairs(sets, results)
    for tree in trees:
        check_names([d for d in data if d[0].startswith("kernel/")], tree, results)
    if not trees:
        print("# no kernel tree given: names not looked up")
    print(f"{results.passed} passed, {results.failed} failed")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
