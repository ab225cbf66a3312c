# SPDX-License-Identifier: GPL-2.0-only
"""Auto contingent allegiance, as two initiators see it (SAM-5 5.9)."""
from __future__ import annotations

import time

from functional.lab import OPEN, TARGET, Target
from guest.raw_pdu import FINAL, IMMEDIATE, RESERVED, SCSI_RSP, SIMPLE, TMF, TMF_RSP, Wire

NAME = "iqn.2003-01.org.example:aca"
ACA = 4
CLEAR_ACA = 3
GOOD, CHECK_CONDITION, BUSY, ACA_ACTIVE = 0x00, 0x02, 0x08, 0x30
# TEST UNIT READY with NACA, and a bit that there is not
FAULT = bytes([0, 0, 0, 0, 0, 0x05])


def status(wire: Wire, cdb: bytes = bytes(6), attr: int = SIMPLE) -> int:
    """Send a command; return its status."""
    wire.command(cdb, attr=attr)
    code: int = wire.expect(SCSI_RSP).header[3]
    return code


def test_aca(target: Target) -> None:
    """Who is told what, until the faulted nexus clears it or is gone."""
    assert target.iscsi(target.disk("ramdisk", megabytes=8), attrib=OPEN)
    with Wire(target.port, name=NAME + "-2") as other:
        other.login(TARGET)
        assert other.answers()
        with Wire(target.port, name=NAME) as wire:
            wire.login(TARGET)
            assert wire.answers()
            assert status(wire, FAULT) == CHECK_CONDITION
            assert status(wire) == ACA_ACTIVE
            assert status(wire, attr=ACA) == GOOD
            assert status(other) == BUSY
            assert status(other, bytes(5) + b"\x04") == ACA_ACTIVE
            wire.send(TMF | IMMEDIATE, FINAL | CLEAR_ACA, ttt=RESERVED)
            assert wire.expect(TMF_RSP).header[2] == 0
            assert status(wire) == GOOD
            assert status(other) == GOOD
            assert status(wire, FAULT) == CHECK_CONDITION
            assert status(other) == BUSY
        for _ in range(50):
            if status(other) == GOOD:
                return
            time.sleep(0.2)
        raise AssertionError("the condition outlives its nexus")
