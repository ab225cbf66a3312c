# SPDX-License-Identifier: GPL-2.0-only
"""Task attributes (SAM-5 clause 8): what SIMPLE, ORDERED and HEAD OF QUEUE promise.

Whether a command was early or late shows in the data of one block: each write
leaves its number there, and a read tells which writes it came after.
"""
from __future__ import annotations

import random
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functional.lab import OPEN, TARGET, Target
from guest.raw_pdu import (DATA_IN, FINAL, HEAD, IMMEDIATE, NOP_IN, NOP_OUT, ORDERED, R2T, READ,
                           READ10, RESERVED, SCSI_RSP, SIMPLE, TMF, TMF_RSP, WRITE, WRITE10, Pdu,
                           Wire, cdb10, data_out)

BLOCK = 512
ABORT_TASK, CLEAR_TASK_SET = 1, 4
GOOD, TASK_ABORTED = 0, 0x40
SECONDS = 1
KEYS = {"InitialR2T": "Yes", "ImmediateData": "Yes", "FirstBurstLength": "512"}


def number(value: int) -> bytes:
    """Return a block that says which write it is of."""
    return struct.pack(">I", value) * (BLOCK // 4)


class Nexus(Wire):
    """A session that collects answers."""

    def write(self, value: int, attr: int = SIMPLE) -> int:
        """Write a block, its data with the command; return the tag."""
        return self.command(cdb10(WRITE10, 0, 1), FINAL | WRITE, BLOCK, number(value), attr)

    def begin(self, attr: int = SIMPLE) -> tuple[int, Pdu]:
        """Begin to write a block without its data; return the tag and the R2T."""
        tag = self.command(cdb10(WRITE10, 0, 1), FINAL | WRITE, BLOCK, attr=attr)
        return tag, self.expect(R2T)

    def finish(self, write: tuple[int, Pdu], value: int) -> None:
        """Send the data."""
        data_out(self, write[0], write[1].ttt, 0, 0, number(value), FINAL)

    def read(self, attr: int = SIMPLE) -> int:
        """Read the block; return the tag."""
        return self.command(cdb10(READ10, 0, 1), FINAL | READ, BLOCK, attr=attr)

    def answer(self) -> tuple[int, int | None]:
        """Return the next answer: the tag, and the number that was read."""
        while True:
            pdu = self.receive()
            assert pdu and pdu.opcode in (DATA_IN, SCSI_RSP, NOP_IN), pdu
            if pdu.opcode == DATA_IN:
                assert pdu.flags & 1 and pdu.header[3] == GOOD
                value = {pdu.data[i:i + 4] for i in range(0, BLOCK, 4)}
                assert len(value) == 1, "half of one write, half of another"
                return pdu.itt, int.from_bytes(value.pop(), "big")
            if pdu.opcode == SCSI_RSP:
                assert pdu.header[3] == GOOD, pdu.header.hex()
                return pdu.itt, None

    def task_sets(self, tst: int) -> None:
        """Choose the task set type, in the control mode page."""
        page = bytes([0, 0, 0, 0, 0x0a, 10, tst << 5 | 2, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 30])
        self.command(bytes([0x15, 0x10, 0, 0, len(page), 0]), FINAL | WRITE, len(page), page)
        assert self.answer()[1] is None

    def quiet(self) -> bool:
        """Does nothing come?  An immediate NOP-Out overtakes what waits."""
        tag = self.send(NOP_OUT | IMMEDIATE)
        return self.expect(NOP_IN).itt == tag


@contextmanager
def sessions(target: Target) -> Iterator[list[Nexus]]:
    """Log in twice, as two initiators."""
    with Nexus(target.port) as first, Nexus(target.port, name="iqn.2003-01.org.example:b") as other:
        for wire in (first, other):
            wire.login(TARGET, **KEYS)
            assert wire.answers()
        yield [first, other]


@pytest.fixture(name="nexuses", params=["ramdisk", "iblock"])
def fixture_nexuses(request: pytest.FixtureRequest, target: Target) -> Iterator[list[Nexus]]:
    """Two sessions with one disk, on which number 0 is written."""
    options: dict[str, Any] = {"megabytes": 8} if request.param == "ramdisk" else {}
    target.iscsi(target.disk(request.param, **options), attrib=OPEN)
    with sessions(target) as (first, other):
        first.write(0)
        assert first.answer()[1] is None
        yield [first, other]


@pytest.fixture(name="slow")
def fixture_slow(target: Target) -> Iterator[str]:
    """A device that takes its time for everything."""
    target.vm.sh("modprobe null_blk nr_devices=1 gb=1 irqmode=2 submit_queues=1 "
                 f"completion_nsec={SECONDS}000000000 hw_queue_depth=64")
    try:
        yield "/dev/nullb0"
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh("until rmmod null_blk 2>/dev/null; do sleep 0.2; done", timeout=60)


def test_each_has_its_place(nexuses: list[Nexus]) -> None:
    first, other = nexuses
    older = first.begin()
    ordered = first.read(ORDERED)
    younger = first.write(2)
    last = first.read()
    assert first.quiet()
    # Who has no data holds up its own nexus only.
    stranger, barrier = other.read(), other.write(3, ORDERED)
    assert other.answer() == (stranger, 0)
    assert other.answer() == (barrier, None)
    head = first.read(HEAD)
    assert first.answer() == (head, 3), "but for HEAD OF QUEUE"
    assert first.quiet()
    first.finish(older, 1)
    answers = [first.answer() for _ in range(4)]
    assert answers[:2] == [(older[0], None), (ordered, 1)], answers
    assert sorted(answers[2:])[0] == (younger, None), answers
    # These two are SIMPLE: in any order, but after the ORDERED one.
    assert {tag: value for tag, value in answers}[last] in (1, 2), answers
    assert first.read() and first.answer()[1] == 2


def test_ordered_write_without_data(nexuses: list[Nexus]) -> None:
    first, other = nexuses
    ordered = first.begin(ORDERED)
    read, write = first.read(), first.write(2)
    assert first.quiet(), "what this one sent has arrived"
    for attr in (SIMPLE, ORDERED):
        stranger = other.read(attr)
        assert other.answer() == (stranger, 0)
    assert first.quiet()
    first.finish(ordered, 1)
    answers = dict(first.answer() for _ in range(3))
    assert answers[ordered[0]] is None and answers[read] in (1, 2) and answers[write] is None

    first.begin(ORDERED)
    assert first.quiet()
    first.close()
    stranger = other.read(ORDERED)
    assert other.answer() == (stranger, 2)


def test_ordered_write_is_alone(target: Target, slow: str) -> None:
    """What one nexus has at the medium counts for all."""
    target.iscsi(target.disk("iblock", device=slow), attrib=OPEN)
    with sessions(target) as (first, other):
        began = time.monotonic()
        older = first.write(1)
        assert first.quiet()
        barrier = other.write(2, ORDERED)
        time.sleep(SECONDS / 4)
        younger = first.write(3)
        ended = []
        for wire, tag in ((first, older), (other, barrier), (first, younger)):
            assert wire.answer() == (tag, None)
            ended.append(time.monotonic() - began)
        # One behind the other; beside each other all would end after SECONDS.
        assert all(end > turn * SECONDS * 0.95 for turn, end in enumerate(ended, 1)), ended


def abort(wire: Nexus, write: tuple[int, Pdu]) -> None:
    """Send ABORT TASK."""
    wire.send(TMF | IMMEDIATE, FINAL | ABORT_TASK, ttt=write[0],
              rest=struct.pack(">I", wire.cmdsn - 1))


def test_who_is_aborted_holds_up_nobody(nexuses: list[Nexus]) -> None:
    first, other = nexuses
    older = first.begin()
    behind = first.begin(ORDERED)
    waiting = first.read()
    stranger = other.read(ORDERED)
    assert other.answer() == (stranger, 0)
    assert first.quiet()
    abort(first, older)
    assert first.expect(TMF_RSP).header[2] == 0
    assert first.quiet(), "there is still the other one"
    abort(first, behind)
    replies: dict[int, Pdu] = {}
    while len(replies) < 2:
        pdu = first.receive()
        assert pdu
        replies[pdu.opcode] = pdu
    assert replies[TMF_RSP].header[2] == 0
    assert replies[DATA_IN].itt == waiting and replies[DATA_IN].data == number(0)
    assert first.answers() and other.answers()


def test_a_task_set_each(nexuses: list[Nexus]) -> None:
    """TST 001b: an ORDERED command, and CLEAR TASK SET, are about one's own commands."""
    first, other = nexuses
    first.task_sets(1)
    assert other.answers(), "after the unit attention MODE PARAMETERS CHANGED"
    older = first.begin()
    barrier = first.read(ORDERED)
    assert first.quiet()
    for _ in range(2):
        assert other.read(ORDERED) == other.answer()[0]
    other.send(TMF | IMMEDIATE, FINAL | CLEAR_TASK_SET, ttt=RESERVED)
    assert other.expect(TMF_RSP).header[2] == 0
    assert first.quiet(), "still there"
    first.finish(older, 1)
    assert first.answer() == (older[0], None)
    assert first.answer() == (barrier, 1)

    first.task_sets(0)
    assert other.answers()
    older = first.begin()
    assert first.quiet()
    other.send(TMF | IMMEDIATE, FINAL | CLEAR_TASK_SET, ttt=RESERVED)
    assert other.expect(TMF_RSP).header[2] == 0
    reply = first.expect(SCSI_RSP)
    assert reply.itt == older[0] and reply.header[3] == TASK_ABORTED, "one for all again"


def burst(wire: Nexus, chance: random.Random, value: int) -> tuple[dict[int, set[int | None]], int]:
    """Send commands without waiting; return what each may read, and the last number."""
    wanted: dict[int, set[int | None]] = {}
    for _ in range(chance.randrange(2, 8)):
        # Between two barriers one write, and reads that may run before or after it.
        wrote = chance.randrange(3)
        for place in range(3):
            if place == wrote:
                value += 1
                wanted[wire.write(value)] = {None}
            else:
                wanted[wire.read()] = {value - 1, value} if place > wrote else {value, value + 1}
        if chance.randrange(2):
            wanted[wire.read(ORDERED)] = {value}
        else:
            value += 1
            wanted[wire.write(value, ORDERED)] = {None}
    return wanted, value


@pytest.mark.parametrize("seed", range(3))
def test_nothing_passes_an_ordered_command(nexuses: list[Nexus], seed: int) -> None:
    """Of bursts every ORDERED read sees exactly the last write before it."""
    chance = random.Random(seed)
    value = 0
    # Memory is sent as it is until somebody wants an order.
    nexuses[0].read(ORDERED)
    assert nexuses[0].answer()[1] == 0
    for _ in range(30):
        wanted, value = burst(nexuses[0], chance, value)
        got = dict(nexuses[0].answer() for _ in wanted)
        wrong = {tag: (got[tag], values) for tag, values in wanted.items()
                 if got[tag] not in values}
        assert not wrong, (seed, wrong)
