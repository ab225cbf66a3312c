# SPDX-License-Identifier: GPL-2.0-only
"""Third-party copy by its CDBs and parameter lists (SPC-4 clauses 6.3 to 6.27, SBC-3)."""
from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import scsi

EXTENDED, RECEIVE, SANITIZE = 0x83, 0x84, 0x48
ABORT, POPULATE, WRITE_USING = 0x1c, 0x10, 0x11
STATUS_1, STATUS_4, ROD_TOKEN = 0, 5, 7
RUNNING = (0x10, 0x11, 0x12)
ZERO_TOKEN = bytes.fromhex("ffff0001000001f8") + bytes(504)
BLKFLSBUF = 0x1261


def be(value: int, length: int) -> bytes:
    """Return a number as it is on the wire."""
    return value.to_bytes(length, "big")


def words(answer: scsi.Answer) -> list[int]:
    """Return status, sense key and code."""
    return [answer.status, answer.key, answer.code]


def generic(device: str) -> str:
    """Return the generic device of a disk, which sg_xcopy wants."""
    subprocess.run(["modprobe", "sg"], check=True)
    name = os.path.basename(device)
    return "/dev/" + os.listdir(f"/sys/block/{name}/device/scsi_generic")[0]


def block_length(device: str) -> int:
    """Return the logical block length."""
    return int.from_bytes(scsi.send(device, bytes([0x25, *bytes(9)]), data_in=8).data[4:8], "big")


def designator(device: str) -> bytes:
    """Return the NAA designator of the logical unit, with its header."""
    page = scsi.send(device, bytes([0x12, 1, 0x83, 4, 0, 0]), data_in=1024).data
    at = 4
    while at < 4 + int.from_bytes(page[2:4], "big"):
        if page[at + 1] & 0x3f == 3:
            return page[at:at + 4 + page[at + 3]]
        at += 4 + page[at + 3]
    raise OSError(f"{device} has no NAA designator")


def cscd(device: str) -> bytes:
    """Return an identification descriptor CSCD descriptor."""
    return by_designator(designator(device), block_length(device))


def by_designator(name: bytes, length: int) -> bytes:
    """Return one of a designator, with its header, and a block length."""
    return bytes([0xe4, 0, 0, 0, name[0] & 15, name[1], 0, name[3]]) + name[4:].ljust(20, b"\0") \
        + be(length, 4)


def segment(source: int, dest: int, blocks: int, start: int, to: int) -> bytes:
    """Return a block device to block device segment descriptor."""
    return bytes([2, 0, 0, 24]) + be(source, 2) + be(dest, 2) + be(0, 2) + be(blocks, 2) \
        + be(start, 8) + be(to, 8)


def hold(*what: int) -> bytes:
    """Return one that holds its data."""
    return bytes([0x0d]) + segment(*what)[1:]


def verify(source: int, ready: bool) -> bytes:
    """Return a verify CSCD segment descriptor."""
    return bytes([7, 0, 0, 8]) + be(source, 2) + bytes([0, 0, int(ready), 0, 0, 0])


def register(dest: int, key: int, new: int) -> bytes:
    """Return a register persistent reservation key segment descriptor."""
    return bytes([0x14, 0, 0, 24, 0, 0]) + be(dest, 2) + be(key, 8) + be(new, 8) + bytes(4)


KINDS: dict[str, Callable[..., bytes]] = {
    "copy": segment, "hold": hold, "verify": verify, "register": register}


def list_1(cscds: list[bytes], segments: list[bytes], name: int = 1) -> bytes:
    """Return a parameter list with LID1."""
    what = b"".join(segments)
    return bytes([name, 0]) + be(32 * len(cscds), 2) + bytes(4) + be(len(what), 4) \
        + bytes(4) + b"".join(cscds) + what


def list_4(cscds: list[bytes], segments: list[bytes], name: int, immed: bool) -> bytes:
    """Return one with LID4."""
    what = b"".join(segments)
    return bytes([1, 0, 0, 0x20, *bytes(11), int(immed), 0xff, 0, 0, 0]) + be(name, 4) \
        + bytes(18) + be(32 * len(cscds), 2) + be(len(what), 2) + bytes(2) \
        + b"".join(cscds) + what


def extended(device: str, data: bytes, action: int = 0) -> scsi.Answer:
    """Send EXTENDED COPY."""
    return scsi.send(device, bytes([EXTENDED, action, *bytes(8)]) + be(len(data), 4) + bytes(2),
                     data_out=data, seconds=120)


def receive(device: str, action: int, name: int, length: int = 4096) -> scsi.Answer:
    """Ask after a copy."""
    who = bytes([name, 0, 0, 0]) if action < 5 else be(name, 4)
    return scsi.send(device, bytes([RECEIVE, action]) + who + bytes(4) + be(length, 4) + bytes(2),
                     data_in=length)


def digest(device: str, start: int, length: int) -> str:
    """Return a digest of bytes of a device, read past the cache."""
    fd = os.open(device, os.O_RDONLY)
    try:
        fcntl.ioctl(fd, BLKFLSBUF)
        return hashlib.sha256(os.pread(fd, length, start)).hexdigest()
    finally:
        os.close(fd)


def copy(command: str, source: str, dest: str, place: list[int]) -> list[int]:
    """Copy place = [blocks, from, to] by a command to one device; return how it ended."""
    data = list_1([cscd(source), cscd(dest)], [segment(0, 1, *place)])
    return words(extended(command, data))


def run(command: str, devices: list[str], steps: list[list[Any]], action: int = 0) -> list[int]:
    """Carry out segments, each a key of KINDS and its arguments; return how that ended.

    If it failed, the segment that did comes last.
    """
    segments = [KINDS[step[0]](*step[1:]) for step in steps]
    cscds = [cscd(device) for device in devices]
    data = list_4(cscds, segments, 80, False) if action else list_1(cscds, segments, 80)
    answer = extended(command, data, action)
    return words(answer) + ([answer.special] if answer.status else [])


def held(device: str, action: int) -> list[Any]:
    """Ask for held data by RECEIVE COPY DATA(LID1) or (LID4); return its length and digest."""
    data = receive(device, action, 80, 1 << 17).data
    at = 4 if action < 5 else 36 + data[13]
    length = int.from_bytes(data[at - 4:at], "big")
    return [length, hashlib.sha256(data[at:at + length]).hexdigest()]


def keys(device: str) -> list[int]:
    """Return the reservation keys that are registered."""
    data = scsi.send(device, bytes([0x5e, 0, 0, 0, 0, 0, 0, 4, 0, 0]), data_in=1024).data
    return [int.from_bytes(data[at:at + 8], "big")
            for at in range(8, 8 + int.from_bytes(data[4:8], "big"), 8)]


def reserve_out(device: str, action: int, kind: int, key: int, new: int, aptpl: bool = False) \
        -> list[int]:
    """Send PERSISTENT RESERVE OUT."""
    data = be(key, 8) + be(new, 8) + bytes([0, 0, 0, 0, int(aptpl), 0, 0, 0])
    return words(scsi.send(device, bytes([0x5f, action, kind, 0, 0, 0, 0, 0, 24, 0]), data))


def persists(device: str) -> bool:
    """Say whether reservations are kept through power loss now."""
    data = scsi.send(device, bytes([0x5e, 2, 0, 0, 0, 0, 0, 0, 8, 0]), data_in=8).data
    return bool(data[3] & 0x01)


def copy_named(command: str, name: str, length: int) -> list[int]:
    """Copy to, then from, a logical unit that is known by its designator only."""
    other = by_designator(bytes.fromhex(name), length)
    answers = [extended(command, list_1([cscd(command), other], [segment(*way, 8, 0, 0)]))
               for way in ((0, 1), (1, 0))]
    return words(answers[0]) + words(answers[1])


def name_of(device: str) -> str:
    """Return its designator in hexadecimal."""
    return designator(device).hex()


def protect(device: str) -> list[int]:
    """Set SWP of the control mode page."""
    page = bytearray(scsi.send(device, bytes([0x1a, 8, 0x0a, 0, 255, 0]), data_in=255).data[4:16])
    page[0] &= 0x7f
    page[4] |= 8
    return words(scsi.send(device, bytes([0x15, 0x10, 0, 0, 16, 0]), bytes(4) + bytes(page)))


def background(command: str, source: str, dest: str, place: list[int]) -> list[int]:
    """Copy with IMMED; return the statuses that were seen, and the bytes."""
    data = list_4([cscd(source), cscd(dest)], [segment(0, 1, *place)], 77, True)
    answer = extended(command, data, 1)
    if answer.status:
        raise OSError(answer.words())
    seen: list[int] = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        data = receive(command, STATUS_4, 77).data
        if data[5] not in seen:
            seen.append(data[5])
        if data[5] not in RUNNING:
            break
        time.sleep(0.01)
    return [*seen, int.from_bytes(data[16:24], "big")]


def stopped(command: str, source: str, dest: str, blocks: int) -> list[int]:
    """Begin a long copy, end it by COPY OPERATION ABORT; return how both ended."""
    data = list_4([cscd(source), cscd(dest)], [segment(0, 1, blocks, 0, 0)] * 16, 78, False)
    ends: list[int] = []
    thread = threading.Thread(target=lambda: ends.extend(words(extended(command, data, 1))))
    thread.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = scsi.send(command, bytes([EXTENDED, ABORT]) + be(78, 4) + bytes(10))
        if not answer.status:
            break
        time.sleep(0.01)
    thread.join(60)
    return [answer.status, *ends, receive(command, STATUS_4, 78).data[5]]


def sanitized(command: str, source: str, dest: str, blocks: int) -> list[int]:
    """Begin a long copy, overwrite its destination by SANITIZE.

    Return how both ended, and how many bytes there are not what was written.
    """
    data = list_4([cscd(source), cscd(dest)], [segment(0, 1, blocks, 0, 0)] * 16, 79, False)
    ends: list[int] = []
    thread = threading.Thread(target=lambda: ends.extend(words(extended(command, data, 1))))
    thread.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = receive(command, STATUS_4, 79)
        if not answer.status and any(answer.data[16:24]):
            break
        time.sleep(0.01)
    began = scsi.send(dest, bytes([SANITIZE, 0x81, *bytes(6), 5, 0]), bytes([1, 0, 0, 1, 0x5a]))
    thread.join(60)
    deadline = time.monotonic() + 60
    while scsi.send(dest, bytes(6)).status and time.monotonic() < deadline:
        time.sleep(0.1)
    return [*words(began), *ends, others(dest, 0x5a)]


def others(device: str, value: int) -> int:
    """Count bytes of a device that are not of one value."""
    count = 0
    with open(device, "rb", buffering=0) as file:
        fcntl.ioctl(file, BLKFLSBUF)
        while part := file.read(1 << 20):
            count += len(part) - part.count(value)
    return count


def populate(device: str, ranges: list[list[int]]) -> str:
    """Return a ROD token of blocks."""
    data = be(14 + 16 * len(ranges), 2) + bytes(12) + be(16 * len(ranges), 2) + \
        b"".join(be(lba, 8) + be(blocks, 4) + bytes(4) for lba, blocks in ranges)
    answer = scsi.send(device, bytes([EXTENDED, POPULATE, 0, 0, 0, 0]) + be(9, 4)
                       + be(len(data), 4) + bytes(2), data_out=data)
    if answer.status:
        raise OSError(answer.words())
    found = receive(device, ROD_TOKEN, 9).data
    return found[38:38 + 512].hex()


def write_using(device: str, token: str, ranges: list[list[int]], offset: int = 0) -> list[int]:
    """Write what a token stands for; an empty one is that of zeros."""
    data = be(534 + 16 * len(ranges), 2) + bytes(6) + be(offset, 8) \
        + (bytes.fromhex(token) or ZERO_TOKEN) + bytes(6) + be(16 * len(ranges), 2) + \
        b"".join(be(lba, 8) + be(blocks, 4) + bytes(4) for lba, blocks in ranges)
    return words(scsi.send(device, bytes([EXTENDED, WRITE_USING, 0, 0, 0, 0]) + be(10, 4)
                           + be(len(data), 4) + bytes(2), data_out=data, seconds=120))
