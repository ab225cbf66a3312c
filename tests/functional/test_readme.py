# SPDX-License-Identifier: GPL-2.0-only
"""What README tells a reader to type does what it says there."""
from __future__ import annotations

import hashlib
from pathlib import Path

from functional.lab import Target
from guest.raw_pdu import (DATA_IN, FINAL, LOGIN_RSP, READ, READ10, SCSI_RSP, WRITE, WRITE10, Wire,
                           cdb10)
from rig.targetcli import start_bus

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
IQN = "iqn.2003-01.org.example:box"
CLIENT = "iqn.1993-08.org.debian:01:client"
WHO = {"InitiatorName": CLIENT, "TargetName": IQN, "SessionType": "Normal"}
AUTH_FAILED = 0x0201
SHA256 = "7"


def lines_behind(words: str) -> list[str]:
    """Return the indented lines that follow a sentence of README."""
    found: list[str] = []
    for line in README[README.index(words):].split("\n\n")[1].splitlines():
        assert line.startswith("    "), line
        found.append(line[4:])
    return found


def type_in(target: Target, lines: list[str]) -> None:
    """Type them; the first that fails is an error."""
    target.vm.sh("\n".join(["set -e", *lines]), timeout=120)


def check_disk(wire: Wire) -> None:
    """Write to a disk of the session and read it back."""
    assert wire.answers()
    wire.command(cdb10(WRITE10, 8, 1), FINAL | WRITE, 512, b"README  " * 64)
    assert wire.expect(SCSI_RSP).header[3] == 0
    wire.command(cdb10(READ10, 8, 1), FINAL | READ, 512)
    assert wire.expect(DATA_IN).data == b"README  " * 64


def test_by_hand(target: Target) -> None:
    """Everybody may read and write."""
    type_in(target, lines_behind("A file, exported to everybody"))
    with Wire(target.port, name=CLIENT) as wire:
        wire.login(IQN, ImmediateData="Yes")
        check_disk(wire)


def chap(wire: Wire, secret: str) -> int:
    """Log in with the name "u" and a secret; return the status."""
    wire.login_pdu({**WHO, "AuthMethod": "CHAP"}, 0x00)
    assert wire.expect(LOGIN_RSP).pairs()["AuthMethod"] == "CHAP"
    wire.login_pdu({"CHAP_A": SHA256}, 0x00)
    asked = wire.expect(LOGIN_RSP).pairs()
    said = bytes([int(asked["CHAP_I"])]) + secret.encode() + \
        bytes.fromhex(asked["CHAP_C"].removeprefix("0x"))
    wire.login_pdu({"CHAP_N": "u", "CHAP_R": f"0x{hashlib.sha256(said).hexdigest()}"}, 0x81)
    reply = wire.expect(LOGIN_RSP)
    if not reply.status:
        wire.login_pdu({"ImmediateData": "Yes"}, 0x87)
        reply = wire.expect(LOGIN_RSP)
    return reply.status


def test_with_targetcli(target: Target) -> None:
    """One initiator, and not without the secret."""
    lines = lines_behind("Or with targetcli, for one initiator, with CHAP")
    assert lines[0].endswith(" /dev/vg0/disk2")
    target.vm.sh("mkdir -p /dev/vg0; ln -sf ../vdb /dev/vg0/disk2")
    start_bus(target.vm)
    type_in(target, lines)
    secret = lines[-2].rpartition("password=")[2]
    # with the right name alone, from each stage that a login can begin in
    for flags in (0x83, 0x87):
        with Wire(target.port, name=CLIENT) as wire:
            wire.login_pdu({**WHO, "AuthMethod": "None"} if flags == 0x83 else WHO, flags)
            reply = wire.expect(LOGIN_RSP)
            assert reply.status == AUTH_FAILED
            assert wire.closed()
    with Wire(target.port, name=CLIENT) as wire:
        assert chap(wire, secret[:-1] + "x") == AUTH_FAILED
    with Wire(target.port, name=CLIENT) as wire:
        assert chap(wire, secret) == 0
        check_disk(wire)
