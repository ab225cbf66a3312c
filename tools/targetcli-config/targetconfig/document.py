# SPDX-License-Identifier: GPL-2.0-only
"""The configuration as people write it, to and from a state.

    format: 1
    lu_groups: {NAME: {lu_gp_id: 1}}
    backstores:
      fileio/NAME:                    # or fileio_N/NAME: the directory itself
        options: {fd_dev_name: /srv/disk.img, fd_dev_size: 1073741824}
        wwn: {vpd_unit_serial: ...}
        attrib: {...}
        groups: {NAME: {tg_pt_gp_id: 1}}
    fabrics:
      iscsi:
        discovery_auth: {...}
        targets:
          iqn.2003-01.org.example:disks:
            groups:
              1:
                enable: 1
                attrib: {...}
                portals: [0.0.0.0:3260]
                luns: {0: fileio/NAME}
                acls:
                  iqn.1993-08.org.debian:01:abc:
                    auth: {userid: ..., password: ...}
                    luns: {0: 0}

A word that is none of these is a file of the object, a map of words a folder
with files.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from targetconfig import state as st
from targetconfig.problem import Problem, did_you_mean
from targetconfig.state import Node, State

FORMAT = 1
TOP = ("format", "generation", "secrets", "lu_groups", "backstores", "fabrics")
FOLDERS = {
    "backstore": ("attrib", "wwn", "pr"),
    "fabric": ("discovery_auth",),
    "target": ("param",),
    "tpg": ("attrib", "auth", "param"),
    "acl": ("attrib", "auth", "param"),
}
PARTS = {
    "backstore": ("options", "groups"),
    "fabric": ("targets",),
    "target": ("groups",),
    "tpg": ("portals", "luns", "acls"),
    "lun": ("backstore",),
    "acl": ("luns",),
    "map": ("lun",),
}
Document = dict[str, Any]


def _check_name(name: str, fits: bool) -> None:
    """Refuse what would become a file or a directory elsewhere than in the tree."""
    if not fits or not name.isprintable() or {"", ".", ".."} & set(name.split("/")):
        raise Problem(f"{name!r}: a name has no / and no control characters, and is not . or ..")


def _map(value: Any, where: str, slashes: int = 0) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, list):
        value = {str(item): {} for item in value}
    if not isinstance(value, Mapping):
        raise Problem(f"{where}: {value!r} is no list of names with values")
    for key in value:
        _check_name(str(key), str(key).count("/") <= slashes)
    return {str(key): item for key, item in value.items()}


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    raise Problem(f"{where}: {value!r} is no value")


class Reader:
    """Makes a state of a document."""

    def __init__(self, document: Document, have: State) -> None:
        self.document = document
        self.units = st.units(have)
        self.state: State = {}

    def read(self) -> State:
        """Return the state."""
        for word in self.document:
            if word not in TOP:
                raise Problem(f"{word}: no such part{did_you_mean(word, TOP)}")
        if self.document.get("format", FORMAT) != FORMAT:
            raise Problem(f"format: this program reads {FORMAT}; update it")
        for name, part in _map(self.document.get("lu_groups"), "lu_groups").items():
            self._node(f"core/alua/lu_gps/{name}", _map(part, name))
        for name, part in _map(self.document.get("backstores"), "backstores",
                               slashes=1).items():
            self._backstore(name, _map(part, name))
        for name, part in _map(self.document.get("fabrics"), "fabrics").items():
            self._fabric(name, _map(part, name))
        return self.state

    def _node(self, path: str, part: Mapping[str, Any]) -> Node:
        """Take over the files of an object."""
        if path in self.state:
            raise Problem(f"{path} is there twice")
        kind = st.kind(path)
        node = self.state[path] = Node()
        for word, value in part.items():
            if word in PARTS.get(kind, ()):
                continue
            if not isinstance(value, Mapping):
                node.values[word] = _text(value, f"{path}/{word}")
                continue
            known = (*FOLDERS.get(kind, ()), *PARTS.get(kind, ()))
            if word not in FOLDERS.get(kind, ()):
                raise Problem(f"{path}: {word}: no such folder{did_you_mean(word, known)}")
            for name, item in _map(value, word).items():
                node.values[f"{word}/{name}"] = _text(item, f"{path}/{word}/{name}")
        return node

    def _each(self, part: Mapping[str, Any], word: str, path: Callable[[str], str],
              use: Callable[[str, str, Any], None]) -> None:
        for name, item in _map(part.get(word), word).items():
            use(path(name), name, item)

    def place(self, name: str) -> str:
        """Return the directory of a backstore: the one that it has, or a new one."""
        plugin, _, unit = name.partition("/")
        if not unit:
            raise Problem(f"backstore {name}: write it as KIND/NAME, such as fileio/{name}")
        if plugin.rsplit("_", 1)[-1].isdigit():
            return f"core/{name}"
        there = self.units.get(name, [])
        if len(there) > 1:
            raise Problem(f"backstore {name}: write which one it is, "
                          + " or ".join(path.removeprefix("core/") for path in there))
        return there[0] if there else f"core/{plugin}_0/{unit}"

    def _backstore(self, name: str, part: Mapping[str, Any]) -> None:
        path = self.place(name)
        self.state.setdefault(path.rsplit("/", 1)[0], Node())
        node = self._node(path, part)
        node.values.setdefault("enable", "1")
        for key, value in _map(part.get("options"), name).items():
            node.values[f"control:{key}"] = _text(value, f"{name}/options/{key}")
        for group, item in _map(part.get("groups"), name).items():
            self._node(f"{path}/alua/{group}", _map(item, group))

    def _fabric(self, name: str, part: Mapping[str, Any]) -> None:
        self._node(name, part)
        for wwn, target in _map(part.get("targets"), name).items():
            target = _map(target, wwn)
            self._node(f"{name}/{wwn}", target)
            for tag, group in _map(target.get("groups"), wwn).items():
                self._tpg(f"{name}/{wwn}/tpgt_{tag}", _map(group, f"{wwn} {tag}"))

    def _tpg(self, path: str, part: Mapping[str, Any]) -> None:
        self._node(path, part)
        self._each(part, "portals", lambda name: f"{path}/np/{name}",
                   lambda where, name, item: self._portal(where, item))
        self._each(part, "luns", lambda name: f"{path}/lun/lun_{name}", self._lun)
        for name, item in _map(part.get("acls"), path).items():
            acl = f"{path}/acls/{name}"
            self._node(acl, _map(item, name))
            self._each(_map(item, name), "luns", lambda lun: f"{acl}/lun_{lun}",
                       lambda where, lun, item: self._mapped(path, where, lun, item))

    def _portal(self, path: str, part: Any) -> None:
        self._node(path, _map(part, path))

    def _lun(self, path: str, _: str, part: Any) -> None:
        part = {"backstore": part} if isinstance(part, str) else _map(part, path)
        node = self._node(path, part)
        if part.get("backstore"):
            node.link = self.place(str(part["backstore"]))

    def _mapped(self, tpg: str, path: str, number: str, part: Any) -> None:
        part = {"lun": part} if isinstance(part, (str, int)) else _map(part, path)
        node = self._node(path, part)
        node.link = f"{tpg}/lun/lun_{part.get('lun', number)}"


def to_state(document: Document, have: State | None = None) -> State:
    """Return the state that a document describes."""
    return Reader(document, have or {}).read()


# -- and back

def _plain(value: str) -> str | int:
    return int(value) if value.isdigit() and (value == "0" or value[0] != "0") else value


def _files(node: Node, defaults: bool) -> Document:
    """Return the values of an object that are not the kernel's own."""
    part: Document = {}
    for path, value in sorted(node.values.items()):
        entry = node.schema.get(path)
        if path.startswith("control:") or not entry.writable and path in node.schema.fields:
            continue
        if not defaults and entry.default is not None and \
                entry.canonical(entry.default) == value:
            continue
        folder, _, name = path.rpartition("/")
        place = part.setdefault(folder, {}) if folder else part
        place[name or path] = _plain(value)
    return part


class Writer:
    """Makes a document of a state."""

    def __init__(self, state: State, defaults: bool = False) -> None:
        self.state = state
        self.defaults = defaults
        self.document: Document = {"format": FORMAT}
        self.made: dict[str, Document] = {}
        self.labels = {paths[0]: name for name, paths in st.units(state).items()
                       if len(paths) == 1}

    def write(self) -> Document:
        """Return the document."""
        for path in st.in_order(list(self.state)):
            kind = st.kind(path)
            part = _files(self.state[path], self.defaults)
            if st.name(path) == "default_lu_gp" or kind == "hba":
                continue
            if kind == "group" and st.name(path) in st.GIVEN:
                part.pop("tg_pt_gp_id", None)
                if not part:
                    continue
            self.made[path] = part
            getattr(self, f"_{kind}")(path, part)
        return self.document

    def _label(self, path: str) -> str:
        """Return the short name of a backstore, where that is enough."""
        return self.labels.get(path, path.removeprefix("core/"))

    def _into(self, holder: Document, word: str, name: str, part: Any) -> None:
        holder.setdefault(word, {})[name] = part

    def _lu_group(self, path: str, part: Document) -> None:
        self._into(self.document, "lu_groups", st.name(path), part)

    def _backstore(self, path: str, part: Document) -> None:
        if part.get("enable") == 1:
            del part["enable"]
        else:
            part["enable"] = 0
        options = {name.removeprefix("control:"): _plain(value)
                   for name, value in sorted(self.state[path].values.items())
                   if name.startswith("control:")}
        self.made[path] = {"options": options, **part} if options else part
        self._into(self.document, "backstores", self._label(path), self.made[path])

    def _group(self, path: str, part: Document) -> None:
        self._into(self.made[path.rsplit("/alua/", 1)[0]], "groups", st.name(path), part)

    def _fabric(self, path: str, part: Document) -> None:
        self._into(self.document, "fabrics", path, part)

    def _target(self, path: str, part: Document) -> None:
        self._into(self.made[path.split("/", 1)[0]], "targets", st.name(path), part)

    def _tpg(self, path: str, part: Document) -> None:
        target, _, tag = path.rpartition("/tpgt_")
        self._into(self.made[target], "groups", tag, part)

    def _portal(self, path: str, part: Document) -> None:
        self._into(self.made[path.rsplit("/np/", 1)[0]], "portals", st.name(path), part)

    def _lun(self, path: str, part: Document) -> None:
        tpg, _, number = path.rpartition("/lun/lun_")
        link = self.state[path].link
        unit = self._label(link) if link else None
        self._into(self.made[tpg], "luns", number, {"backstore": unit, **part} if part else unit)

    def _acl(self, path: str, part: Document) -> None:
        self._into(self.made[path.rsplit("/acls/", 1)[0]], "acls", st.name(path), part)

    def _map(self, path: str, part: Document) -> None:
        acl, _, number = path.rpartition("/lun_")
        link = self.state[path].link or ""
        lun = _plain(link.rpartition("/lun_")[2])
        self._into(self.made[acl], "luns", number, {"lun": lun, **part} if part else lun)


def to_document(state: State, defaults: bool = False) -> Document:
    """Return the document that describes a state."""
    return Writer(state, defaults).write()
