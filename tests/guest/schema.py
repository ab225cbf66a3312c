# SPDX-License-Identifier: GPL-2.0-only
"""Compare each schema file with what the files that it describes really take."""
from __future__ import annotations

import os
import re
from dataclasses import dataclass

import lio
from klog import lines_of

LINE = re.compile(r'(\S+) (\w+) (\S+) default=("[^"]*"|\S+) write=(\w+)(?: # .+)?')
KINDS = {"bool", "number", "power", "text", "secret", "word", "words", "action"}
FREE = {"alias", "udev_path", "tag", "vendor_id", "product_id", "revision", "TargetAlias",
        "userid", "password", "userid_mutual", "password_mutual"}
# Changing an access state is an action; it can be refused, and takes time.
ACTIONS = {"alua_access_state", "alua_tg_pt_offline"}
# They show words for the numbers that are written.
WORDS = {"alua_access_type", "alua_access_status"}
# The folder of a fabric that its schema is in.
HOME = "discovery_auth"
SCHEMAS = {"schema", f"{HOME}/schema"}
COUNTERS = {"statistics", "fabric_statistics"}


@dataclass(frozen=True)
class Row:
    """One line."""

    path: str
    kind: str
    range: str
    init: str
    when: str

    @property
    def name(self) -> str:
        """The file's name."""
        return os.path.basename(self.path)

    def good(self) -> list[str]:
        """Return values at the edges of what is accepted."""
        if self.kind in ("word", "words"):
            names = self.range.split("|")
            return names + ([",".join(names)] if self.kind == "words" else [])
        if self.kind in ("text", "secret"):
            if self.name not in FREE:
                return []
            return ["x" * int(self.range.split("..")[1])]
        values = [edge for part in self.range.split(",") for edge in part.split("..")]
        return values + ([self.init] if self.init != "-" else [])

    def bad(self) -> list[str]:
        """Return values that have to be refused."""
        if self.kind in ("word", "words"):
            return ["?nonsense"]
        if self.range == "-":
            return []
        spans = [[int(edge) for edge in part.split("..")] for part in self.range.split(",")]
        if self.kind in ("text", "secret"):
            return ["x" * (spans[0][1] + 1)] if spans[0][1] < 4095 else []
        least, most = min(span[0] for span in spans), max(span[-1] for span in spans)
        values = [str(least - 1), str(most + 1), "?nonsense"]
        if len(spans) == 2 and spans[0][-1] + 1 < spans[1][0]:
            values.append(str(spans[0][-1] + 1))
        if self.kind == "power" and least < most:
            values.append(str(least + 1))
        return values


def text(folder: str) -> str:
    """Return the schema of an object; a fabric's is in a folder of it."""
    if os.path.exists(lio.path(folder, HOME, "schema")):
        folder = f"{folder}/{HOME}"
    return lio.read(f"{folder}/schema")


def rows(folder: str) -> list[Row]:
    """Read a schema file."""
    found = []
    for line in text(folder).splitlines():
        match = LINE.fullmatch(line)
        if not match or match.group(2) not in KINDS:
            raise ValueError(f"{folder}: {line!r}")
        found.append(Row(*match.groups()))
    return found


def objects(top: str = "") -> list[str]:
    """Return the directories with a schema file."""
    return sorted(os.path.relpath(base.removesuffix(f"/{HOME}"), lio.ROOT)
                  for base, _, names in os.walk(lio.path(top)) if "schema" in names)


def _files(folder: str) -> set[str]:
    """Return the files of an object, its folders' included."""
    found = set()
    for base, folders, names in os.walk(lio.path(folder)):
        folders[:] = [name for name in folders if name not in COUNTERS and not any(
            os.path.exists(os.path.join(base, name, where)) for where in SCHEMAS)
            or name == HOME]
        found |= {os.path.relpath(os.path.join(base, name), lio.path(folder)) for name in names}
    return found - SCHEMAS


def _owned(folder: str, names: set[str]) -> set[str]:
    """Leave out what is deeper: a container of other objects has no files."""
    return {name for name in names if name.count("/") <= 1}


def uncovered(top: str = "") -> list[str]:
    """Return files without a line and lines without a file."""
    found = []
    for folder in objects(top):
        described = [row.path for row in rows(folder) if not row.path.startswith("control:")]
        there = _owned(folder, _files(folder))
        found += [f"{folder}/{name}" for name in there ^ set(described)]
        found += [f"{folder}/{name} twice" for name in set(described)
                  if described.count(name) > 1]
    return found


def _takes(where: str, value: str) -> bool:
    try:
        lio.write(where, value)
    except OSError:
        return False
    return True


def _refusal(where: str, row: Row, value: str) -> list[str]:
    """Write what has to be refused; return what is wrong with how it is.

    One line of the log has the file's name, unless configfs itself refuses.
    """
    took: list[bool] = []
    lines = lines_of(lambda: took.append(_takes(where, value)))
    if took[0]:
        return [f"{where}: {value!r} is accepted, write={row.when}"]
    if not os.stat(lio.path(where)).st_mode & 0o222:
        return []
    if len(lines) != 1 or row.name not in lines[0]:
        return [f"{where}: {value!r} is refused with {lines}"]
    return []


def _shown(where: str) -> str:
    """Return what a file shows; some show nothing at times."""
    try:
        return lio.read(where)
    except OSError:
        return ""


def _try_values(where: str, row: Row) -> list[str]:
    before = row.init if row.name in WORDS else _shown(where)
    found = [f"{where}: {value!r} is refused" for value in row.good()
             if not _takes(where, value)]
    for value in row.bad():
        found += _refusal(where, row, value)
    if before.strip() and row.good() and not _takes(where, before):
        found.append(f"{where}: {before!r} cannot be restored")
    return found


def wrong(top: str, times: list[str], refused: list[str]) -> list[str]:
    """Try the values of every file that can be written at these times.

    Files of the times in "refused" must take nothing, not even what they show.
    What is refused is logged in one line.
    """
    found = []
    for folder in objects(top):
        for row in rows(folder):
            where = f"{folder}/{row.path}"
            if row.path.startswith("control:") or row.kind == "action" or row.name in ACTIONS:
                continue
            if row.when == "never" or row.when in refused:
                value = "1" if row.when in ("never", "new") else lio.read(where).strip() or "1"
                found += _refusal(where, row, value)
            elif row.when in times:
                found += _try_values(where, row)
    return found


def options(kind: str) -> dict[str, str]:
    """Try every key of control on a new unit; return {key: error}."""
    where = f"core/{lio.HBAS[kind]}/options"
    lio.make(where)
    found = {}
    for row in rows(where):
        key = row.path.removeprefix("control:")
        if key == row.path:
            continue
        value = "1" if row.kind != "text" else "/dev/null"
        if not _takes(f"{where}/control", f"{key}={value}"):
            found[key] = "refused"
        if row.kind != "text" and _takes(f"{where}/control", f"{key}=?nonsense"):
            found[key] = "nonsense is accepted"
    os.rmdir(lio.path(where))
    return found
