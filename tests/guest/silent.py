# SPDX-License-Identifier: GPL-2.0-only
"""Connections that say nothing, or do not listen."""
from __future__ import annotations

import resource
import socket
import time


def hold(host: str, port: int, count: int, seconds: float) -> int:
    """Open connections, keep them; return how many the other end has closed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, count + 100))
    held = [socket.create_connection((host, port), 30) for _ in range(count)]
    time.sleep(seconds)
    closed = 0
    for sock in held:
        sock.setblocking(False)
        try:
            closed += sock.recv(1) == b""
        except BlockingIOError:
            pass
        except ConnectionResetError:
            closed += 1
        sock.close()
    return closed


def flood(host: str, port: int, login: str, ping: str) -> int:
    """Log in and send the same PDU until nobody takes it for two seconds.

    Reads nothing after the login; returns the bytes that were taken.
    """
    sent = 0
    with socket.create_connection((host, port), 30) as sock:
        sock.sendall(bytes.fromhex(login))
        sock.recv(48)
        sock.settimeout(2)
        data = bytes.fromhex(ping)
        try:
            while sent < 256 << 20:
                sock.sendall(data)
                sent += len(data)
        except TimeoutError:
            pass
    return sent
