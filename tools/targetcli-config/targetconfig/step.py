# SPDX-License-Identifier: GPL-2.0-only
"""One change of the tree."""
from __future__ import annotations

import shlex
from dataclasses import dataclass

ROOT = "/sys/kernel/config/target"


@dataclass(frozen=True)
class Step:
    """mkdir, rmdir, write, link or unlink.

    object is whose change it is, path the directory, file or link itself.
    interrupts says who notices.
    """

    op: str
    object: str
    path: str
    value: str = ""
    interrupts: str = ""
    secret: bool = False

    def shell(self, root: str = ROOT) -> str:
        """Return the line that does the same in a shell."""
        where = shlex.quote(f"{root}/{self.path}")
        if self.op == "write":
            value = "********" if self.secret else self.value
            line = f"echo {shlex.quote(value)} > {where}"
        elif self.op == "link":
            line = f"ln -s {shlex.quote(f'{root}/{self.value}')} {where}"
        else:
            line = f"{ {'mkdir': 'mkdir', 'rmdir': 'rmdir', 'unlink': 'rm'}[self.op] } {where}"
        return f"{line}   # interrupts {self.interrupts}" if self.interrupts else line
