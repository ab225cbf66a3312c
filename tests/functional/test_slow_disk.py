# SPDX-License-Identifier: GPL-2.0-only
"""Block devices that take their time, lose what they were given, or grow."""
from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from functional.lab import TARGET, Target
from guest.raw_pdu import (DATA_IN, FINAL, IMMEDIATE, READ, READ10, SCSI_RSP, TMF, TMF_RSP,
                           Wire, cdb10)

LUN_RESET = 5
SECONDS = 3


@pytest.fixture(name="slow")
def fixture_slow(target: Target) -> Iterator[str]:
    """A device that works on two requests at a time, for seconds."""
    target.vm.sh(f"modprobe null_blk nr_devices=1 gb=1 irqmode=2 submit_queues=1 "
                 f"completion_nsec={SECONDS}000000000 hw_queue_depth=2")
    try:
        yield "/dev/nullb0"
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh("until rmmod null_blk 2>/dev/null; do sleep 0.2; done", timeout=60)


def test_full_device(target: Target, slow: str) -> None:
    """With more commands than it takes: another LUN of the session, and a reset."""
    target.open_iscsi(target.disk("iblock", device=slow), target.disk("ramdisk", megabytes=8))
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        wire.command(bytes(6), lun=1)
        wire.expect(SCSI_RSP)
        for number in range(6):
            wire.command(cdb10(READ10, number * 64, 8), FINAL | READ, 4096)

        began = time.monotonic()
        tag = wire.command(cdb10(READ10, 0, 8), FINAL | READ, 4096, lun=1)
        assert wire.expect(DATA_IN).itt == tag
        reset = wire.send(TMF | IMMEDIATE, FINAL | LUN_RESET)
        assert wire.expect(TMF_RSP).itt == reset
        assert time.monotonic() - began < SECONDS / 2


def test_all_is_read(target: Target, slow: str) -> None:
    """What had to wait for the device is done in the end."""
    target.open_iscsi(target.disk("iblock", device=slow))
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        tags = {wire.command(cdb10(READ10, number * 64, 8), FINAL | READ, 4096)
                for number in range(5)}
        assert {wire.expect(DATA_IN).itt for _ in range(5)} == tags


def test_lost_cache(target: Target) -> None:
    """An initiator that flushes a cache that was lost is told, however often it tries."""
    config = "/sys/kernel/config/nullb/lost"
    target.vm.sh(f"modprobe null_blk nr_devices=0; mkdir {config}; echo 64 > {config}/size; "
                 f"echo 1 > {config}/memory_backed; echo 1 > {config}/power")
    try:
        device = target.loopback(target.disk("fileio", device="/dev/lost"))["0"]
        target.vm.sh(f"dd if=/dev/zero of={device} bs=64k count=1 oflag=direct status=none; "
                     f"echo +0-255 > {config}/badblocks; "
                     f"! dd if=/dev/null of={device} count=0 conv=fsync,notrunc 2>/dev/null")
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh(f"rmdir {config}; until rmmod null_blk 2>/dev/null; do sleep 0.2; done",
                     timeout=60)


def test_grown(target: Target) -> None:
    """Who asks for the capacity gets the new one."""
    target.vm.sh("modprobe loop; truncate -s 16M /srv/grow.img; "
                 "losetup /dev/loop7 /srv/grow.img")
    try:
        device = target.loopback(target.disk("iblock", device="/dev/loop7"))["0"]
        name = device.removeprefix("/dev/")
        assert target.vm.sh(f"cat /sys/block/{name}/size").out.strip() == str(16 << 11)
        target.vm.sh("truncate -s 24M /srv/grow.img; losetup -c /dev/loop7; "
                     f"echo 1 > /sys/block/{name}/device/rescan")
        assert target.vm.sh(f"cat /sys/block/{name}/size").out.strip() == str(24 << 11)
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh("losetup -d /dev/loop7")
