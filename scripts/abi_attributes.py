#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Keep the ABI document in step with the attribute tables.

The entries of Documentation/ABI/testing/configfs-target for the files of
attrib/ and of target port groups come from the rows of core/attrib.c and
core/tp_group.c.  The rest of the document is written by hand and kept.

usage: abi_attributes.py [--check]
"""
from __future__ import annotations

import argparse
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
CORE = TOP / "drivers/target/core"
DOCUMENT = TOP / "Documentation/ABI/testing/configfs-target"
UNIT = "/sys/kernel/config/target/core/<plugin>_<n>/<name>"
KINDS = {"BOOL": "0 or 1 (also y, n, on, off)", "FLAG": "0 or 1", "U8": "number",
         "CODE": "number", "U16": "number", "U32": "number", "POWER": "power"}
CALL = re.compile(r"\b(BOOL|FIELD|FACT|SUPPORT|MEMBER)\((.*?)\)(?=,(?:\n|$))", re.S)
MEDIUM = "The medium brings a value of its own when the unit is enabled."
ON = "Value: 1; 0 is refused."
EXPORTED = "Cannot be written while a LUN links to the unit."


@dataclass(frozen=True)
class Row:
    """One file."""

    path: str
    kind: str
    least: str
    most: str
    first: str
    words: str
    notes: tuple[str, ...] = ()

    def entry(self) -> str:
        """Return the text of the document for it."""
        words = f"{self.words[0].upper()}{self.words[1:]}."
        if "written never" in self.notes:
            text = f"{words} Read-only."
        else:
            allowed = KINDS[self.kind]
            if allowed in ("number", "power"):
                most = "2^32 - 1" if self.most == "U32_MAX" else self.most
                allowed = ("a power of two, " if allowed == "power" else "") \
                    + f"{self.least} to {most}"
            value = [] if ON in self.notes else [f"Value: {allowed}.", f"Default: {self.first}."]
            text = " ".join([words, *value, *self.notes])
        return entry(self.path, text)


def entry(path: str, text: str) -> str:
    """Return one entry in the format of Documentation/ABI/README."""
    lines = textwrap.wrap(text, 70)
    body = "".join(f"\t\t{line}\n" for line in lines)
    return (f"What:\t\t{path}\nDate:\t\tNovember 2026\nKernelVersion:\t6.12\n"
            f"Contact:\ttarget-devel@vger.kernel.org\nDescription:\n{body}\n")


def arguments(text: str) -> list[str]:
    """Split a macro's arguments; the last one is a string with commas in it."""
    head, _, tail = text.partition('"')
    parts = [part.strip() for part in head.split(",") if part.strip()]
    return [*parts, re.sub(r'"\s*"', "", tail).rstrip().rstrip('"')]


def constants(source: str) -> dict[str, str]:
    """Return the numbers that the source defines."""
    return dict(re.findall(r"^#define\s+(\w+)\s+(\d+)$", source, re.M))


def attrib_rows(source: str) -> list[Row]:
    """Read the table of attrib.c."""
    rows = []
    for block in re.findall(r"\t\[TARGET_ATTRIB_\w+\] = \{\n(.*?)\n\t\},", source, re.S):
        found = CALL.search(block)
        if not found:
            raise ValueError(f"attrib.c: a row without a field: {block}")
        macro, parts = found.group(1), arguments(found.group(2))
        notes = [note for mark, note in ((".medium", MEDIUM), (".not_exported = true", EXPORTED),
                                         (".check = check_on,", ON))
                 if mark in block]
        if macro == "BOOL":
            name, kind, least, most, first = parts[0], "BOOL", "0", "1", parts[1]
        elif macro == "FACT":
            name, kind, least, most, first = parts[0], parts[1], "0", parts[2], "0"
            if ".check" not in block:
                notes = ["written never"]
        else:
            name, kind, least, most, first = parts[:5]
        rows.append(Row(f"{UNIT}/attrib/{name}", kind, least, most, first, parts[-1],
                        tuple(notes)))
    return rows


def group_rows(source: str) -> list[Row]:
    """Read the table of tp_group.c."""
    table = source[source.index("static const struct target_field table[]"):]
    table = table[:table.index("\n};")]
    known = constants(source)
    rows = []
    for macro, text in CALL.findall(table):
        parts = arguments(text)
        if macro == "SUPPORT":
            rows.append(Row(f"{UNIT}/alua/<group>/alua_support_{parts[0]}", "FLAG", "0", "1",
                            parts[1], "the group may be in the state that the name says"))
            continue
        name, _, kind, most, first = parts[:5]
        most = "14" if most == "TARGET_TP_OFFLINE" else known.get(most, most)
        rows.append(Row(f"{UNIT}/alua/<group>/{name}", kind, "0", most, known.get(first, first),
                        parts[-1]))
    return rows


def generated() -> dict[str, str]:
    """Return path -> entry for every file that comes from a table."""
    rows = attrib_rows((CORE / "attrib.c").read_text(encoding="utf-8"))
    rows += group_rows((CORE / "tp_group.c").read_text(encoding="utf-8"))
    return {row.path: row.entry() for row in rows}


def merged(document: str) -> str:
    """Return the document with the entries of the tables as they must be."""
    tables = generated()
    kept = {}
    for text in re.split(r"(?m)^(?=What:)", document):
        found = re.match(r"What:\s+(\S+)", text)
        if not found:
            continue
        path = found.group(1)
        folder = path.rsplit("/", 1)[0]
        if folder == f"{UNIT}/attrib" and path not in tables:
            continue
        kept[path] = text.rstrip("\n") + "\n\n"
    kept.update(tables)
    return "".join(kept[path] for path in sorted(kept)).rstrip("\n") + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="only tell whether it is")
    options = parser.parse_args()
    old = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    new = merged(old)
    if old == new:
        return 0
    if options.check:
        print(f"{DOCUMENT.relative_to(TOP)} differs from the tables: scripts/abi_attributes.py")
        return 1
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
