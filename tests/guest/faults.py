# SPDX-License-Identifier: GPL-2.0-only
"""What an administrator gets wrong: which errno that gives, and what is logged."""
from __future__ import annotations

import os
import socket
from errno import errorcode

import lio
from klog import lines_of

# Backstores that these are about.
NAMES = ("faulty", "spare")


def _do(how: str, where: str, value: str) -> str:
    try:
        if how == "mkdir":
            os.mkdir(lio.path(where))
            os.rmdir(lio.path(where))
        elif how == "link":
            link = lio.path(value, "wrong")
            os.symlink(lio.path(where), link)
            os.unlink(link)
        else:
            lio.write(where, value)
    except OSError as error:
        return errorcode[error.errno or 0]
    return "nothing"


def _one(how: str, where: str, value: str) -> list[object]:
    seen: list[str] = []
    lines = lines_of(lambda: seen.append(_do(how, where, value)), *NAMES)
    return [seen[0], lines]


def each(faults: list[list[str]]) -> list[list[object]]:
    """Do one after another; return the name of each errno, and the lines."""
    return [_one(*fault) for fault in faults]


def busy_port(tpg: str, port: int) -> list[object]:
    """Make a portal where another program listens."""
    with socket.create_server(("127.0.0.1", port)):
        return each([["mkdir", f"{tpg}/np/127.0.0.1:{port}", ""]])[0]
