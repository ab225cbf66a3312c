# SPDX-License-Identifier: GPL-2.0-only
"""What was acknowledged as durable is there after a power cut, and VERIFY looks for itself."""
from __future__ import annotations

import hashlib
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from functional.lab import OPEN, TARGET, Plan, Target
from guest.raw_pdu import FINAL, SCSI_RSP, WRITE, Wire
from rig.disk import make_disk
from rig.network import free_port, user_nic
from rig.vm import Options, Vm

WRITE_10, SYNC_10, WRITE_SAME_10, FUA = 0x2a, 0x35, 0x41, 0x08
SECTOR, BLOCK, FILE_BLOCKS = 512, 4096, 4096
UNIT_ATTENTION = 6
THROUGH, BACK, SWITCHED = range(3)
FILES = ("through", "back", "switched")


def stamp(number: int) -> bytes:
    """Return 4 KiB that no other block has."""
    return struct.pack(">Q", number + 1) * (BLOCK // 8)


def ask(wire: Wire, lun: int, cdb: bytes, data: bytes = b"") -> None:
    """Send a command until it is acknowledged: a unit attention is said first."""
    for _ in range(4):
        wire.command(cdb, FINAL | (WRITE if data else 0), len(data), data, lun=lun)
        reply = wire.expect(SCSI_RSP)
        if reply.header[3] == 0:
            return
        assert reply.data[4] & 0xf == UNIT_ATTENTION, reply.data.hex()
    raise AssertionError(f"LUN {lun} has too many unit attentions")


def write(wire: Wire, lun: int, block: int, flags: int = 0) -> None:
    """Write a block's stamp; return when it is acknowledged."""
    count = BLOCK // SECTOR
    ask(wire, lun, struct.pack(">BBIBHB", WRITE_10, flags, block * count, 0, count, 0),
        stamp(block))


class Writer(threading.Thread):
    """Writes block after block as fast as they are acknowledged, until the power fails."""

    def __init__(self, wire: Wire, first: int) -> None:
        super().__init__(daemon=True)
        self.first = self.acknowledged = first
        self._wire = wire

    def run(self) -> None:
        """Go on to the end of the file."""
        try:
            while self.acknowledged < FILE_BLOCKS:
                write(self._wire, THROUGH, self.acknowledged)
                self.acknowledged += 1
        except (OSError, AssertionError):
            self._wire.close()


@pytest.fixture(name="machine")
def fixture_machine(plan: Plan, tmp_path: Path) -> Iterator[tuple[Vm, int]]:
    """A target whose kernel writes nothing back by itself, with files that have all blocks."""
    port = free_port(34270)
    vm = Vm(Options(name="durable", target=plan.target, kernel=plan.kernel, memory=768,
                    disks=[make_disk(tmp_path, "files", 128, cache="none")],
                    nics=[user_nic(1, {port: 3260})]), plan.logs)
    try:
        vm.start()
        vm.sh("mkfs.ext4 -q /dev/vda && mount /dev/vda /srv")
        for name in FILES:
            vm.sh(f"dd if=/dev/zero of=/srv/{name}.img bs=1M count={FILE_BLOCKS >> 8} "
                  "conv=fsync status=none")
        vm.sh("sync; cd /proc/sys/vm; echo 0 > dirty_writeback_centisecs; "
              "echo 3600000 > dirty_expire_centisecs; echo 90 > dirty_background_ratio; "
              "echo 95 > dirty_ratio")
        vm.call("lio.load")
        disks = [vm.call("lio.backstore", "fileio", name, FILE_BLOCKS >> 8,
                         write_back=name != "through") for name in FILES]
        vm.call("lio.iscsi", TARGET, disks, attrib=OPEN)
        yield vm, port
    finally:
        vm.close()


def begins_with(vm: Vm, name: str, content: bytes) -> bool:
    """Compare the beginning of a file, in the guest: it may be long."""
    found = vm.sh(f"head -c {len(content)} /srv/{name}.img | sha256sum").out.split()[0]
    return bool(found == hashlib.sha256(content).hexdigest())


def test_acknowledged_writes_survive_a_power_cut(machine: tuple[Vm, int]) -> None:
    """Without a write cache, and with one after FUA, a flush, or when it is switched off."""
    vm, port = machine
    with Wire(port) as wire:
        wire.login(TARGET)
        write(wire, BACK, 0)
        ask(wire, BACK, bytes([SYNC_10]) + bytes(9))
        write(wire, BACK, 1, FUA)
        write(wire, SWITCHED, 0)
        vm.call("lio.write", "core/fileio_100/switched/attrib/emulate_write_cache", "0")
        write(wire, SWITCHED, 1)
        # Nobody asked for this one to be durable.
        write(wire, BACK, 2)
        # Blocks 0 and 1, from one sector.
        ask(wire, THROUGH, struct.pack(">BBIBHB", WRITE_SAME_10, 0, 0, 0, 16, 0),
            stamp(7)[:SECTOR])
        writer = Writer(wire, 2)
        writer.start()
        time.sleep(3.0)
        assert writer.acknowledged > writer.first
        vm.reboot(power_cut=True)
        writer.join(60)
    vm.sh("mount /dev/vda /srv")
    acknowledged = range(writer.first, writer.acknowledged)
    assert begins_with(vm, "through", stamp(7) * 2 + b"".join(map(stamp, acknowledged)))
    assert begins_with(vm, "switched", stamp(0) + stamp(1))
    # That block 2 is gone says that this test would see a loss.
    assert begins_with(vm, "back", stamp(0) + stamp(1) + bytes(BLOCK))
    print(f"{len(acknowledged)} writes acknowledged before the cut")


# -- VERIFY

MISCOMPARE = 14  # sg3_utils' exit code


def small_blocks_on_large(vm: Vm) -> tuple[str, str]:
    """Mount a disk whose blocks are longer than the logical unit's; return both."""
    device = vm.sh("truncate -s 64M /srv/large.img; modprobe loop; "
                   "losetup -b 4096 -f --show /srv/large.img").out.strip()
    # The detached loop device goes when it is unmounted.
    vm.sh(f"mkfs.ext4 -q {device} && mkdir -p /mnt/large && mount {device} /mnt/large && "
          f"losetup -d {device}")
    return device, "/mnt/large/verified.img"


@pytest.mark.parametrize("how", ["cached", "written", "misaligned"])
def test_verify_reads_the_medium(target: Target, how: str) -> None:
    """A block is damaged behind the page cache, which still has what was written."""
    vm = target.vm
    medium, path = "/dev/vda", "/srv/verified.img"
    if how == "misaligned":
        medium, path = small_blocks_on_large(vm)
    disk = target.disk("fileio", "verified", megabytes=8, device=path,
                       write_back=how != "written")
    device = target.loopback(disk)["0"]
    vm.sh(f"dd if=/dev/urandom of=/run/data bs=4k count=4 status=none && "
          f"dd if=/run/data of={device} bs=4k oflag=direct status=none && "
          "dd if=/run/data of=/run/sector bs=512 skip=17 count=1 status=none")
    verify = ["sg_verify", "--in=/run/data", "--ndo=16384", "--lba=0", "--count=32", device]
    if how == "misaligned":
        verify = ["sg_verify", "--in=/run/sector", "--ndo=512", "--lba=17", "--count=1", device]
    assert vm.sh(verify, check=False).code == 0
    first = vm.sh(f"sync; filefrag -b4096 -v {path} | awk '$1 == \"0:\" {{print $4 + 2}}'").out
    vm.sh(f"dd if={device} of=/dev/null bs=4k count=4 iflag=direct status=none; "
          f"head -c 4096 /dev/zero | dd of={medium} bs=4k seek={int(first)} "
          "count=1 iflag=fullblock oflag=direct conv=notrunc status=none")
    same = f"dd if={device} bs=4k count=4 iflag=direct status=none | cmp - /run/data"
    assert vm.sh(same, check=False).ok, "a READ comes from the page cache"
    assert vm.sh(verify, check=False).code == MISCOMPARE
