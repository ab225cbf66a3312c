# SPDX-License-Identifier: GPL-2.0-only
"""The host's end of the control channel to a guest's agent."""
from __future__ import annotations

import base64
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

from rig.errors import RigError
from rig.qmp import connect

Answer = dict[str, Any]


def binary(answer: Answer, key: str) -> bytes:
    """Return a field of an answer that carries bytes."""
    return base64.b64decode(answer.get(key) or "")


class Pending:
    """An answer that may not be there yet."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._answer: Answer | None = None

    def set(self, answer: Answer | None) -> None:
        """Deliver; None says that the guest is gone."""
        self._answer = answer
        self._event.set()

    @property
    def ready(self) -> bool:
        """Say whether the answer is there."""
        return self._event.is_set()

    def wait(self, seconds: float | None) -> Answer:
        """Return the answer."""
        if not self._event.wait(seconds):
            raise RigError(f"the guest's agent gave no answer in {seconds:.0f} s")
        if self._answer is None:
            raise RigError("the guest is gone")
        return self._answer


class Channel:
    """Sends requests, and hands answers to those who wait for them."""

    def __init__(self, path: Path) -> None:
        self._socket = connect(path)
        self._lock = threading.Lock()
        self._next = 1
        self._waiting: dict[int, Pending] = {0: Pending()}
        self._hello = self._waiting[0]
        self._gone = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        pending = b""
        while True:
            try:
                data = self._socket.recv(1 << 20)
            except OSError:
                data = b""
            if not data:
                break
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                self._deliver(json.loads(line))
        with self._lock:
            self._gone = True
            waiting, self._waiting = self._waiting, {}
        for item in waiting.values():
            item.set(None)

    def _deliver(self, answer: Answer) -> None:
        with self._lock:
            waiter = self._waiting.pop(answer["id"], None)
        if waiter:
            waiter.set(answer)

    def wait_hello(self, seconds: float) -> bool:
        """Wait for the agent's first words; say whether they came."""
        deadline = time.monotonic() + seconds
        while not self._hello.ready and time.monotonic() < deadline:
            if self._gone:
                return False
            time.sleep(0.02)
        return self._hello.ready and not self._gone

    def send(self, kind: str, **fields: Any) -> tuple[int, Pending]:
        """Send a request and return its number and its answer to come."""
        waiter = Pending()
        with self._lock:
            if self._gone:
                raise RigError("the guest is gone")
            number = self._next
            self._next += 1
            self._waiting[number] = waiter
            request = {"id": number, "op": kind, **fields}
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        return number, waiter

    def close(self) -> None:
        """Hang up; whoever still waits learns that the guest is gone."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        self._thread.join(5)
