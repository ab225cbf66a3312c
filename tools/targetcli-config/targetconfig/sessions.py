# SPDX-License-Identifier: GPL-2.0-only
"""Who is logged in, and how to send somebody away."""
from __future__ import annotations

import re
from dataclasses import dataclass

from targetconfig import state as st
from targetconfig.live import Tree
from targetconfig.problem import FAILED, Problem

ADDRESS = re.compile(r"Address (\S+) (\S+)")
STATE = re.compile(r"Session State: (\S+)")
HEAD = ("initiator", "target", "tag", "address", "state")


@dataclass(frozen=True)
class Session:
    """One initiator at one group; folder is its directory if the kernel shows one."""

    initiator: str
    target: str
    tag: str
    address: str = "-"
    state: str = "-"
    folder: str = ""

    def row(self) -> tuple[str, ...]:
        """Return the line of the table."""
        return self.initiator, self.target, self.tag, self.address, self.state


def parse_info(tpg: str, name: str, info: str) -> Session | None:
    """Read an ACL's info; None if nobody is logged in."""
    state = STATE.search(info)
    if not state:
        return None
    address = ADDRESS.search(info)
    return Session(name, tpg.split("/")[1], tpg.rpartition("_")[2],
                   address.group(1) if address else "-",
                   state.group(1).removeprefix("TARG_SESS_STATE_").lower())


class _Folder:
    """The files of one session."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self.tree = tree
        self.folder = folder

    def read(self, name: str) -> str:
        """Return a value, or a dash."""
        return (self.tree.read(f"{self.folder}/{name}") or "-").strip() or "-"


def _shown(tree: Tree, tpg: str) -> list[Session]:
    """Return the sessions that have directories."""
    found = []
    for name in tree.listing(f"{tpg}/sessions"):
        folder = f"{tpg}/sessions/{name}"
        read = _Folder(tree, folder).read
        initiator = next((text for text in map(read, ("initiator", "initiator_name", "port_name"))
                          if text != "-"), name)
        found.append(Session(initiator, tpg.split("/")[1], tpg.rpartition("_")[2],
                             read("address"), read("state"), folder))
    return found


def listed(tree: Tree) -> list[Session]:
    """Return every session."""
    found = []
    for path in st.in_order([path for path in tree.state() if st.kind(path) == "tpg"]):
        shown = _shown(tree, path)
        found += shown
        if shown:
            continue
        for name in tree.listing(f"{path}/acls"):
            session = parse_info(path, name, tree.read(f"{path}/acls/{name}/info") or "")
            if session:
                found.append(session)
        dynamic = (tree.read(f"{path}/dynamic_sessions") or "").replace("\0", "\n").split()
        found += [Session(name, path.split("/")[1], path.rpartition("_")[2], state="dynamic")
                  for name in dynamic]
    return found


def kick(tree: Tree, initiator: str) -> int:
    """End the sessions of an initiator; return how many."""
    mine = [item for item in listed(tree) if item.initiator == initiator]
    if not mine:
        raise Problem(f"{initiator} is not logged in; targetcli-config sessions shows who is",
                      FAILED)
    for session in mine:
        file = f"{session.folder}/force_close"
        if not session.folder or tree.read(file) is None and \
                "force_close" not in tree.listing(session.folder):
            raise Problem(f"this kernel cannot end one session of {session.target}; removing the "
                          "ACL or disabling the group ends them", FAILED)
        tree.write(file, "1")
    return len(mine)
