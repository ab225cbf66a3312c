# SPDX-License-Identifier: GPL-2.0-only
"""Connections that say nothing, or do not listen."""
from __future__ import annotations

import resource
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor

from raw_pdu import Wire

WHO = "iqn.2003-01.org.example:crowd-"


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


def crowd(target: str, port: int, count: int, session: str, flags: int) -> dict[str, object]:
    """Send the same Login Request from many names and keep every connection.

    Then one more initiator logs in.  Return how many were answered, the status of each
    refusal, how many connections were closed without a word, how long all that took, and
    whether the last one works.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, count + 100))
    begin = time.monotonic()
    wires = []
    for number in range(count):
        wire = Wire(port, name=f"{WHO}{number}", seconds=60.0)
        wires.append(wire)
        # at once: a connection that says nothing is closed after a while
        pairs = {"InitiatorName": wire.name, "SessionType": session}
        wire.login_pdu(pairs | ({"TargetName": target} if session == "Normal" else {}), flags)
    held, refused, closed = 0, [], 0
    for wire in wires:
        reply = wire.receive()
        if not reply:
            closed += 1
        elif reply.status:
            refused.append(reply.status)
        else:
            held += 1
    seconds = time.monotonic() - begin
    with Wire(port, name=WHO + "last", seconds=60.0) as last:
        last.login_pdu({"InitiatorName": last.name, "SessionType": "Normal",
                        "TargetName": target})
        reply = last.receive()
        works = bool(reply and reply.status == 0 and last.answers())
    for wire in wires:
        wire.close()
    return {"held": held, "refused": refused, "closed": closed, "seconds": seconds,
            "works": works}


def slam(host: str, port: int, count: int) -> None:
    """Connect and close at once, one in two with a reset, on both CPUs."""
    def knock(first: int) -> None:
        for number in range(first, count, 2):
            with socket.create_connection((host, port), 30) as sock:
                linger = struct.pack("ii", number % 4 < 2, 0)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(knock, range(2)))
