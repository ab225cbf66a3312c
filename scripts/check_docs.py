#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check the kernel-doc comments: well formed, and there where they must be.

Every exported function has one before its definition, every struct of
operations in include/target has one, and the kernel's own parser finds nothing
wrong in any (a member or argument that is not described is wrong).
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import csource
import kernel_source
from mirror import sources

TOP = Path(__file__).resolve().parent.parent
CHECKED = ("drivers/target", "include/target")
EXPORT = re.compile(r"^EXPORT_SYMBOL\w*\(\s*(\w+)", re.M)
OPERATIONS = re.compile(r"^struct (\w+_ops) \{", re.M)


def has_comment(text: str, line: int) -> bool:
    """Tell whether a kernel-doc comment ends right before a line (from 1)."""
    before = text.split("\n")[:line - 1]
    while before and not before[-1].strip():
        before.pop()
    if not before or not before[-1].rstrip().endswith("*/"):
        return False
    opening = next((at for at in reversed(before) if at.lstrip().startswith("/*")), "")
    return opening.lstrip().startswith("/**")


def undocumented(paths: list[Path]) -> list[str]:
    """List exported functions and public structs of operations without kernel-doc."""
    found = []
    functions = {(symbol.path, symbol.name): symbol
                 for symbol in csource.symbols(paths, "f") if not symbol.static}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for name in EXPORT.findall(text):
            symbol = functions.get((path, name))
            # The type may stand on a line of its own above the name.
            near = symbol and any(has_comment(text, symbol.line - above) for above in (0, 1))
            if symbol and not near:
                found.append(f"{path.relative_to(TOP)}:{symbol.line}: {name}: no kernel-doc")
        if path.suffix == ".h" and "include" in path.relative_to(TOP).parts:
            for match in OPERATIONS.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                if not has_comment(text, line):
                    found.append(f"{path.relative_to(TOP)}:{line}: {match.group(1)}: "
                                 "no kernel-doc")
    return found


def malformed(tree: Path, paths: list[Path]) -> list[str]:
    """Return what the kernel's parser warns of."""
    if not paths:
        return []
    done = subprocess.run(["perl", str(tree / "scripts/kernel-doc"), "-none", "-Wall",
                           *(str(path.relative_to(TOP)) for path in paths)],
                          cwd=TOP, capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines()
            if re.search(r"(warning|error):", line, re.I)]


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0]).parse_args()
    try:
        tree = kernel_source.source()
    except kernel_source.SourceError as error:
        print(error, file=sys.stderr)
        return 1
    paths = [TOP / folder / name for folder in CHECKED for name in sources(TOP / folder)
             if name.suffix in (".c", ".h")]
    problems = undocumented(paths) + malformed(tree, paths)
    print("".join(f"{line}\n" for line in problems), end="")
    print(f"kernel-doc: {len(paths)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
