# SPDX-License-Identifier: GPL-2.0-only
"""Protection information of a block device: it is the device's own.

What a LUN and every kind of backstore do with it is in test_protection.py.  Here the
device is looked at without the target: the block layer and the disk check what they
find there.
"""
from __future__ import annotations

import pytest

from functional.lab import Target
from functional.test_protection import (ABORTED, BLOCK, GUARD, REFERENCE, errors, protected, rw,
                                        scsi_disk, seen, send)

pytestmark = pytest.mark.usefixtures("no_scsi_disk")

MEDIUM_GUARD = "pi_medium_guard_errors"


def disk_of(target: Target, type_: int, **options: int) -> tuple[str, str, str]:
    """Make a unit of a disk; return its name, the unit's path and device."""
    name = scsi_disk(target, dev_size_mb=8, dif=type_, dix=1, delay=0, **options)
    disk = target.disk("iblock", device=f"/dev/{name}")
    return name, disk, seen(target, disk)


def is_readable(target: Target, device: str, lba: int, count: int = 1) -> bool:
    """Does the block layer, which checks it, find nothing wrong?"""
    return target.vm.sh(f"dd if={device} of=/dev/null bs={BLOCK} skip={lba} count={count} "
                        "iflag=direct", check=False).code == 0


@pytest.mark.parametrize("type_", [1, 3])
def test_the_disk_has_what_was_sent(target: Target, type_: int) -> None:
    name, disk, device = disk_of(target, type_)
    data = b"".join(protected(bytes([i + 1]) * BLOCK, 20 + i, 0x4711) for i in range(8))
    assert send(target, device, rw(0x2a, 20, 8, 1), data)[:2] == (0, 0)
    assert is_readable(target, f"/dev/{name}", 20, 8)
    # wrong on purpose: there, too
    wrong = protected(b"\x55" * BLOCK, 40, wrong=1)
    assert send(target, device, rw(0x2a, 40, 1, 3), wrong)[:2] == (0, 0)
    assert not is_readable(target, f"/dev/{name}", 40)
    assert send(target, device, rw(0x28, 40, 1, 3), length=520) == (0, 0, wrong)
    # wrong, and not to be checked when it is read
    nobody = b"\x56" * BLOCK + b"\xff" * 8
    assert send(target, device, rw(0x2a, 41, 1, 1), nobody)[:2] == (0, 0)
    assert send(target, device, rw(0x28, 41, 1, 1), length=520) == (0, 0, nobody)
    assert is_readable(target, f"/dev/{name}", 41)
    # and who knows nothing of it reads the block, as from any backstore
    assert send(target, device, rw(0x28, 40, 1, 0), length=BLOCK) == (0, 0, b"\x55" * BLOCK)
    assert not errors(target, disk)


@pytest.mark.parametrize("type_", [1, 3])
def test_it_is_made_for_who_sends_none(target: Target, type_: int) -> None:
    name, disk, device = disk_of(target, type_)
    # Linux would send its own
    target.vm.sh(f"echo 0 > /sys/block/{device.removeprefix('/dev/')}/integrity/write_generate; "
                 "head -c 6M /dev/urandom > /run/random; "
                 f"dd if=/run/random of={device} bs=3M oflag=direct,sync")
    target.vm.sh(f"dd if=/dev/{name} bs=1M count=6 iflag=direct | cmp - /run/random")
    target.vm.sh(f"dd if={device} bs=3M count=2 iflag=direct | cmp - /run/random")
    last = send(target, device, rw(0x28, 0x2fff, 1, 1), length=520)
    target.vm.sh("tail -c 512 /run/random > /run/last")
    block = target.vm.get("/run/last")
    reference = 0x2fff if type_ == 1 else 0xffffffff
    assert last == (0, 0, protected(block, reference))
    assert not errors(target, disk)


@pytest.mark.parametrize("type_", [1, 3])
def test_data_that_rots(target: Target, type_: int) -> None:
    """It is changed behind the back of who looks after its protection information."""
    name, disk, device = disk_of(target, type_)
    data = protected(b"\x31" * BLOCK, 7)
    assert send(target, device, rw(0x2a, 7, 1, 1), data)[:2] == (0, 0)
    assert send(target, f"/dev/{name}", rw(0x2a, 7, 1, 0), b"\x30" + data[1:BLOCK])[:2] == (0, 0)
    assert send(target, device, rw(0x28, 7, 1, 1), length=520)[:2] == (ABORTED, GUARD)
    assert send(target, device, rw(0x28, 7, 1, 2), length=520) == (0, 0, b"\x30" + data[1:])
    assert send(target, device, rw(0x2f, 7, 1, 1))[:2] == (ABORTED, GUARD)
    assert errors(target, disk) == {MEDIUM_GUARD: 2}


def test_the_disk_finds_something_wrong(target: Target) -> None:
    """What it is the disk does not say; in a write it can be found out."""
    _, disk, device = disk_of(target, 1)
    drivers = "/sys/bus/pseudo/drivers/scsi_debug"
    good = protected(b"\x61" * BLOCK, 5)
    for cdb, data, length in ((rw(0x2a, 5, 1, 1), good, 0), (rw(0x28, 5, 1, 1), b"", 520),
                              (rw(0x28, 5, 1, 0), b"", BLOCK)):
        target.vm.sh(f"echo 32 > {drivers}/opts; echo 1 > {drivers}/every_nth")
        assert send(target, device, cdb, data, length)[:2] == (ABORTED, GUARD)
        target.vm.sh(f"echo 0 > {drivers}/every_nth; echo 0 > {drivers}/opts")
    assert errors(target, disk) == {MEDIUM_GUARD: 3}
    assert send(target, device, rw(0x28, 5, 1, 1), length=520) == (0, 0, good)


def test_a_partition_counts_from_0(target: Target) -> None:
    """What counts as its blocks do is on the disk as those of the disk do."""
    name = scsi_disk(target, dev_size_mb=8, dif=1, dix=1, delay=0, num_parts=1)
    target.vm.sh(f"until test -b /dev/{name}1; do sleep 0.1; done", timeout=60)
    start = int(target.vm.sh(f"cat /sys/block/{name}/{name}1/start").out)
    disk = target.disk("iblock", device=f"/dev/{name}1")
    device = seen(target, disk)
    data = b"".join(protected(bytes([i + 1]) * BLOCK, 9 + i, 0x0102) for i in range(4))
    assert send(target, device, rw(0x2a, 9, 4, 1), data)[:2] == (0, 0)
    assert send(target, device, rw(0x28, 9, 4, 1), length=len(data)) == (0, 0, data)
    assert is_readable(target, f"/dev/{name}", start + 9, 4)
    other = protected(b"\x01" * BLOCK, 2000)
    assert send(target, device, rw(0x2a, 9, 1, 1), other)[:2] == (ABORTED, REFERENCE)
    target.clear()
    # the disk as a whole shows where they are
    device = seen(target, target.disk("iblock", device=f"/dev/{name}"))
    block = protected(b"\x01" * BLOCK, start + 9, 0x0102)
    assert send(target, device, rw(0x28, start + 9, 1, 1), length=520) == (0, 0, block)


def test_other_commands(target: Target) -> None:
    """What is compared, made zeros, or unmapped has protection information after that."""
    name = scsi_disk(target, dev_size_mb=8, dif=1, dix=1, delay=0, lbpu=1)
    disk = target.disk("iblock", device=f"/dev/{name}")
    target.write(f"{disk}/attrib/emulate_tpu", "1")
    device = seen(target, disk)
    blocks = [bytes([i + 1]) * BLOCK for i in range(3)]
    assert send(target, device, rw(0x2a, 30, 1, 0), blocks[0])[:2] == (0, 0)
    swap = (bytes([0x89, 0]) + (30).to_bytes(8, "big") + bytes([0, 0, 0, 1, 0, 0])).hex()
    assert send(target, device, swap, blocks[0] + blocks[1])[:2] == (0, 0)
    assert send(target, device, rw(0x28, 30, 1, 1), length=520) == \
        (0, 0, protected(blocks[1], 30))
    same = (bytes([0x93, 0]) + (31).to_bytes(8, "big") + bytes([0, 0, 0, 9, 0, 0])).hex()
    assert send(target, device, same, bytes(BLOCK))[:2] == (0, 0)
    assert send(target, device, rw(0x28, 39, 1, 1), length=520) == \
        (0, 0, protected(bytes(BLOCK), 39))
    assert is_readable(target, f"/dev/{name}", 30, 10)
    target.vm.sh(f"sg_unmap --force --lba=30 --num=2 {device}")
    assert send(target, device, rw(0x28, 30, 1, 1), length=520)[2][BLOCK:] == b"\xff" * 8
    assert not errors(target, disk)


def test_attributes(target: Target) -> None:
    """The type is the device's; it can be left to the block layer."""
    name = scsi_disk(target, dev_size_mb=8, dif=3, dix=1, delay=0)
    disk = target.disk("iblock", device=f"/dev/{name}")
    attrib = f"{disk}/attrib"

    def refused(attribute: str, value: str) -> str:
        return str(target.vm.call("lio.try_write", f"{attrib}/{attribute}", value))

    assert target.read(f"{attrib}/hw_pi_prot_type").strip() == "3"
    assert target.read(f"{attrib}/pi_prot_type").strip() == "3"
    assert refused("pi_prot_type", "1") == "ENOSYS"
    assert refused("pi_prot_format", "1") == "ENOSYS"
    assert refused("block_size", "4096") == "EINVAL"
    assert not refused("pi_prot_type", "3")
    target.write(f"{attrib}/pi_prot_type", "0")
    device = seen(target, disk)
    assert "prot_en=0" in target.vm.sh(f"sg_readcap -l {device}").out
    assert send(target, device, rw(0x2a, 3, 1, 0), b"\x44" * BLOCK)[:2] == (0, 0)
    assert is_readable(target, f"/dev/{name}", 3)
    target.vm.call("lio.clear", timeout=90)
    device = seen(target, target.disk("iblock", device=f"/dev/{name}"))
    # what the block layer has made is as good
    assert send(target, device, rw(0x28, 3, 1, 1), length=520) == \
        (0, 0, protected(b"\x44" * BLOCK, 0))


@pytest.mark.parametrize("options", [{"dif": 1, "guard": 1}, {"dif": 0}])
def test_what_scsi_does_not_know(target: Target, options: dict[str, int]) -> None:
    """A checksum that is no CRC, or one that ends at the controller: nobody's business."""
    name = scsi_disk(target, dev_size_mb=8, dix=1, delay=0, **options)
    disk = target.disk("iblock", device=f"/dev/{name}")
    assert target.read(f"{disk}/attrib/pi_prot_type").strip() == "0"
    assert target.vm.call("lio.try_write", f"{disk}/attrib/pi_prot_type", "1") == "ENOSYS"
    device = seen(target, disk)
    assert "prot_en=0" in target.vm.sh(f"sg_readcap -l {device}").out
    assert send(target, device, rw(0x2a, 3, 1, 0), b"\x44" * BLOCK)[:2] == (0, 0)
    assert is_readable(target, f"/dev/{name}", 3)
