# SPDX-License-Identifier: GPL-2.0-only
"""Random logins and random PDUs, many connections one after the other."""
from __future__ import annotations

import random
import struct

from raw_pdu import IMMEDIATE, RESERVED, Wire, text

NAME = "iqn.2003-01.org.example:raw"
KEYS = ["InitiatorName", "TargetName", "SessionType", "AuthMethod", "CHAP_A", "CHAP_R",
        "HeaderDigest", "MaxBurstLength", "X-foo", "TaskReporting", "OFMarkInt"]
LOGIN_FLAGS = [0, 0x44, 0x81, 0x83, 0x87]
OPCODES = [0, 1, 1, 1, 2, 4, 5, 5, 6, 0x10]
NUMBERED = (0, 1, 2, 4, 6)
WRITE10 = struct.pack(">BBIBHB", 0x2a, 0, 0, 0, 8, 0)
READ10 = struct.pack(">BBIBHB", 0x28, 0, 0, 0, 8, 0)


def _listen(wire: Wire, seconds: float) -> None:
    """Take an answer, if there is one."""
    wire.sock.settimeout(seconds)
    try:
        wire.receive()
    except (TimeoutError, AssertionError):
        pass


def _login_text(rng: random.Random, target: str) -> bytes:
    data = b"".join(f"{rng.choice(KEYS)}={'v' * rng.choice([0, 1, 8, 255, 300])}\0".encode()
                    for _ in range(rng.randrange(12)))
    if rng.random() < 0.5:
        data = text({"InitiatorName": NAME, "TargetName": target,
                     "SessionType": "Normal"}) + data
    if rng.random() < 0.3:
        data = bytes(byte ^ (rng.random() < 0.01) * rng.randrange(256) for byte in data)
    return data


def logins(target: str, port: int, seed: int, count: int) -> int:
    """Try logins with random text; return how many connections the target took."""
    rng = random.Random(seed)
    for number in range(count):
        data = _login_text(rng, target)
        try:
            with Wire(port) as wire:
                wire.login_pdu(data, flags=rng.choice([*LOGIN_FLAGS, rng.randrange(256)]),
                               length=rng.choice([len(data)] * 5 + [rng.randrange(8192)]))
                if rng.random() < 0.5:
                    wire.send_bytes(rng.randbytes(rng.randrange(200)))
                if rng.random() < 0.5:
                    _listen(wire, 0.2)
        except ConnectionRefusedError:
            return number
    return count


def _random_pdu(rng: random.Random, wire: Wire) -> None:
    data = rng.randbytes(rng.choice([0, 0, 4, 512, 4096]))
    opcode = rng.choice([*OPCODES, rng.randrange(64)])
    wire.send(opcode | rng.choice([0, IMMEDIATE]),
              rng.choice([0x80, 0xa1, 0xc1, 0x21, rng.randrange(256)]), data,
              itt=rng.choice([1, 2, 3, RESERVED, rng.getrandbits(32)]),
              ttt=rng.choice([0, 4096, RESERVED, rng.getrandbits(32)]),
              lun=rng.choice([0, 0, 0, 1]),
              rest=rng.choice([WRITE10, READ10, rng.randbytes(16), bytes(16)]))
    if opcode in NUMBERED:
        wire.cmdsn += 1


def sessions(target: str, port: int, seed: int, count: int) -> int:
    """Log in and send random PDUs; return how many sessions the target let in."""
    rng = random.Random(1000 + seed)
    for number in range(count):
        with Wire(port, name=NAME) as wire:
            try:
                wire.login(target, ImmediateData="Yes", InitialR2T="No")
            except AssertionError:
                return number
            for _ in range(rng.randrange(1, 16)):
                _random_pdu(rng, wire)
            _listen(wire, 0.1)
    return count
