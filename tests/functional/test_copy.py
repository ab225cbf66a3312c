# SPDX-License-Identifier: GPL-2.0-only
"""Third-party copy: the target moves data between what an initiator sees, and no further."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from functional.lab import Target

GOOD = [0, 0, 0]
COPY_ABORTED, ILLEGAL = 0xa, 5
UNREACHABLE, PROTECTED = 0x0804, 0x2700
REVOKED, UNKNOWN = 0x2306, 0x2304
SANITIZING, STOPPED = 0x041b, 0x0402
THIRD_PARTY = 0x0d01
MIB = 1 << 20
KINDS = ("fileio", "ramdisk", "iblock")


@dataclass
class Pair:
    """Two disks of a loopback target, the first with random data."""

    target: Target
    stores: list[str]
    disks: dict[str, str]

    def call(self, name: str, *arguments: Any) -> Any:
        """Run a function of guest/xcopy.py."""
        return self.target.vm.call(f"xcopy.{name}", *arguments, timeout=150)

    def same(self, blocks: int, start: int, to: int, block: int = 512) -> bool:
        """Say whether the second disk has what the first one has."""
        digests = {self.call("digest", self.disks[lun], at * block, blocks * block)
                   for lun, at in (("0", start), ("1", to))}
        return len(digests) == 1

    def count(self, lun: int, what: str) -> int:
        """Return a counter of a logical unit."""
        return int(self.target.read(f"{self.stores[lun]}/statistics/scsi_lu/{what}"))


def make(target: Target, *stores: str) -> Pair:
    """Export backstores."""
    disks = target.loopback(*stores)
    target.vm.sh(f"dd if=/dev/urandom of={disks['0']} bs=1M count=40 oflag=direct status=none")
    return Pair(target, list(stores), disks)


@pytest.fixture(name="pair")
def fixture_pair(target: Target) -> Iterator[Pair]:
    """Two disks in memory."""
    yield make(target, target.disk("ramdisk"), target.disk("ramdisk"))


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("dest", KINDS[:2])
def test_copy_between_backstores(target: Target, source: str, dest: str) -> None:
    pair = make(target, target.disk(source), target.disk(dest))
    # asked of either side
    for lun in ("0", "1"):
        assert pair.call("copy", pair.disks[lun], pair.disks["0"], pair.disks["1"],
                         [60000, 3, 5]) == GOOD
        assert pair.same(60000, 3, 5)
        target.vm.sh(f"dd if=/dev/zero of={pair.disks['1']} bs=1M count=40 oflag=direct "
                     "status=none")
    assert pair.count(1, "copied_bytes") == 2 * 60000 * 512
    assert [pair.count(lun, "copy_ops") for lun in (0, 1)] == [1, 1]
    assert pair.count(0, "copied_bytes") == pair.count(0, "copy_errors") == 0


@pytest.mark.parametrize("action", [0, 1])
def test_verify(pair: Pair, action: int) -> None:
    """A segment asks whether a unit is there and ready; those before it are carried out."""
    disks = [pair.disks["0"], pair.disks["1"]]

    def run(ready: bool) -> list[int]:
        steps = [["copy", 0, 1, 80, 0, 0], ["verify", 0, ready], ["copy", 0, 1, 80, 200, 200]]
        return list(pair.call("run", disks[1], disks, steps, action))

    assert run(True) == GOOD
    assert pair.same(80, 0, 0) and pair.same(80, 200, 200)
    pair.target.vm.sh(f"dd if=/dev/zero of={disks[1]} bs=1M count=1 oflag=direct status=none; "
                      f"sg_start --stop {disks[0]}")
    # a stopped disk is there, but it is not ready
    assert pair.call("run", disks[1], disks, [["verify", 0, False]], action) == GOOD
    assert pair.call("run", disks[1], disks, [["verify", 1, True], ["verify", 0, True]],
                     action) == [2, COPY_ABORTED, STOPPED, 1]
    pair.target.vm.sh(f"sg_start --start {disks[0]}")
    assert run(False) == GOOD


def test_register(target: Target) -> None:
    """A segment registers for the nexus that copies, as PERSISTENT RESERVE OUT does."""
    pair = make(target, target.disk("ramdisk"), target.disk("ramdisk"))
    disks = [pair.disks["0"], pair.disks["1"]]
    others: dict[str, str] = target.vm.call("lio.loopback", [pair.stores[1]],
                                            wwn="naa.5001405000000011")
    other = others["0"]
    target.vm.sh(f"sg_turs {other} || sg_turs {other}", check=False)
    copies = ["copy", 0, 1, 80, 0, 0]
    conflict = [2, COPY_ABORTED, THIRD_PARTY]

    def run(*steps: list[object]) -> list[int]:
        return list(pair.call("run", disks[0], disks, list(steps)))

    assert run(["register", 1, 0, 0xa]) == GOOD
    assert [pair.call("keys", disk) for disk in disks] == [[], [0xa]]
    assert run(copies, ["register", 1, 0xbad, 0xb]) == [*conflict, 1]
    assert pair.call("keys", disks[1]) == [0xa]
    assert run(["register", 1, 0xa, 0]) == GOOD and not pair.call("keys", disks[1])
    # somebody else reserves it for registrants, and wants that to last
    assert pair.call("reserve_out", other, 6, 0, 0, 0xb, True) == GOOD
    assert pair.call("reserve_out", other, 1, 5, 0xb, 0) == GOOD
    assert run(copies) == [*conflict, 0]
    assert run(["register", 1, 0, 0xa], copies) == GOOD and pair.same(80, 0, 0)
    assert sorted(pair.call("keys", other)) == [0xa, 0xb]
    assert pair.call("persists", other)
    # it preempts what the segment registered
    assert pair.call("reserve_out", other, 4, 5, 0xb, 0xa) == GOOD
    assert run(copies) == [*conflict, 0]
    assert pair.call("reserve_out", other, 3, 0, 0xb, 0) == GOOD


@pytest.mark.parametrize("action, ask", [(0, 1), (1, 6)])
def test_held(pair: Pair, action: int, ask: int) -> None:
    """What a segment processed is there for who asks, once: the last of it."""
    disks = [pair.disks["0"], pair.disks["1"]]

    def run(*steps: list[object]) -> list[object]:
        assert pair.call("run", disks[0], disks, list(steps), action) == GOOD
        return list(pair.call("held", disks[0], ask))

    assert run(["hold", 0, 1, 8, 100, 5], ["copy", 0, 1, 8, 500, 500],
               ["hold", 0, 1, 8, 108, 13]) == [8192, pair.call("digest", disks[0], 51200, 8192)]
    assert pair.same(16, 100, 5) and pair.same(8, 500, 500)
    assert pair.call("held", disks[0], ask)[0] == 0
    assert run(["hold", 0, 1, 60000, 3, 7]) == \
        [65536, pair.call("digest", disks[0], 60003 * 512 - 65536, 65536)]
    assert pair.same(60000, 3, 7)
    assert run(["copy", 0, 1, 8, 0, 0])[0] == 0


def test_sg_xcopy(pair: Pair) -> None:
    source, dest = (pair.call("generic", pair.disks[lun]) for lun in ("0", "1"))
    pair.target.vm.sh(f"sg_xcopy if={source} of={dest} bs=512 skip=8 seek=16 count=40000",
                      timeout=120)
    assert pair.same(40000, 8, 16)
    limits = pair.target.vm.sh(f"sg_copy_results -p {source}").out
    assert "64" in limits and "block device to block device" in limits
    page = pair.target.vm.sh(f"sg_vpd -p tpc {source}").out
    for line in ("Supported commands", "Parameter data", "General copy operations",
                 "ROD token features", "Held data"):
        assert line.lower() in page.lower(), page


def test_block_lengths(target: Target) -> None:
    pair = make(target, target.disk("ramdisk"),
                target.disk("fileio", attrib={"block_size": 4096}))
    source, dest = pair.disks["0"], pair.disks["1"]
    assert pair.call("copy", source, source, dest, [8000, 8, 2]) == GOOD
    assert pair.call("digest", source, 8 * 512, 8000 * 512) == \
        pair.call("digest", dest, 2 * 4096, 8000 * 512)
    # a part of a block is no block
    assert pair.call("copy", source, source, dest, [7, 8, 2]) == [2, COPY_ABORTED, 0x260a]


@pytest.mark.parametrize("start, to", [(0, 700), (700, 0), (9, 9)])
def test_overlapping(pair: Pair, start: int, to: int) -> None:
    disk = pair.disks["0"]
    before = pair.call("digest", disk, start * 512, 30000 * 512)
    assert pair.call("copy", disk, disk, disk, [30000, start, to]) == GOOD
    assert pair.call("digest", disk, to * 512, 30000 * 512) == before


def test_only_what_is_seen(target: Target) -> None:
    """A designator is no key (CVE-2020-28374)."""
    stores = [target.disk("ramdisk") for _ in range(2)]
    pair = make(target, stores[0])
    other: dict[str, str] = target.vm.call("lio.loopback", [stores[1]],
                                           wwn="naa.5001405000000011")
    hidden = other["0"]
    before = pair.call("digest", hidden, 0, MIB)
    name = pair.call("name_of", hidden)
    assert pair.call("copy_named", pair.disks["0"], name, 512) == \
        [2, COPY_ABORTED, UNREACHABLE] * 2
    assert pair.call("digest", hidden, 0, MIB) == before
    token = pair.call("populate", hidden, [[0, 8]])
    assert pair.call("write_using", pair.disks["0"], token, [[0, 8]]) == [2, ILLEGAL, UNKNOWN]
    assert pair.call("write_using", hidden, token, [[8, 8]]) == GOOD
    assert pair.call("digest", hidden, 0, 8 * 512) == \
        pair.call("digest", hidden, 8 * 512, 8 * 512)


def test_background(pair: Pair) -> None:
    seen = pair.call("background", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                     [65535, 0, 100])
    assert seen[-1] == 65535 * 512 and seen[-2] == 1 and set(seen[:-2]) <= {0x12}
    assert pair.same(65535, 0, 100)


def test_stopped_in_the_middle(target: Target) -> None:
    pair = make(target, target.disk("fileio"), target.disk("fileio", write_back=False))
    ends = pair.call("stopped", pair.disks["0"], pair.disks["0"], pair.disks["1"], 65535)
    assert ends == [0, 2, COPY_ABORTED, 0x2f02, 0x60]
    assert pair.count(0, "copy_errors") == 1
    # and nothing is left of it: the same blocks can be written
    assert pair.call("copy", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                     [1000, 0, 0]) == GOOD
    assert pair.same(1000, 0, 0)


def test_sanitized_in_the_middle(target: Target) -> None:
    """Not one chunk falls on a disk that is being overwritten."""
    pair = make(target, target.disk("fileio"), target.disk("fileio", write_back=False))
    *ends, others = pair.call("sanitized", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                              65535)
    assert ends == [*GOOD, 2, COPY_ABORTED, SANITIZING]
    assert others == 0


def test_shared_blocks(target: Target) -> None:
    """A filesystem that can share blocks copies by itself, what is made of whole blocks."""
    if target.vm.sh("modprobe btrfs", check=False).code:
        pytest.skip("this kernel has no filesystem that shares blocks")
    target.vm.sh("mkfs.btrfs -q -f -M /dev/vdc; mkdir -p /mnt/btrfs; mount /dev/vdc /mnt/btrfs")
    pair = make(target, *(target.disk("fileio", device=f"/mnt/btrfs/{name}.img", write_back=back)
                          for name, back in (("a", True), ("b", False))))
    assert pair.call("copy", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                     [65528, 0, 16]) == GOOD
    assert pair.same(65528, 0, 16)
    assert pair.count(1, "copied_offload_bytes") == 65528 * 512
    assert pair.count(1, "copied_bytes") == 0
    # what one side writes later is not on the other
    target.vm.sh(f"dd if=/dev/zero of={pair.disks['0']} bs=1M count=8 oflag=direct status=none")
    assert not pair.same(2048, 0, 16)
    # a part of a block of the filesystem has to be read and written
    assert pair.call("copy", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                     [50000, 1, 16]) == GOOD
    assert pair.same(50000, 1, 16)
    assert pair.count(1, "copied_bytes") == 50000 * 512
    assert pair.count(1, "copied_offload_bytes") == 65528 * 512
    assert pair.count(0, "copy_ops") == 2


def test_write_protected(target: Target) -> None:
    pair = make(target, target.disk("ramdisk"), target.disk("ramdisk"))
    source, dest = pair.disks["0"], pair.disks["1"]
    assert pair.call("protect", dest) == GOOD
    assert pair.call("copy", source, source, dest, [100, 0, 0]) == [2, COPY_ABORTED, PROTECTED]
    assert pair.call("copy", source, dest, source, [100, 0, 0]) == GOOD


def test_tokens(pair: Pair) -> None:
    source, dest = pair.disks["0"], pair.disks["1"]
    token = pair.call("populate", source, [[100, 20000], [50, 10]])
    assert len(token) == 1024
    assert pair.call("write_using", dest, token, [[0, 20010]]) == GOOD
    assert pair.same(20000, 100, 0)
    assert pair.same(10, 50, 20000)
    # a write beside it changes nothing, one within it does
    write = "dd if=/dev/zero of={} bs=512 seek={} count=1 oflag=direct status=none"
    pair.target.vm.sh(write.format(source, 20100))
    assert pair.call("write_using", dest, token, [[0, 8]], 5) == GOOD
    pair.target.vm.sh(write.format(source, 20099))
    assert pair.call("write_using", dest, token, [[0, 8]], 5) == [2, ILLEGAL, REVOKED]
    # zeros need no token that was asked for
    assert pair.call("write_using", dest, "", [[1000, 8000]]) == GOOD
    assert pair.target.vm.sh(f"dd if={dest} bs=512 skip=1000 count=8000 iflag=direct status=none "
                             "| tr -d '\\0' | wc -c").out.strip() == "0"
    assert pair.count(1, "copied_zero_bytes") + pair.count(1, "copied_bytes") > 28010 * 512


def test_removed_in_the_middle(target: Target) -> None:
    """A LUN goes away while it is copied to; the rest goes on."""
    pair = make(target, target.disk("fileio"), target.disk("fileio", write_back=False))
    job = target.vm.begin_call("xcopy.copy", pair.disks["0"], pair.disks["0"], pair.disks["1"],
                               [65535, 0, 0], timeout=120)
    target.vm.sh("rm /sys/kernel/config/target/loopback/naa.*/tpgt_1/lun/lun_1/"
                 f"{pair.stores[1].rpartition('/')[2]}", timeout=30)
    ended = job.value()
    assert ended == GOOD or ended[1] == COPY_ABORTED, ended
    assert target.vm.sh(f"sg_turs {pair.disks['0']}; sg_turs {pair.disks['0']}").code == 0
