# SPDX-License-Identifier: GPL-2.0-only
"""The fewest steps from one state to another, in an order that the kernel takes.

When a file can be written decides how much has to give way for it: what is
written until an object is enabled makes it anew, what needs a logical unit
without LUNs takes its links away for a moment, and what needs a disabled group
disables it.  Nothing else is touched.
"""
from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from targetconfig import state as st
from targetconfig.schema import Field, Schema
from targetconfig.state import Node, State
from targetconfig.step import Step

Scope = Callable[[str], bool]
EARLY = ("tg_pt_gp_id", "lu_gp_id")
# Fabrics whose groups are of no use without an initiator port that is written.
NEXUS = ("loopback", "vhost", "xen-pvscsi", "usb_gadget")
DISABLED_AT_FIRST = ("iscsi/",)
# Values whose change ends sessions, though the file can be written at any time.
ENDS_SESSIONS = {"cmdsn_depth"}


def everything(_: str) -> bool:
    """Leave nothing out."""
    return True


@dataclass
class Planner:
    """What has to happen to which object."""

    have: State
    want: State
    scope: Scope = everything
    gone: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)
    unlinked: set[str] = field(default_factory=set)
    disabled: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    @functools.cached_property
    def schemas(self) -> dict[str, Schema]:
        """What is known of each kind of object that there is."""
        return st.schemas(self.have)

    def run(self) -> list[Step]:
        """Return the steps."""
        self._decide()
        self._take_away()
        self._add()
        return self.steps

    # -- what has to give way

    def _decide(self) -> None:
        self.gone = {path for path in self.have
                     if path not in self.want and self.scope(path) and self._removable(path)}
        for path in self._both():
            times = {entry.when for entry, _ in self._changes(path)}
            if times & {"new", "once"} and not st.is_given(path):
                self.anew.add(path)
        # What is inside goes with it.
        self.anew |= {path for path in self._both() for top in self.anew
                      if path != top and st.below(path, top) and not st.is_given(path)}
        unexported = {path for path in self._both()
                      if any(entry.when == "unexported" for entry, _ in self._changes(path))}
        for path, node in self.have.items():
            if not node.link or path in self.gone:
                continue
            wanted = self.want.get(path, node).link if self.scope(path) else node.link
            moved = node.link in self.gone | self.anew | unexported
            if wanted != node.link or moved or path in self.anew:
                self.unlinked.add(path)
        self.disabled = {path for path in self._both() if self._is_enabled(path) and
                         any(entry.when == "disabled" for entry, _ in self._changes(path))}

    def _both(self) -> list[str]:
        return [path for path in self.have if path in self.want and self.scope(path)]

    def _removable(self, path: str) -> bool:
        if st.is_given(path):
            return False
        if st.kind(path) != "hba":
            return True
        return all(child in self.have and child not in self.want and self.scope(child)
                   for child in self.have if child.startswith(f"{path}/"))

    def _is_enabled(self, path: str) -> bool:
        node = self.have.get(path)
        return bool(node and node.values.get("enable") == "1")

    def _changes(self, path: str) -> Iterator[tuple[Field, str]]:
        """Return the files whose value differs, with the wanted value."""
        have, want = self.have[path], self.want[path]
        for name, value in want.values.items():
            entry = have.schema.get(name)
            value = entry.canonical(value)
            if have.values.get(name, self._absent(entry)) != value:
                yield self._enable_at_any_time(path, entry, value), value
        for name, shown in have.values.items():
            entry = have.schema.get(name)
            if name in want.values or not entry.writable or entry.when == "once":
                continue
            if name.startswith("control:"):
                if shown not in ("", "0"):
                    yield entry, ""
            elif entry.default is not None and entry.canonical(entry.default) != shown \
                    and not (name == "enable" and st.kind(path) == "backstore"):
                yield entry, entry.canonical(entry.default)

    @staticmethod
    def _absent(entry: Field) -> str | None:
        """Return what a key of control that is not shown has."""
        if not entry.path.startswith("control:"):
            return None
        return "" if entry.kind == "text" else "0"

    @staticmethod
    def _enable_at_any_time(path: str, entry: Field, value: str) -> Field:
        """A backstore that is not enabled yet needs only that."""
        if entry.path == "enable" and st.kind(path) == "backstore" and value == "1":
            return Field("enable", "bool")
        return entry

    # -- downwards

    def _take_away(self) -> None:
        leaving = st.in_order([path for path in self.have if path in self.gone | self.anew])
        for path in leaving + st.in_order(self.disabled):
            if st.kind(path) == "tpg" and self._is_enabled(path):
                self._write(path, "enable", "0", f"every initiator of {path}")
        for path in reversed(st.in_order([path for path in self.have
                                          if path in self.gone | self.anew | self.unlinked])):
            node = self.have[path]
            if node.link and (path in self.unlinked or path in leaving):
                self.steps.append(Step("unlink", path, f"{path}/{node.link_name}",
                                       interrupts=f"users of {path}"))
            if path in leaving:
                if node.values.get("nexus") and st.kind(path) == "tpg":
                    self._write(path, "nexus", "NULL")
                self.steps.append(Step("rmdir", path, path, interrupts=_loss(path)))

    # -- upwards

    def _add(self) -> None:
        enable = []
        for path in st.in_order([path for path in self.want if self.scope(path)]):
            node = self.want[path]
            fresh = path not in self.have or path in self.anew
            if fresh and not (st.is_given(path) and st.kind(path) != "fabric"):
                self.steps.append(Step("mkdir", path, path))
            values = dict(node.values) if fresh else \
                {entry.path: value for entry, value in self._changes(path)}
            if path in self.anew:
                values = {**self._identity(path), **values}
            if fresh and path.split("/")[0] in NEXUS and st.kind(path) == "tpg":
                values.setdefault("nexus", nexus(path))
            if st.kind(path) == "tpg":
                last = values.pop("enable", None)
                if path in self.disabled and last is None:
                    last = "1"
                if last is not None and not (fresh and last == self._at_first(path)):
                    enable.append((path, last))
            self._fill(path, values, fresh)
        for path, value in enable:
            self._write(path, "enable", value,
                        f"every initiator of {path}" if value == "0" else "")

    def _at_first(self, path: str) -> str:
        """Return what enable is in a new group: some fabrics make it enabled."""
        known = self.schemas.get(st.family(path))
        if known:
            return known.get("enable").default or "0"
        return "0" if path.startswith(DISABLED_AT_FIRST) else ""

    def _identity(self, path: str) -> dict[str, str]:
        """Return what initiators know a logical unit by: it stays the same disk."""
        return {name: value for name, value in self.have[path].values.items()
                if name.startswith("wwn/")}

    def _fill(self, path: str, values: dict[str, str], fresh: bool) -> None:
        node = self.want[path]
        options = {name: value for name, value in values.items() if name.startswith("control:")}
        if options and fresh:
            text = ",".join(f"{name.removeprefix('control:')}={value}"
                            for name, value in options.items())
            self._write(path, "control", text)
        if st.kind(path) == "backstore" and values.get("enable") == "1":
            self._write(path, "enable", "1")
            values.pop("enable")
        relink = bool(node.link) and (fresh or path in self.unlinked or
                                      not self.have[path].link)
        late = {name for name in values if self._is_late(path, name)}
        if relink:
            # They are the link's, and went with it.
            late |= {name for name in node.values if self._is_late(path, name)}
        for name in sorted(set(values) - late - set(options), key=lambda n: n not in EARLY):
            self._write(path, name, values[name])
        if relink and node.link:
            self.steps.append(Step("link", path, f"{path}/{_link_name(path, node)}", node.link))
        for name in sorted(late):
            self._write(path, name, values.get(name, node.values.get(name, "")))

    def _is_late(self, path: str, name: str) -> bool:
        return st.kind(path) == "lun" and name.startswith("alua_")

    def _write(self, path: str, name: str, value: str, interrupts: str = "") -> None:
        node = self.have.get(path) or self.want[path]
        if name in ENDS_SESSIONS and path in self.have:
            interrupts = interrupts or f"sessions of {path}"
        secret = node.schema.get(name).kind == "secret" or "password" in name
        self.steps.append(Step("write", path, f"{path}/{name}", value, interrupts, secret))


def nexus(path: str) -> str:
    """Return an initiator port's name for a group that was given none, always the same one."""
    digits = hashlib.sha256(path.encode()).hexdigest()
    return f"naa.5001405{digits[:9]}"


def _loss(path: str) -> str:
    return f"users of {path}" if st.kind(path) in ("tpg", "acl", "portal", "map") else ""


def _link_name(path: str, node: Node) -> str:
    return st.name(node.link or path)


def plan(have: State, want: State, scope: Scope = everything) -> list[Step]:
    """Return the steps from one state to the other."""
    return Planner(have, want, scope).run()
