# SPDX-License-Identifier: GPL-2.0-only
"""A kernel of the mind for the configuration tool: it takes steps, and refuses
what the real one refuses."""
from __future__ import annotations

import copy
import errno

from targetconfig import schema
from targetconfig import state as st
from targetconfig.execute import Report, execute
from targetconfig.plan import everything, plan
from targetconfig.schema import Schema
from targetconfig.state import Node, State

TPG = "iscsi/iqn.2003-01.org.example:t/tpgt_1"
UNIT = "core/fileio_0/{}"
SCHEMAS = {kind: schema.parse(text) for kind, text in {
    "backstore": """control action - default=- write=new
enable number 1..1 default=- write=new # open the medium
alias text 0..511 default="" write=always
attrib/emulate_tpu bool 0..1 default=0 write=always
attrib/block_size power 512..4096 default=- write=unexported
attrib/hw_block_size number 0..4096 default=- write=never
wwn/vpd_unit_serial text 1..253 default=- write=unexported
control:fd_dev_name text 0..511 default=- write=new
control:fd_dev_size number 0..18446744073709551615 default=- write=new
""",
    "group": """tg_pt_gp_id number 0..65535 default=- write=once
preferred bool 0..1 default=0 write=always
""",
    "tpg": """enable bool 0..1 default=0 write=always
rtpi number 1..65535 default=- write=disabled
attrib/authentication bool 0..1 default=1 write=always
attrib/login_timeout number 5..30 default=15 write=always
auth/password secret 0..255 default="" write=always
param/InitialR2T word Yes|No default="Yes" write=always
""",
    "lun": 'alua_tg_pt_gp text 1..255 default="default_tg_pt_gp" write=linked\n',
    "acl": """cmdsn_depth number 0..512 default=- write=always
attrib/nopin_timeout number 0,3..60 default=15 write=always
auth/password secret 0..255 default="" write=always
""",
    "map": "write_protect bool 0..1 default=0 write=always\n",
}.items()}
HOLDERS = {"lun": "/lun/", "acl": "/acls/", "portal": "/np/", "group": "/alua/"}


class Kernel:
    """Objects in memory."""

    def __init__(self, state: State | None = None, broken: str = "") -> None:
        self.state = copy.deepcopy(state or {})
        self.broken = broken

    def _require(self, path: str) -> Node:
        if self.broken and st.below(path, self.broken):
            raise OSError(errno.EIO, path)
        if path not in self.state:
            raise OSError(errno.ENOENT, path)
        return self.state[path]

    def _links_to(self, top: str) -> list[str]:
        return [path for path, node in self.state.items()
                if node.link and st.below(node.link, top)]

    def mkdir(self, where: str) -> None:
        """Make an object, with what the kernel makes in it."""
        if self.broken and st.below(where, self.broken):
            raise OSError(errno.EIO, where)
        for parent in st.parents(where):
            self._require(parent)
        kind = st.kind(where)
        if not kind:
            raise OSError(errno.EINVAL, where)
        known = SCHEMAS.get(kind, Schema())
        values = {entry.path: entry.default for entry in known.fields.values()
                  if entry.default is not None}
        self.state[where] = Node(values, schema=known)
        if kind == "backstore":
            self.mkdir(f"{where}/alua/default_tg_pt_gp")

    def rmdir(self, where: str) -> None:
        """Remove an object that nothing uses."""
        self._require(where)
        inside = [path for path in self.state if path.startswith(f"{where}/")]
        if any(not st.is_given(path) for path in inside) or self._links_to(where) or \
                self.state[where].link:
            raise OSError(errno.EBUSY, where)
        for path in [where, *inside]:
            del self.state[path]

    def write(self, where: str, value: str) -> None:
        """Write a file at a time when it can be written."""
        path = max((path for path in self.state if where.startswith(f"{path}/")), key=len)
        node, name = self._require(path), where[len(path) + 1:]
        entry = node.schema.get(name)
        wrong = entry.refuses(value) if entry.kind != "action" else None
        refused = {
            "new": node.values.get("enable") == "1" and st.kind(path) == "backstore",
            "once": name in node.values, "unexported": bool(self._links_to(path)),
            "linked": not node.link,
            "disabled": node.values.get("enable") == "1",
        }.get(entry.when, False)
        if wrong or refused:
            raise OSError(errno.EINVAL, f"{where} {value}")
        if name == "control":
            for option in value.split(","):
                key, _, text = option.partition("=")
                node.values[f"control:{key}"] = text
        else:
            node.values[name] = entry.canonical(value)

    def link(self, where: str, target: str) -> None:
        """Link an object."""
        node = self._require(where.rpartition("/")[0])
        self._require(target)
        if node.link:
            raise OSError(errno.EEXIST, where)
        node.link, node.link_name = target, st.name(where)

    def unlink(self, where: str) -> None:
        """Take a link away, and what belongs to it."""
        path = where.rpartition("/")[0]
        node = self._require(path)
        node.link = None
        if st.kind(path) == "lun":
            node.values["alua_tg_pt_gp"] = "default_tg_pt_gp"


def apply(have: State, want: State, broken: str = "") -> tuple[State, Report]:
    """Do a plan; return what is there then."""
    kernel = Kernel(have, broken)
    return kernel.state, execute(plan(have, want, everything), kernel)
