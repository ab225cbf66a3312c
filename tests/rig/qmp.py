# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol: one command, one answer."""
from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from rig.errors import RigError


def connect(path: Path, seconds: float = 10.0) -> socket.socket:
    """Connect to a socket that QEMU may not listen on yet."""
    deadline = time.monotonic() + seconds
    while True:
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            found.connect(str(path))
            return found
        except OSError as error:
            found.close()
            if time.monotonic() > deadline:
                raise RigError(f"QEMU does not listen on {path}: {error}") from error
        time.sleep(0.05)


class Qmp:
    """A connection to a running QEMU's monitor."""

    def __init__(self, path: Path, seconds: float = 60.0) -> None:
        self._socket = connect(path, seconds)
        self._socket.settimeout(seconds)
        self._file = self._socket.makefile("r", encoding="utf-8")
        self._read()
        self.command("qmp_capabilities")

    def _read(self) -> dict[str, Any]:
        try:
            line = self._file.readline()
        except OSError as error:
            raise RigError(f"QEMU's monitor: {error}") from error
        if not line:
            raise RigError("QEMU closed its monitor")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def command(self, verb: str, **arguments: Any) -> Any:
        """Run a monitor command and return its value."""
        request = {"execute": verb, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = self._read()
            if "error" in answer:
                raise RigError(f"QEMU: {verb}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def status(self) -> str:
        """Return QEMU's run state, such as running or internal-error."""
        return str(self.command("query-status")["status"])

    def set_link(self, nic: str, up: bool) -> None:
        """Connect or cut a network card's cable."""
        self.command("set_link", name=nic, up=up)

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()
