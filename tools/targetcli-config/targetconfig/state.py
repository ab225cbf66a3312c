# SPDX-License-Identifier: GPL-2.0-only
"""Objects, their values and their links: what is there, or what is wanted.

A path is relative to /sys/kernel/config/target; control:KEY among the values
is a key of a backstore's control file.
"""
from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from targetconfig.schema import Schema

# Every kind of object, in the order in which they are made.
KINDS = {
    "lu_group": re.compile(r"core/alua/lu_gps/[^/]+"),
    "hba": re.compile(r"core/(?!alua$)[^/]+"),
    "backstore": re.compile(r"core/(?!alua/)[^/]+/[^/]+"),
    "group": re.compile(r"core/(?!alua/)[^/]+/[^/]+/alua/[^/]+"),
    "fabric": re.compile(r"(?!core$)[^/]+"),
    "target": re.compile(r"(?!core/)[^/]+/[^/]+"),
    "tpg": re.compile(r"(?!core/)[^/]+/[^/]+/tpgt_[^/]+"),
    "lun": re.compile(r"(?!core/)[^/]+/[^/]+/tpgt_[^/]+/lun/lun_[^/]+"),
    "acl": re.compile(r"(?!core/)[^/]+/[^/]+/tpgt_[^/]+/acls/[^/]+"),
    "map": re.compile(r"(?!core/)[^/]+/[^/]+/tpgt_[^/]+/acls/[^/]+/lun_[^/]+"),
    "portal": re.compile(r"(?!core/)[^/]+/[^/]+/tpgt_[^/]+/np/[^/]+"),
}
ORDER = {kind: place for place, kind in enumerate(KINDS)}
# Made by the kernel with their parents, and gone with them.
GIVEN = ("default_lu_gp", "default_tg_pt_gp")


@dataclass
class Node:
    """One object."""

    values: dict[str, str] = field(default_factory=dict)
    link: str | None = None
    link_name: str = ""
    schema: Schema = field(default_factory=Schema)


State = dict[str, Node]


@functools.cache
def kind(path: str) -> str:
    """Return the kind of an object, or nothing."""
    for name, pattern in KINDS.items():
        if pattern.fullmatch(path):
            return name
    return ""


def family(path: str) -> str:
    """Return what objects with the same files have in common."""
    parts = path.split("/")
    return f"{kind(path)} {parts[0] if parts[0] != 'core' else parts[1].rsplit('_', 1)[0]}"


def name(path: str) -> str:
    """Return the last part of a path."""
    return path.rsplit("/", 1)[-1]


def is_given(path: str) -> bool:
    """Tell whether the kernel makes and removes it."""
    return kind(path) == "fabric" or name(path) in GIVEN


def below(path: str, top: str) -> bool:
    """Tell whether a path is an object or something in it."""
    return path == top or path.startswith(f"{top}/")


def parents(path: str) -> list[str]:
    """Return the objects that hold one, the outermost first."""
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    return [where for where in above if kind(where)]


def in_order(paths: list[str] | set[str]) -> list[str]:
    """Sort as they are made."""
    def key(path: str) -> tuple[int, list[tuple[int, str]]]:
        parts = re.split(r"(\d+)", path)
        return ORDER.get(kind(path), 99), [(int(part) if part.isdigit() else -1, part)
                                           for part in parts]
    return sorted(paths, key=key)


def units(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the backstores by their short names, fileio/NAME."""
    found: dict[str, list[str]] = {}
    for path in paths:
        if kind(path) == "backstore":
            hba, unit = path.removeprefix("core/").split("/", 1)
            found.setdefault(f"{hba.rsplit('_', 1)[0]}/{unit}", []).append(path)
    return found


def generation(state: State) -> str:
    """Return a name for exactly this configuration."""
    text = json.dumps({path: [sorted(node.values.items()), node.link]
                       for path, node in state.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def schemas(state: State) -> dict[str, Schema]:
    """Return a schema for each family of objects that there is."""
    return {family(path): node.schema for path, node in state.items()}
