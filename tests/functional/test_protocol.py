# SPDX-License-Identifier: GPL-2.0-only
"""What RFC 7143 grants an initiator, PDU by PDU."""
from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from functional.lab import TARGET, Target
from guest.raw_pdu import (DATA_IN, FINAL, R2T, READ, READ10, SCSI_RSP, WRITE, WRITE10, Wire,
                            cdb10, data_out)

NAME = "iqn.2003-01.org.example:raw"
STATUS = 0x01


def random_bytes(seed: int, length: int) -> bytes:
    """Return the same bytes for the same seed."""
    return random.Random(seed).randbytes(length)


@pytest.fixture(name="tpg")
def fixture_tpg(target: Target) -> str:
    """A target with one disk and an ACL for it."""
    return target.iscsi(target.disk("ramdisk", megabytes=8), attrib={"authentication": 0},
                        acls={NAME: {}})


@pytest.fixture(name="wire")
def fixture_wire(target: Target, tpg: str) -> Iterator[Wire]:
    """A session in the full feature phase, its unit attention taken."""
    assert tpg
    with Wire(target.port, name=NAME) as made:
        made.login(TARGET)
        assert made.answers()
        yield made


# ------------------------------------------------------ data in any order

ANY_ORDER = {"DataPDUInOrder": "No", "DataSequenceInOrder": "No", "InitialR2T": "Yes",
             "ImmediateData": "No", "MaxBurstLength": "4096", "FirstBurstLength": "4096",
             "MaxRecvDataSegmentLength": "1024"}
LENGTH, BURST, SEGMENT = 65536, 4096, 1024


def read_offsets(wire: Wire, wanted: bytes) -> list[int]:
    """Read from block 0; return the offsets of the Data-In PDUs as they came."""
    wire.command(cdb10(READ10, 0, len(wanted) // 512), FINAL | READ, len(wanted))
    got, flags = bytearray(len(wanted)), 0
    offsets: list[int] = []
    while not flags & STATUS:
        pdu = wire.expect(DATA_IN)
        flags = pdu.flags
        assert pdu.u32(36) == len(offsets), "DataSN counts PDUs as they are sent"
        assert (flags & FINAL == FINAL) == (len(offsets) % (BURST // SEGMENT) == 3)
        offsets.append(pdu.u32(40))
        got[offsets[-1]:offsets[-1] + len(pdu.data)] = pdu.data
    assert sorted(offsets) == list(range(0, len(wanted), SEGMENT))
    assert bytes(got) == wanted
    return offsets


def write_offsets(wire: Wire, data: bytes) -> list[int]:
    """Write from block 0; return the offsets of the R2Ts as they came."""
    tag = wire.command(cdb10(WRITE10, 0, len(data) // 512), FINAL | WRITE, len(data))
    offsets: list[int] = []
    while len(offsets) * BURST < len(data):
        r2t = wire.expect(R2T)
        assert r2t.u32(36) == len(offsets) and r2t.u32(44) == BURST
        offsets.append(r2t.u32(40))
        data_out(wire, tag, r2t.ttt, 0, offsets[-1], data[offsets[-1]:offsets[-1] + BURST], FINAL)
    assert wire.expect(SCSI_RSP).header[3] == 0
    assert sorted(offsets) == list(range(0, len(data), BURST))
    return offsets


@pytest.mark.parametrize("agreed", [True, False])
def test_random_offsets(target: Target, tpg: str, agreed: bool) -> None:
    """Out of order if the administrator wants it and the initiator has agreed to it."""
    for what in ("datain_pdu", "datain_seq", "r2t"):
        target.write(f"{tpg}/acls/{NAME}/attrib/random_{what}_offsets", "1")
    for key in ("DataPDUInOrder", "DataSequenceInOrder"):
        target.write(f"{tpg}/param/{key}", "No")
    keys = ANY_ORDER if agreed else {
        **ANY_ORDER, "DataPDUInOrder": "Yes", "DataSequenceInOrder": "Yes"}
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET, **keys)
        assert wire.answers()
        rising = []
        for seed in range(4):
            data = random_bytes(seed, LENGTH)
            writes, reads = write_offsets(wire, data), read_offsets(wire, data)
            inside = [reads[start:start + 4] for start in range(0, len(reads), 4)]
            rising += [(writes == sorted(writes), inside == sorted(inside),
                        all(part == sorted(part) for part in inside))]
    if agreed:
        assert not any(all(column) for column in zip(*rising)), rising
    else:
        assert all(all(row) for row in rising), rising


def test_order_that_was_not_asked_for(target: Target, tpg: str) -> None:
    """The initiator would take any order; without the settings it gets the rising one."""
    for key in ("DataPDUInOrder", "DataSequenceInOrder"):
        target.write(f"{tpg}/param/{key}", "No")
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET, **ANY_ORDER)
        assert wire.answers()
        data = random_bytes(9, LENGTH)
        for offsets in (write_offsets(wire, data), read_offsets(wire, data)):
            assert offsets == sorted(offsets)
