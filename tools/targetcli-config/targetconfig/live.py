# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's tree: read as a state, and changed step by step."""
from __future__ import annotations

import os
import stat

from targetconfig import schema, step
from targetconfig import state as st
from targetconfig.problem import USAGE, Problem
from targetconfig.schema import Schema
from targetconfig.state import Node, State

# Shown while there is none yet; it cannot be chosen.
UNSET = {"rtpi": "0", "wwn/vpd_unit_serial": ""}
# Folders with no object in them.
EMPTY = {"statistics", "fabric_statistics", "action", "sessions", "discovery_auth"}


def _schema_file(path: str) -> str:
    """Return where the schema of an object is."""
    return f"{path}/discovery_auth/schema" if st.kind(path) == "fabric" else f"{path}/schema"


class Tree:
    """/sys/kernel/config/target."""

    def __init__(self, root: str = step.ROOT) -> None:
        self.root = root
        self._schemas: dict[str, Schema] = {}

    def require(self) -> None:
        """Fail with advice if the target is not there."""
        if not os.path.isdir(self.root):
            raise Problem(f"{self.root} is not there: mount -t configfs configfs "
                          "/sys/kernel/config; modprobe target_core_mod", USAGE)

    def path(self, where: str) -> str:
        """Return a path in the file system."""
        return f"{self.root}/{where}"

    def read(self, where: str) -> str | None:
        """Read a file; None if it cannot be read now."""
        try:
            with open(self.path(where), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return None

    def listing(self, where: str) -> list[str]:
        """Return the names in a directory."""
        try:
            return sorted(os.listdir(self.path(where)))
        except OSError:
            return []

    def schema(self, where: str) -> Schema:
        """Return the schema of an object, read once for all of its kind."""
        family = st.family(where)
        if family not in self._schemas:
            self._schemas[family] = schema.parse(self.read(_schema_file(where)) or "")
        return self._schemas[family]

    # -- as a state

    def state(self) -> State:
        """Read everything."""
        self.require()
        found: State = {}
        self._walk("", found)
        return found

    def _walk(self, where: str, found: State) -> None:
        with os.scandir(self.path(where)) as entries:
            names = sorted((entry.name for entry in entries
                            if entry.is_dir(follow_symlinks=False)))
        for name in names:
            path = f"{where}/{name}".lstrip("/")
            if name in EMPTY:
                continue
            if st.kind(path) and os.path.exists(self.path(_schema_file(path))):
                found[path] = self._node(path)
            self._walk(path, found)

    def _node(self, path: str) -> Node:
        node = Node(schema=self.schema(path))
        for entry in node.schema.fields.values():
            if not entry.writable or entry.path.startswith("control"):
                continue
            # Where nothing can be disabled it cannot be chosen.
            if entry.path == "rtpi" and "enable" not in node.schema.fields:
                continue
            text = self.read(f"{path}/{entry.path}")
            if text is None or not text.strip("\n\0") and entry.kind not in schema.TEXTS:
                continue
            value = entry.shown(text)
            if value != UNSET.get(entry.path):
                node.values[entry.path] = value
        for line in (self.read(f"{path}/options") or "").splitlines() \
                if st.kind(path) == "backstore" else []:
            key, _, value = line.partition("=")
            node.values[f"control:{key}"] = value
        if st.kind(path) in ("lun", "map"):
            self._read_link(path, node)
        return node

    def _read_link(self, path: str, node: Node) -> None:
        with os.scandir(self.path(path)) as entries:
            for entry in entries:
                if stat.S_ISLNK(entry.stat(follow_symlinks=False).st_mode):
                    node.link = os.path.relpath(os.path.realpath(entry.path),
                                                os.path.realpath(self.root))
                    node.link_name = entry.name

    # -- changes

    def mkdir(self, where: str) -> None:
        """Make an object; one that is there already is as good."""
        try:
            os.mkdir(self.path(where))
        except FileExistsError:
            pass

    def rmdir(self, where: str) -> None:
        """Remove an object; one that is gone already is as good."""
        try:
            os.rmdir(self.path(where))
        except FileNotFoundError:
            pass

    def write(self, where: str, value: str) -> None:
        """Write a value in one piece; one that is there already is as good."""
        fd = os.open(self.path(where), os.O_WRONLY)
        try:
            os.write(fd, f"{value}\n".encode())
        except OSError:
            if not self._shows(where, value):
                raise
        finally:
            os.close(fd)

    def _shows(self, where: str, value: str) -> bool:
        """Tell whether a file that takes nothing has the value already."""
        shown = (self.read(where) or "").strip("\n\0")
        number = schema.to_number(shown)
        return shown == value or number is not None and number == schema.to_number(value)

    def link(self, where: str, target: str) -> None:
        """Make a link between objects."""
        os.symlink(self.path(target), self.path(where))

    def unlink(self, where: str) -> None:
        """Take a link away."""
        try:
            os.unlink(self.path(where))
        except FileNotFoundError:
            pass
