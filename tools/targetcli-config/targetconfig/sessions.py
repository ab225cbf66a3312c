# SPDX-License-Identifier: GPL-2.0-only
"""Who is logged in, and how to send somebody away."""
from __future__ import annotations

import re
from dataclasses import dataclass, replace

from targetconfig import state as st
from targetconfig.live import Tree
from targetconfig.problem import FAILED, Problem

LINE = re.compile(r"session (\w+) initiator=(\S+) .*?state=(\S+)")
PEER = re.compile(r"  connection .*?\bpeer=(\S+)")
HEAD = ("initiator", "target", "tag", "address", "state")


@dataclass(frozen=True)
class Session:
    """One initiator at one group; number is what its fabric can end it by."""

    initiator: str
    group: str
    address: str = "-"
    state: str = "-"
    number: str = ""

    @property
    def target(self) -> str:
        """The target's name."""
        return self.group.split("/")[1]

    def row(self) -> tuple[str, ...]:
        """Return the line of the table."""
        return (self.initiator, self.target, self.group.rpartition("_")[2], self.address,
                self.state)


def parse_list(group: str, text: str) -> list[Session]:
    """Read sessions/list: an unindented line for each session, then what belongs to it."""
    found: list[Session] = []
    for line in text.splitlines():
        session, peer = LINE.match(line), PEER.match(line)
        if session:
            number, initiator, state = session.groups()
            # Fibre Channel's number is the address.
            found.append(Session(initiator, group, number if number.startswith("0x") else "-",
                                 state.removeprefix("TARG_SESS_STATE_").lower(), number))
        elif peer and found:
            found[-1] = replace(found[-1], address=peer.group(1))
    return found


def listed(tree: Tree) -> list[Session]:
    """Return every session."""
    found: list[Session] = []
    for path in st.in_order([path for path in tree.state() if st.kind(path) == "tpg"]):
        found += parse_list(path, tree.read(f"{path}/sessions/list") or "")
    return found


def touched(found: list[Session], path: str, luns: list[str]) -> list[str]:
    """Return whose sessions a change of an object concerns.

    They are those of the group that it is in, or of those that show a backstore at luns.
    """
    names = set()
    for item in found:
        acl = f"{item.group}/acls/{item.initiator}"
        if st.below(path, f"{item.group}/acls"):
            mine = st.below(path, acl)
        else:
            mine = any(st.below(each, item.group) or st.below(item.group, each)
                       for each in (path, *luns))
        if mine:
            names.add(item.initiator)
    return sorted(names)


def kick(tree: Tree, initiator: str) -> int:
    """End the sessions of an initiator; return how many."""
    mine = [item for item in listed(tree) if item.initiator == initiator]
    if not mine:
        raise Problem(f"{initiator} is not logged in; targetcli-config sessions shows who is",
                      FAILED)
    for session in mine:
        try:
            tree.write(f"{session.group}/sessions/force_close", session.number)
        except FileNotFoundError:
            pass                # it has ended since
    return len(mine)
