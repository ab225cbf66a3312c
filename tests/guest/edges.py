# SPDX-License-Identifier: GPL-2.0-only
"""Blocks that there are not: at the end of the medium and where numbers wrap.

Which commands have an LBA and a count, and where, comes from what REPORT SUPPORTED
OPERATION CODES says of their bits, so that a new command is tried by itself.
"""
from __future__ import annotations

from dataclasses import dataclass

import scsi

OUT_OF_RANGE, NOT_OPEN, MISCOMPARE = 0x2100, 0x2c0f, 0xe
LBA_PLACES = {6: (1, 3), 10: (2, 4), 12: (2, 4), 16: (2, 8), 32: (12, 8)}
COUNT_PLACES = {6: (4, 1), 10: (7, 2), 12: (6, 4), 32: (28, 4)}
# Bits there that are no LBA: an offset of WRITE BUFFER and READ BUFFER, an index of READ
# DEFECT DATA
OFFSETS = {0x3b, 0x3c, 0x9b, 0xb7}
# The count is of bytes: GET LBA STATUS, REPORT REFERRALS
IN_BYTES = {(0x9e, 0x12), (0x9e, 0x13), (scsi.VARIABLE, 0x12)}
# A count of 0 means all that follows: SYNCHRONIZE CACHE, PRE-FETCH, WRITE SAME
TO_THE_END = {0x34, 0x35, 0x90, 0x91, 0x41, 0x93, 0x7f0d}
READS = {0x08, 0x28, 0x88, 0xa8, 0x7f09}
NO_DATA = {0x34, 0x35, 0x90, 0x91}
# Bytes for each block of the count, if it is not one: COMPARE AND WRITE; WRITE SAME has one block
TWICE, SAME = {0x89}, {0x41, 0x93, 0x7f0d}
CHECKED = {0x2f, 0x8f, 0xaf, 0x7f0a}
# They want a stream that is open
STREAM, STREAMS = 0x9a, {0x9a, 0x7f10}


@dataclass(frozen=True)
class Row:
    """A command that has an LBA, and where its numbers are."""

    op: int
    action: int
    size: int
    lba: tuple[int, int]
    count: tuple[int, int]

    @property
    def kind(self) -> int:
        """Return what tells it from others: the action too, of a variable length command."""
        return self.op << 8 | self.action if self.op == scsi.VARIABLE else self.op

    def cdb(self, lba: int, count: int) -> bytes:
        """Return its CDB."""
        raw = bytearray(self.size)
        raw[0] = self.op
        if self.op == scsi.VARIABLE:
            raw[7], raw[9] = self.size - 8, self.action
        elif self.action >= 0:
            raw[1] = self.action
        for (at, width), number in ((self.lba, lba), (self.count, count)):
            raw[at:at + width] = (number | int.from_bytes(raw[at:at + width], "big")).to_bytes(
                width, "big")
        return bytes(raw)

    def data(self, count: int, block: int) -> tuple[bytes, int]:
        """Return what to send for some blocks, and how much to expect."""
        if (self.op, self.action) in IN_BYTES:
            return b"", count
        if self.kind in READS:
            return b"", count * block
        if self.kind in NO_DATA | CHECKED:
            return b"", 0
        factor = 2 if self.kind in TWICE else 1
        return bytes(block * (1 if self.kind in SAME else count * factor)), 0

    def name(self, lba: int, count: int) -> str:
        """Return a case for people."""
        return f"{self.op:02x}/{self.action} lba {lba:#x} count {count:#x}"


def usage(device: str, op: int, action: int) -> bytes:
    """Return the CDB usage data of a command."""
    answer = scsi.send(device, bytes([scsi.MAINTENANCE_IN, 0x0c, 1 if action < 0 else 2, op, 0,
                                      max(action, 0), 0, 0, 1, 0, 0, 0]), data_in=256)
    return answer.data[4:4 + int.from_bytes(answer.data[2:4], "big")]


def row_of(op: int, action: int, bits: bytes) -> Row | None:
    """Return where a command has its numbers; None if it has no LBA."""
    at, width = LBA_PLACES[len(bits)]
    wanted = bytes([0x1f if len(bits) == 6 else 0xff]) + b"\xff" * (width - 1)
    if bits[at:at + width] != wanted or op in OFFSETS:
        return None
    if len(bits) == 16:
        first = 12 if op == STREAM else 14 - len(bits[10:14]) + len(bits[10:14].rstrip(b"\xff"))
        count = (first, 14 - first)
    else:
        count = COUNT_PLACES[len(bits)]
    return Row(op, action, len(bits), (at, width), count)


def rows(device: str) -> list[Row]:
    """Return the commands that have an LBA."""
    found = [row_of(op, action, usage(device, op, action))
             for op, action in scsi.reported(device)]
    return [row for row in found if row]


def capacity(device: str) -> tuple[int, int]:
    """Return the number of blocks, and their size."""
    answer = scsi.send(device, bytes([0x9e, 0x10]) + bytes(11) + bytes([32, 0, 0]), data_in=32)
    return (int.from_bytes(answer.data[:8], "big") + 1, int.from_bytes(answer.data[8:12], "big"))


def cases(row: Row, blocks: int) -> list[tuple[int, int]]:
    """Return pairs of an LBA and a count that its fields can have."""
    top, most = (1 << 8 * row.lba[1]) - 1, (1 << 8 * row.count[1]) - 1
    if row.size == 6:
        top >>= 3
    edges = {blocks, 1 << 31, 1 << 32, 1 << 63, 1 << 64, top + 1}
    starts = {edge + step for edge in edges for step in (-1, 0, 1)}
    pairs = {(lba, count) for lba in starts for count in (0, 1, 2, most)}
    pairs |= {((1 << bits) - count, count) for bits in (32, 63, 64) for count in (1, 2, 255, most)}
    pairs |= {(0, 0), (0, 1), (0, blocks), (0, blocks + 1), (1, blocks), (blocks - 1, most)}
    return sorted((lba, count) for lba, count in pairs if 0 <= lba <= top and 0 <= count <= most)


def _try_outside(device: str, row: Row, lba: int, count: int, block: int) -> str:
    """Ask for blocks that there are not; return what is wrong with the answer."""
    sent, wanted = row.data(min(count, 8), block)
    answer = scsi.send(device, row.cdb(lba, count), sent, wanted)
    if (answer.key, answer.code) == (scsi.ILLEGAL_REQUEST, OUT_OF_RANGE) and not answer.data:
        return ""
    return f"{row.name(lba, count)}: wanted 5/2100, got {answer.words()}"


def _try_inside(device: str, row: Row, lba: int, count: int, block: int) -> str:
    sent, wanted = row.data(count, block)
    answer = scsi.send(device, row.cdb(lba, count), sent, wanted)
    fine = answer.status in (0, 4) or answer.key == MISCOMPARE or \
        (row.kind in STREAMS and answer.code == NOT_OPEN)
    return "" if fine else f"{row.name(lba, count)}: refused: {answer.words()}"


def _walk_row(device: str, row: Row, blocks: int, block: int) -> tuple[int, list[str]]:
    tried, wrong = 0, []
    for lba, count in cases(row, blocks):
        in_bytes = (row.op, row.action) in IN_BYTES
        there = 256 if row.size == 6 and not count else 1 if in_bytes else count
        if lba > blocks or lba + there > blocks:
            # nothing is looked at where nothing fits into the answer
            wrong.append(_try_outside(device, row, lba, 512 if in_bytes else count, block))
        elif count <= 2 and (count or row.kind not in TO_THE_END):
            wrong.append(_try_inside(device, row, lba, 512 if in_bytes else count, block))
        else:
            continue
        tried += 1
    return tried, [words for words in wrong if words]


def walk(device: str) -> tuple[dict[str, int], list[str]]:
    """Try all; return how many cases each command had, and what was wrong."""
    scsi.settle(device)
    blocks, block = capacity(device)
    tried: dict[str, int] = {}
    wrong: list[str] = []
    for row in rows(device):
        tried[f"{row.op:02x}/{row.action}"], faults = _walk_row(device, row, blocks, block)
        wrong += faults
    return tried, wrong


# -- LBAs in parameter lists

def _unmap(lba: int, count: int) -> tuple[bytes, bytes]:
    ranges = lba.to_bytes(8, "big") + count.to_bytes(4, "big") + bytes(4)
    return (bytes([0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0]), bytes([0, 22, 0, 16, 0, 0, 0, 0]) + ranges)


def _reassign(lba: int, _: int) -> tuple[bytes, bytes]:
    return bytes([0x07, 2, 0, 0, 0, 0]), bytes([0, 0, 0, 8]) + lba.to_bytes(8, "big")


LISTS = {"unmap": _unmap, "reassign": _reassign}


def walk_lists(device: str) -> list[str]:
    """Try ranges of UNMAP and LBAs of REASSIGN BLOCKS that there are not."""
    scsi.settle(device)
    blocks, _ = capacity(device)
    there = {op for op, _ in scsi.reported(device)}
    wrong = []
    for name, build in LISTS.items():
        if build(0, 0)[0][0] not in there:
            continue
        for edge in (blocks, 1 << 32, 1 << 63, 1 << 64):
            for lba, count in ((edge - 1, 2), (edge - 1, (1 << 32) - 1), (edge, 1),
                               (edge + 1, (1 << 32) - 1)):
                outside = lba >= blocks or (name == "unmap" and lba + count > blocks)
                if lba >> 64 or not outside:
                    continue
                answer = scsi.send(device, *build(lba, count))
                if (answer.key, answer.code) != (scsi.ILLEGAL_REQUEST, OUT_OF_RANGE):
                    wrong.append(f"{name} {lba:#x} {count:#x}: {answer.words()}")
    return wrong
