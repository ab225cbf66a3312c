# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel logs while something is done."""
from __future__ import annotations

import os
from collections.abc import Callable

KMSG = "/dev/kmsg"
# Lines of the target; those of a backstore begin with its name.
OURS = ("target: ", "iSCSI: ", "tcm_loop: ", "tcm_fc: ")


def _lines(fd: int) -> list[str]:
    """Return the lines since the last call."""
    found: list[str] = []
    while True:
        try:
            record = os.read(fd, 8192).decode(errors="replace")
        except BlockingIOError:
            return found
        except BrokenPipeError:
            continue
        found.append(record.partition(";")[2].splitlines()[0])


def lines_of(call: Callable[[], object], *names: str) -> list[str]:
    """Do something; return the lines of the target, or of objects with these names."""
    fd = os.open(KMSG, os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.lseek(fd, 0, os.SEEK_END)
        call()
        return [line for line in _lines(fd)
                if line.startswith((*OURS, *(f"{name}: " for name in names)))]
    finally:
        os.close(fd)
