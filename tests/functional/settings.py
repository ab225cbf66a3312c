# SPDX-License-Identifier: GPL-2.0-only
"""The table of settings: what each file accepts, before and after export.

A form is a name and below it, indented, a result and the values that have it; a
value that is shown as another afterwards is followed by > and that; "shown" is what
is shown for all.  What no line names is refused with EINVAL, or has the result of the
line "rest".  "own" is what was shown first: it is accepted, unless a line says not.

A row is a path, a form before export and one after; - is where it is not there.
The last row that matches holds.  Sections that begin with "== ours:" hold for this
target alone, and say why.
"""
from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

TABLE = Path(__file__).with_name("settings.txt")
# What is written, by the word for it.
VALUES = {word: word for word in (
    "0 1 2 3 -1 8 255 256 512 4096 4097 65535 65536 16777215 16777216 4294967296 0x10 "
    "yes Yes No None CHAP CRC32C abc").split()}
VALUES |= {" 1": " 1", "1 ": "1 ", "1-newline": "1\n"}
VALUES |= {f"x{count}": "x" * count for count in (16, 17, 255, 300)}


@dataclass
class Form:
    """What a file makes of each value."""

    results: dict[str, str] = field(default_factory=dict)
    rest: str = "EINVAL"
    shown: str = "{}"

    def add(self, words: list[str]) -> None:
        """Take one line of the table."""
        result, *values = words
        if result in ("rest", "shown"):
            setattr(self, result, values[0])
            return
        for value in values:
            name, _, shown = value.partition(">")
            self.results[name] = f"{result}>{VALUES.get(shown, shown)}" if shown else result

    def result(self, name: str) -> str:
        """Return what writing a value gives."""
        result = self.results.get(name, "ok" if name == "own" else self.rest)
        if result != "ok" or name == "own":
            return result
        value = VALUES[name]
        shown = self.shown.format(value.removesuffix("\n"))
        return "ok" if shown == value else f"ok>{shown}"


@dataclass(frozen=True)
class Row:
    """What the files that a pattern matches accept: the names of two forms."""

    pattern: str
    forms: tuple[str, str]
    reason: str


class Table:
    """All forms and rows."""

    def __init__(self, text: str) -> None:
        self.forms: dict[str, Form] = {}
        self.rows: list[Row] = []
        reason = ""
        for line in text.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("== "):
                reason = line.partition(": ")[2]
            elif line.startswith("form "):
                form = self.forms[line.split()[1]] = Form()
            elif line.startswith(" "):
                form.add(shlex.split(line))
            else:
                pattern, before, after = line.split()
                self.rows.append(Row(pattern, (before, after), reason))

    def row(self, path: str, ours: bool) -> Row | None:
        """Return the row that holds for a file."""
        matches = [row for row in self.rows
                   if fnmatchcase(path, row.pattern) and (ours or not row.reason)]
        return matches[-1] if matches else None

    def differences(self, seen: dict[str, dict[str, str]], phase: int, ours: bool) -> list[str]:
        """Compare what a machine did with the table."""
        found = []
        for path, results in seen.items():
            row = self.row(path, ours)
            name = row.forms[phase] if row else "-"
            if name == "-":
                found.append(f"{path}: no form for {results}")
                continue
            found += [f"{path} ({name}) <- {value}: {result}, not {self.forms[name].result(value)}"
                      for value, result in results.items()
                      if result != self.forms[name].result(value)]
        return found

    def idle(self, seen: list[dict[str, dict[str, str]]], ours: bool) -> list[str]:
        """Return the rows that no file needs."""
        found = []
        for row in self.rows:
            if row.reason and not ours:
                continue
            found += [f"{row.pattern}: no such file {('before', 'after')[phase]} export"
                      for phase, files in enumerate(seen) if row.forms[phase] != "-"
                      and not any(fnmatchcase(path, row.pattern) for path in files)]
        for path in seen[1]:
            held, stock = self.row(path, ours), self.row(path, False)
            if held and held.reason and stock and held.forms == stock.forms:
                found.append(f"{path}: as {stock.pattern}, in spite of: {held.reason}")
        return found
