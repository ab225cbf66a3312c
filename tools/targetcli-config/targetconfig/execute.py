# SPDX-License-Identifier: GPL-2.0-only
"""Do the steps of a plan; what fails stops only what needs it."""
from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from targetconfig import state as st
from targetconfig.step import Step

HINTS = {
    errno.EBUSY: "something uses it: targetcli-config sessions shows who",
    errno.ENOENT: "its module or what it names is not there: dmesg | tail",
    errno.ENODEV: "what it names is not there; for a device, is it plugged in?",
    errno.EEXIST: "another object has this: targetcli-config check FILE",
    errno.EADDRNOTAVAIL: "no interface has this address yet: ip address",
    errno.EADDRINUSE: "another program listens there: ss -tlnp",
    errno.EACCES: "only root can",
    errno.EPERM: "only root can",
}


class Effects(Protocol):
    """What changes a tree."""

    def mkdir(self, where: str) -> None: ...
    def rmdir(self, where: str) -> None: ...
    def write(self, where: str, value: str) -> None: ...
    def link(self, where: str, target: str) -> None: ...
    def unlink(self, where: str) -> None: ...


@dataclass
class Failure:
    """A step that the kernel refused."""

    step: Step
    error: OSError

    def text(self) -> str:
        """Say what failed, and what to do next."""
        code = self.error.errno or 0
        hint = HINTS.get(code, "the kernel's log says why: dmesg | tail")
        return f"{self.step.shell()}: {os.strerror(code)}; {hint}"


@dataclass
class Report:
    """How a plan went."""

    done: list[Step] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[Step] = field(default_factory=list)


def execute(steps: list[Step], tree: Effects,
            tell: Callable[[Step], None] | None = None) -> Report:
    """Do the steps in their order."""
    report = Report()
    broken: set[str] = set()
    for step in steps:
        if _needs(step, broken):
            report.skipped.append(step)
            if step.op != "write":
                broken.add(step.object)
            continue
        if tell:
            tell(step)
        try:
            _do(step, tree)
            report.done.append(step)
        except OSError as error:
            report.failed.append(Failure(step, error))
            if step.op != "write" or _opens(step):
                broken.add(step.object)
    return report


def _opens(step: Step) -> bool:
    """Tell whether nothing can be done with an object without this."""
    return st.kind(step.object) == "backstore" and st.name(step.path) in ("enable", "control")


def _needs(step: Step, broken: set[str]) -> bool:
    for path in broken:
        if st.below(step.path, path) or step.op == "link" and st.below(step.value, path):
            return True
        if step.op == "rmdir" and st.below(path, step.path):
            return True
    return False


def _do(step: Step, tree: Effects) -> None:
    if step.op == "write":
        tree.write(step.path, step.value)
    elif step.op == "link":
        tree.link(step.path, step.value)
    else:
        {"mkdir": tree.mkdir, "rmdir": tree.rmdir, "unlink": tree.unlink}[step.op](step.path)
