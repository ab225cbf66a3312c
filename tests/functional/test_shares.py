# SPDX-License-Identifier: GPL-2.0-only
"""What one initiator may take from the others: memory, sessions, time."""
from __future__ import annotations

import socket
import time

import pytest

from functional.lab import OPEN, TARGET, Target
from guest.raw_pdu import (DATA_IN, FINAL, IMMEDIATE, LOGOUT, R2T, READ, READ10, SCSI_RSP,
                           WRITE, WRITE10, Wire, cdb10, data_out)

NAME = "iqn.2003-01.org.example:raw"
BLOCKS = 0xffff
LONG = BLOCKS * 512
GOOD, CHECK, TASK_SET_FULL = 0, 2, 0x28
WRITE_PROTECTED = 0x2700
OUT_OF_RESOURCES = 0x0302
MIB = 1 << 20


def available(target: Target) -> int:
    """Return how many bytes the target has for whoever asks."""
    return int(target.vm.sh("awk '/^MemAvailable/ {print $2}' /proc/meminfo").out) * 1024


def asc(wire: Wire) -> int:
    """Take a SCSI Response with sense data; return its additional sense code and qualifier."""
    reply = wire.expect(SCSI_RSP)
    assert reply.header[3] == CHECK
    return int.from_bytes(reply.data[2 + 12:2 + 14], "big")


def test_writes_whose_data_never_comes(target: Target) -> None:
    """Some wait for their data, the others are told to come later; nobody else notices."""
    target.open_iscsi(target.disk("ramdisk", megabytes=64))
    before = available(target)
    with Wire(target.port, name=NAME) as wire, Wire(target.port, name=NAME + "-b") as other:
        for each in (wire, other):
            each.login(TARGET)
            assert each.answers()
        tags = [wire.command(cdb10(WRITE10, 0, BLOCKS), FINAL | WRITE, LONG) for _ in range(20)]
        replies = [wire.receive() for _ in range(20)]
        asked = {reply.itt for reply in replies if reply and reply.opcode == R2T}
        full = {reply.itt for reply in replies
                if reply and reply.opcode == SCSI_RSP and reply.header[3] == TASK_SET_FULL}
        assert asked | full == set(tags) and asked and len(full) >= 10
        taken = before - available(target)
        assert taken < before // 4, f"{taken >> 20} of {before >> 20} MiB"
        # short commands of the same session, and long ones of another
        data = bytes(range(256)) * 2
        wire.command(cdb10(WRITE10, 1, 1), FINAL | WRITE, 512, data)
        assert wire.expect(SCSI_RSP).header[3] == GOOD
        tag = other.command(cdb10(WRITE10, 0, 2048), FINAL | WRITE, MIB)
        left = MIB
        while left:
            r2t = other.expect(R2T)
            for start in range(0, r2t.u32(44), 65536):
                last = start + 65536 >= r2t.u32(44)
                data_out(other, tag, r2t.ttt, start // 65536, r2t.u32(40) + start,
                         bytes(min(65536, r2t.u32(44) - start)), FINAL if last else 0)
            left -= r2t.u32(44)
        assert other.expect(SCSI_RSP).header[3] == GOOD
    # what they held is there again
    until = time.monotonic() + 20
    while available(target) < before - before // 16:
        assert time.monotonic() < until, f"{available(target) >> 20} of {before >> 20} MiB"
        time.sleep(0.5)
    with Wire(target.port, name=NAME) as again:
        again.login(TARGET)
        assert again.answers()
        again.command(cdb10(WRITE10, 0, BLOCKS), FINAL | WRITE, LONG)
        again.expect(R2T)


def test_writes_that_nobody_may_do(target: Target) -> None:
    """Write-protected: no data is asked for, and unit attentions still come first."""
    tpg = target.iscsi(target.disk("ramdisk", megabytes=64),
                       attrib={**OPEN, "demo_mode_write_protect": 1})
    target.write(f"{tpg}/param/InitialR2T", "No")
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET, ImmediateData="Yes", InitialR2T="No")
        wire.command(cdb10(WRITE10, 0, BLOCKS), FINAL | WRITE, LONG)
        assert asc(wire) >> 8 == 0x29
        while asc_or_good(wire):
            pass
        for _ in range(3):
            wire.command(cdb10(WRITE10, 0, BLOCKS), FINAL | WRITE, LONG)
            assert asc(wire) == WRITE_PROTECTED
        wire.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096, b"x" * 4096)
        assert asc(wire) == WRITE_PROTECTED
        # immediate data, and unsolicited data behind it
        tag = wire.command(cdb10(WRITE10, 0, 16), WRITE, 8192, b"x" * 4096)
        data_out(wire, tag, 0xffffffff, 0, 4096, b"y" * 4096, FINAL)
        assert asc(wire) == WRITE_PROTECTED
        wire.command(cdb10(READ10, 0, 8), FINAL | READ, 4096)
        assert wire.expect(DATA_IN).data == bytes(4096)


def asc_or_good(wire: Wire) -> bool:
    """TEST UNIT READY; return whether it had something to say."""
    wire.command(bytes(6))
    return wire.expect(SCSI_RSP).header[3] != GOOD


def memory(target: Target) -> int:
    """Return how many bytes of memory the target has."""
    return int(target.vm.sh("awk '/^MemTotal/ {print $2}' /proc/meminfo").out) * 1024


def test_discovery_without_end(target: Target) -> None:
    """A crowd that only looks around neither grows without bound nor shuts anybody out."""
    target.open_iscsi(target.disk("ramdisk", megabytes=8))
    # one in four of the connections that fit into a 64th of the memory, and some more
    count = min(memory(target) // 64 // 8192 // 4, 1024) + 40
    found = target.vm.call("silent.crowd", TARGET, 3260, count, "Discovery", 0x87, timeout=240)
    assert found["works"]
    assert found["held"] + len(found["refused"]) == count and not found["closed"]
    # they last two minutes
    if found["seconds"] < 100:
        assert 16 <= found["held"] <= count - 40
        assert set(found["refused"]) == {OUT_OF_RESOURCES}
    with Wire(target.port, name=NAME) as wire:
        assert wire.discovery()


def test_logins_that_stop_halfway(target: Target) -> None:
    target.open_iscsi(target.disk("ramdisk", megabytes=8))
    count = memory(target) // 64 // 16384 + 64
    found = target.vm.call("silent.crowd", TARGET, 3260, count, "Normal", 0x04, timeout=240)
    assert found["held"] >= 64
    # they last 15 seconds
    if found["seconds"] < 12:
        assert found["held"] < count
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET)
        assert wire.answers()


@pytest.mark.parametrize("end", ["disable", "logout"])
def test_an_initiator_that_does_not_read(target: Target, end: str) -> None:
    """Without NOP-Ins nothing tells that it is gone, but its end comes."""
    tpg = target.iscsi(target.disk("ramdisk", megabytes=64), attrib={"authentication": 0},
                       acls={NAME: {}})
    target.write(f"{tpg}/acls/{NAME}/attrib/nopin_timeout", "0")
    with Wire(target.port, name=NAME) as wire:
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.login(TARGET)
        assert wire.answers()
        for _ in range(16):
            wire.command(cdb10(READ10, 0, 8192), FINAL | READ, 8192 * 512)
        time.sleep(2)
        assert NAME in target.read(f"{tpg}/sessions/list")
        if end == "disable":
            target.write(f"{tpg}/enable", "0")
        else:
            wire.send(LOGOUT | IMMEDIATE)
        until = time.monotonic() + 30
        while NAME in target.read(f"{tpg}/sessions/list"):
            assert time.monotonic() < until, "the session lasts"
            time.sleep(0.5)
