# SPDX-License-Identifier: GPL-2.0-only
"""Waits until a file says that it has changed, as a cluster agent would."""
from __future__ import annotations

import ctypes
import os
import select

IN_MODIFY = 2


def change(where: str, ready: str, seconds: float = 30.0) -> bool:
    """Read a file, make the file called ready, and wait for a change of the first."""
    with open(where, "rb") as file:
        file.read()
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.inotify_init1(0)
    try:
        if libc.inotify_add_watch(fd, where.encode(), IN_MODIFY) < 0:
            raise OSError(ctypes.get_errno(), where)
        with open(ready, "wb"):
            pass
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(fd)
