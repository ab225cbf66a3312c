# SPDX-License-Identifier: GPL-2.0-only
"""The golden tree: each path of the interface, its mode, and its value.

One line of configfs_tree.txt is a path, a mode and a value.  A path that ends
in / is a folder; one with the mode "link" is a link and the value its target.
A value is a Python string literal for text that is fixed; a word of FORMATS, or
a regular expression behind a tilde, for what differs from boot to boot.
"""
from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).with_name("configfs_tree.txt")
FORMATS = {
    "-": re.compile(r""),
    "number": re.compile(r"\d+\n"),
    "line": re.compile(r"[^\n]+\n"),
    "address": re.compile(r"\d+:\d+:\d+\n"),
    # One LUN's path a line, in any order; readers know a NUL behind each.
    "members": re.compile(r"(?:[\w:.-]+(?:/[\w:.-]+)*\n\0?)*"),
}


@dataclass(frozen=True)
class Entry:
    """One line."""

    path: str
    mode: str
    value: str

    def difference(self, mode: str, value: str | None) -> str | None:
        """Say how what is there differs, or None."""
        if mode != self.mode:
            return f"{self.path}: mode {mode}, not {self.mode}"
        if self.mode == "link":
            return None if value == self.value else f"{self.path}: leads to {value}"
        pattern = FORMATS.get(self.value)
        if self.value.startswith("~"):
            pattern = re.compile(ast.literal_eval(self.value[1:]))
        if pattern:
            if pattern.fullmatch(value or ""):
                return None
            return f"{self.path}: {value!r} is no {self.value}"
        wanted = ast.literal_eval(self.value)
        return None if value == wanted else f"{self.path}: {value!r}, not {wanted!r}"


def golden(text: str | None = None) -> list[Entry]:
    """Read the table."""
    entries = []
    for line in (text or GOLDEN.read_text(encoding="utf-8")).splitlines():
        if line and not line.startswith("#"):
            path, mode, value = line.split(" ", 2)
            entries.append(Entry(path, mode, value))
    return entries


def differences(rows: list[list[str | None]]) -> list[str]:
    """Compare what a machine has with the table; more than the table is fine."""
    there = {row[0]: (row[1] or "", row[2]) for row in rows}
    found = []
    for entry in golden():
        if entry.path not in there:
            found.append(f"{entry.path}: missing")
            continue
        problem = entry.difference(*there[entry.path])
        if problem:
            found.append(problem)
    return found
