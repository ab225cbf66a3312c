# SPDX-License-Identifier: GPL-2.0-only
"""One program at a time changes the tree."""
from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from targetconfig.problem import BUSY, Problem

LOCK = "/run/targetcli-config.lock"


@contextmanager
def held(seconds: float, path: str = LOCK) -> Iterator[None]:
    """Wait for the lock and hold it."""
    deadline = time.monotonic() + seconds
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    owner = os.pread(fd, 32, 0).decode(errors="replace").strip()
                    raise Problem(f"process {owner or '?'} is changing the configuration; "
                                  "try again, or --wait SECONDS", BUSY) from None
                time.sleep(0.05)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)
