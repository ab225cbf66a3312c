# SPDX-License-Identifier: GPL-2.0-only
"""WRITE ATOMIC: the limits are those of the disk below, and the disk gets atomic writes."""
from __future__ import annotations

import pytest

from functional.lab import Target
from functional.test_protection import scsi_disk, seen

pytestmark = pytest.mark.usefixtures("no_scsi_disk")

BLOCK = 512
TRACE = "/sys/kernel/tracing"
DISPATCH = f"{TRACE}/events/scsi/scsi_dispatch_cmd_start/enable"


def write(target: Target, device: str, lba: int, count: int) -> tuple[int, int]:
    """Send WRITE ATOMIC(16); return sense key and code."""
    cdb = f"9c00{lba:016x}0000{count:04x}0000"
    _, key, code, _ = target.vm.call("scsi.command", device, cdb, "a5" * count * BLOCK)
    return key, code


def queue(target: Target, name: str, limit: str) -> int:
    """Return a limit of the disk's queue, in blocks."""
    return int(target.vm.sh(f"cat /sys/block/{name}/queue/atomic_write_{limit}_bytes").out) // BLOCK


def test_limits_and_writes_of_the_disk(target: Target) -> None:
    name = scsi_disk(target, dev_size_mb=8, delay=0, atomic_wr=1, atomic_wr_max_length=64,
                     atomic_wr_gran=8, atomic_wr_align=8)
    least, most = (queue(target, name, f"unit_{which}") for which in ("min", "max"))
    assert (least, most) == (8, 64)
    device = seen(target, target.disk("iblock", device=f"/dev/{name}"))
    page = bytes.fromhex(target.vm.call("scsi.command", device, "1201b0004000", "", 64)[3])
    assert [int.from_bytes(page[at:at + 4], "big") for at in (44, 48, 52)] == [most, least, least]
    host = target.vm.sh(f"readlink -f /sys/block/{name}/device").out.strip().rsplit("/", 1)[1]
    target.vm.sh(f"mount -t tracefs none {TRACE} 2>/dev/null; echo > {TRACE}/trace; "
                 f"echo 1 > {DISPATCH}")
    for lba, count in ((64, most), (8, least), (40, 3 * least)):
        assert write(target, device, lba, count) == (0, 0), (lba, count)
    target.vm.sh(f"echo 0 > {DISPATCH}")
    sent = [line for line in target.vm.sh(f"cat {TRACE}/trace").out.splitlines()
            if f"host_no={host.split(':')[0]} " in line and "raw=9c" in line]
    assert len(sent) == 3, sent
    # what would not be atomic is refused, not taken apart
    for lba, count in ((0, most + least), (0, least - 1), (4, least)):
        assert write(target, device, lba, count) == (5, 0x2400), (lba, count)
    assert target.vm.sh(f"dd if=/dev/{name} bs={BLOCK} skip=64 count={most} iflag=direct "
                        "status=none | tr -d '\\245' | wc -c").out.strip() == "0"


def test_a_disk_without(target: Target) -> None:
    """There is no such command then, nor are there limits."""
    name = scsi_disk(target, dev_size_mb=8, delay=0)
    device = seen(target, target.disk("iblock", device=f"/dev/{name}"))
    page = bytes.fromhex(target.vm.call("scsi.command", device, "1201b0004000", "", 64)[3])
    assert page[44:64] == bytes(20)
    assert write(target, device, 8, 8) == (5, 0x2000)
