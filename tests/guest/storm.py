# SPDX-License-Identifier: GPL-2.0-only
"""iSCSI logins from plain sockets, many at a time (RFC 7143, 11.12 and 11.13)."""
from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

LOGIN_REQUEST, LOGIN_RESPONSE, LOGOUT_REQUEST, LOGOUT_RESPONSE = 0x43, 0x23, 0x46, 0x26
TRANSIT_OPERATIONAL_TO_FULL = 0x80 | (1 << 2) | 3
IN_SECURITY, SECURITY_TO_OPERATIONAL = 0, 0x80 | 1
# Every operational key, so that a target has nothing left to propose.
OPERATIONAL = {
    "HeaderDigest": "None", "DataDigest": "None", "MaxConnections": "1",
    "InitialR2T": "No", "ImmediateData": "Yes", "MaxRecvDataSegmentLength": "262144",
    "MaxBurstLength": "262144", "FirstBurstLength": "65536", "DefaultTime2Wait": "2",
    "DefaultTime2Retain": "0", "MaxOutstandingR2T": "1", "DataPDUInOrder": "Yes",
    "DataSequenceInOrder": "Yes", "ErrorRecoveryLevel": "0", "IFMarker": "No",
    "OFMarker": "No",
}


def keys(**pairs: str) -> bytes:
    """Return key=value pairs as text data."""
    return b"".join(f"{key}={value}\0".encode() for key, value in pairs.items())


def login_pdu(isid: bytes, text: bytes, flags: int = TRANSIT_OPERATIONAL_TO_FULL,
              task_tag: int = 1, cmd_sn: int = 1) -> bytes:
    """Return a Login Request."""
    head = struct.pack(">BBBB", LOGIN_REQUEST, flags, 0, 0)
    head += struct.pack(">B", 0) + len(text).to_bytes(3, "big")
    head += isid + struct.pack(">HIHHII16x", 0, task_tag, 0, 0, cmd_sn, 0)
    return head + text + b"\0" * (-len(text) % 4)


def receive(connection: socket.socket, size: int) -> bytes:
    """Return exactly size bytes."""
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("the target closed the connection")
        data += part
    return data


def receive_pdu(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return a PDU's header and data."""
    head = receive(connection, 48)
    size = int.from_bytes(head[5:8], "big")
    data = receive(connection, size + -size % 4)[:size]
    return head, data


def one_login(target: str, host: str, port: int, number: int) -> bool:
    """Log in, log out, and say whether full feature phase was reached."""
    isid = b"\x80" + number.to_bytes(3, "big") + os.urandom(2)
    text = keys(InitiatorName=f"iqn.2003-01.org.example:storm-{number}", TargetName=target,
                SessionType="Normal", **OPERATIONAL)
    with socket.create_connection((host, port), timeout=60) as connection:
        connection.sendall(login_pdu(isid, text))
        head, _ = receive_pdu(connection)
        if head[0] != LOGIN_RESPONSE or head[36] != 0 or not head[1] & 0x80:
            return False
        logout = struct.pack(">BBHIQIHHII16x", LOGOUT_REQUEST, 0x80, 0, 0, 0, 2, 0, 0, 1,
                             struct.unpack(">I", head[24:28])[0] + 1)
        connection.sendall(logout)
        head, _ = receive_pdu(connection)
        return head[0] == LOGOUT_RESPONSE and head[2] == 0


def all_at_once(target: str, host: str, port: int, count: int) -> dict[str, int]:
    """Have all of them in the middle of their logins; then finish these, the last one first.

    Return how many were answered in the middle, reached the full feature phase, and were
    logged in while all the others were too.
    """
    connections = [socket.create_connection((host, port), timeout=60) for _ in range(count)]
    try:
        for number, connection in enumerate(connections):
            isid = b"\x80" + number.to_bytes(3, "big") + b"\0\0"
            who = keys(InitiatorName=f"iqn.2003-01.org.example:storm-{number}",
                       TargetName=target, SessionType="Normal", AuthMethod="None")
            connection.sendall(login_pdu(isid, who, IN_SECURITY))
        middle = [receive_pdu(connection)[0] for connection in connections]
        halfway = sum(head[0] == LOGIN_RESPONSE and head[36] == 0 and not head[1] & 0x80
                      for head in middle)
        full = 0
        for number, connection in reversed(list(enumerate(connections))):
            isid = b"\x80" + number.to_bytes(3, "big") + b"\0\0"
            connection.sendall(login_pdu(isid, b"", SECURITY_TO_OPERATIONAL))
            head, _ = receive_pdu(connection)
            if head[36] == 0 and head[1] == SECURITY_TO_OPERATIONAL:
                connection.sendall(login_pdu(isid, keys(**OPERATIONAL)))
                head, _ = receive_pdu(connection)
                full += head[36] == 0 and head[1] == TRANSIT_OPERATIONAL_TO_FULL
        for connection in connections:
            connection.sendall(struct.pack(">BBHIQIIII16x", 0x40, 0x80, 0, 0, 0, 7, 0xffffffff,
                                           1, 0))
        alive = sum(receive_pdu(connection)[0][0] == 0x20 for connection in connections)
    finally:
        for connection in connections:
            connection.close()
    return {"halfway": halfway, "full_feature": full, "alive": alive}


def logins(target: str, host: str, port: int, count: int, at_once: int) -> dict[str, int]:
    """Do many logins; return how many came through."""
    def attempt(number: int) -> bool:
        try:
            return one_login(target, host, port, number)
        except OSError:
            return False
    with ThreadPoolExecutor(at_once) as pool:
        good = sum(pool.map(attempt, range(count)))
    return {"full_feature": good, "failed": count - good}


def wait_no_connection(port: int, seconds: float = 60.0) -> None:
    """Wait until the target holds no connection on a port."""
    deadline = time.monotonic() + seconds
    while True:
        left = subprocess.run(["ss", "-Htn", "state", "established", "sport", f"= :{port}"],
                              check=True, text=True, stdout=subprocess.PIPE).stdout
        if not left.strip():
            return
        if time.monotonic() > deadline:
            raise OSError(f"connections left: {left}")
        time.sleep(0.2)
