# SPDX-License-Identifier: GPL-2.0-only
"""Block devices that take their time, lose what they were given, grow, or go."""
from __future__ import annotations

import struct
import time
from collections.abc import Iterator

import pytest

from functional.lab import TARGET, Target
from functional.test_protection import scsi_disk, seen
from guest.raw_pdu import (DATA_IN, FINAL, IMMEDIATE, READ, READ10, RESERVED, SCSI_CMD, SCSI_RSP,
                           TEXT, TEXT_RSP, TMF, TMF_RSP, WRITE, WRITE10, Wire, cdb10, text)

# how sg_turs ends: the sense key
NOT_READY = 2

LUN_RESET = 5
SECONDS = 3


@pytest.fixture(name="slow", params=["disk", "mapped"])
def fixture_slow(target: Target, request: pytest.FixtureRequest) -> Iterator[str]:
    """A device that works on two requests at a time, for seconds.

    What is mapped to it knows no I/O that never waits.
    """
    vm = target.vm
    vm.sh(f"modprobe null_blk nr_devices=1 gb=1 irqmode=2 submit_queues=1 "
          f"completion_nsec={SECONDS}000000000 hw_queue_depth=2")
    mapped = request.param == "mapped"
    if mapped:
        vm.sh("modprobe -a dm_mod dm_flakey; dmsetup create --noudevsync --noudevrules slow "
              "--table '0 2097152 flakey /dev/nullb0 0 3600 0'; dmsetup mknodes --noudevsync")
    try:
        yield "/dev/mapper/slow" if mapped else "/dev/nullb0"
    finally:
        vm.call("lio.clear", timeout=90)
        if mapped:
            vm.sh("until dmsetup remove --noudevsync --noudevrules slow 2>/dev/null; "
                  "do sleep 0.2; done", timeout=60)
        vm.sh("until rmmod null_blk 2>/dev/null; do sleep 0.2; done", timeout=60)


def test_full_device(target: Target, slow: str) -> None:
    """With more commands than it takes: another LUN of the session, and a reset."""
    target.open_iscsi(target.disk("iblock", device=slow), target.disk("ramdisk", megabytes=8))
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        wire.command(bytes(6), lun=1)
        wire.expect(SCSI_RSP)
        # Before its first answer, SECONDS from now, nobody can have waited for the device.
        began = time.monotonic()
        for number in range(6):
            wire.command(cdb10(READ10, number * 64, 8), FINAL | READ, 4096)
        tag = wire.command(cdb10(READ10, 0, 8), FINAL | READ, 4096, lun=1)
        assert wire.expect(DATA_IN).itt == tag
        reset = wire.send(TMF | IMMEDIATE, FINAL | LUN_RESET)
        assert wire.expect(TMF_RSP).itt == reset
        assert time.monotonic() - began < SECONDS


def test_all_is_read(target: Target, slow: str) -> None:
    """What had to wait for the device is done in the end."""
    target.open_iscsi(target.disk("iblock", device=slow))
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        tags = {wire.command(cdb10(READ10, number * 64, 8), FINAL | READ, 4096)
                for number in range(5)}
        assert {wire.expect(DATA_IN).itt for _ in range(5)} == tags


# More commands than a kernel's queue of work lets wait at a time, which is 512
HOSTS, EACH = 3, 220


def test_frozen_file(target: Target) -> None:
    """However many commands wait for a file, another one has its own."""
    vm = target.vm
    vm.sh("modprobe loop; truncate -s 64M /srv/frozen.img; losetup /dev/loop5 /srv/frozen.img; "
          "mkfs.ext4 -q /dev/loop5; mkdir -p /mnt/frozen; mount /dev/loop5 /mnt/frozen")
    try:
        frozen = target.disk("fileio", device="/mnt/frozen/disk", megabytes=16)
        other = target.loopback(target.disk("fileio", megabytes=16))["0"]
        devices = [vm.call("lio.loopback", [frozen], f"naa.500140500000002{number}")["0"]
                   for number in range(HOSTS)]
        for device in devices:
            vm.sh(f"echo 2 > /sys/block/{device.removeprefix('/dev/')}/queue/nomerges")
        vm.sh("fsfreeze -f /mnt/frozen")
        writers = [vm.begin(f"fio --name=w --filename={device} --rw=write --bs=4k --direct=1 "
                            f"--ioengine=libaio --iodepth={EACH} --size={EACH * 4}k")
                   for device in devices]
        for device in devices:
            vm.sh(f"until [ $(awk '{{print $2}}' /sys/block/{device.removeprefix('/dev/')}"
                  f"/inflight) -ge {EACH} ]; do sleep 0.2; done", timeout=60)
        vm.sh(f"dd if=/dev/zero of={other} bs=4k count=8 oflag=direct conv=fsync", timeout=20)
        vm.sh("fsfreeze -u /mnt/frozen")
        for writer in writers:
            writer.wait()
    finally:
        vm.sh("fsfreeze -u /mnt/frozen || true")
        vm.call("lio.clear", timeout=90)
        vm.sh("umount /mnt/frozen; losetup -d /dev/loop5; rm /srv/frozen.img")


SANITIZE_OVERWRITE = bytes([0x48, 1, 0, 0, 0, 0, 0, 0x02, 0x04, 0])
ONCE_WITH_ZEROS = bytes([1, 0, 2, 0]) + bytes(512)
SANITIZE_IN_PROGRESS = 0x041b
ABORT_TASK, WARM_RESET = 1, 6
SANITIZED = "/sys/kernel/config/nullb/sanitized"


@pytest.fixture(name="throttled")
def fixture_throttled(target: Target, request: pytest.FixtureRequest) -> Iterator[str]:
    """A device of 64 MiB that writes 16 of them in a second, or as many as a test says."""
    target.vm.sh(f"modprobe null_blk nr_devices=0; mkdir {SANITIZED}; cd {SANITIZED}; "
                 f"echo 64 > size; echo {getattr(request, 'param', 16)} > mbps; echo 1 > power")
    try:
        yield "/dev/sanitized"
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh(f"rmdir {SANITIZED}; until rmmod null_blk 2>/dev/null; do sleep 0.2; done",
                     timeout=60)


def ready(wire: Wire) -> int:
    """Return what TEST UNIT READY says behind any unit attention: 0, or a sense code."""
    while True:
        wire.command(bytes(6))
        reply = wire.expect(SCSI_RSP)
        if reply.header[3] == 0:
            return 0
        if reply.data[2 + 2] & 0x0f != 6:
            return int.from_bytes(reply.data[2 + 12:2 + 14], "big")


def test_nothing_ends_a_sanitize(target: Target, throttled: str) -> None:
    """SBC-4 4.11: not an abort, not a reset, not the end of the session."""
    target.open_iscsi(target.disk("iblock", device=throttled))
    began = time.monotonic()
    with Wire(target.port) as wire:
        wire.login(TARGET, ImmediateData="Yes")
        assert wire.answers()
        tag = wire.command(SANITIZE_OVERWRITE, FINAL | WRITE, 516, ONCE_WITH_ZEROS)
        for function, about in ((ABORT_TASK, tag), (LUN_RESET, RESERVED),
                                (WARM_RESET, RESERVED)):
            assert ready(wire) == SANITIZE_IN_PROGRESS
            wire.send(TMF | IMMEDIATE, FINAL | function, ttt=about,
                      rest=struct.pack(">I", wire.cmdsn - 1))
            assert wire.expect(TMF_RSP).header[2] == 0
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert ready(wire) == SANITIZE_IN_PROGRESS
        while ready(wire) == SANITIZE_IN_PROGRESS:
            assert time.monotonic() - began < 60
            time.sleep(0.1)
        assert ready(wire) == 0
    assert time.monotonic() - began > 2, "all of it was written"


def free_mib(target: Target) -> int:
    """Return how much memory of the target nobody uses."""
    return int(target.vm.sh("awk '/^MemFree/ {print int($2 / 1024)}' /proc/meminfo").out)


@pytest.mark.parametrize("throttled", [4], indirect=True)
def test_memory_of_what_is_aborted(target: Target, throttled: str) -> None:
    """Reads that the device keeps are aborted and sent again, and again: BUSY some day."""
    target.open_iscsi(target.disk("iblock", device=throttled))
    said: set[int] = set()
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        free = free_mib(target)
        for _ in range(100):
            first = wire.cmdsn
            wire.send_bytes(b"".join(
                wire.header(SCSI_CMD, FINAL | READ | 1, ttt=65536, cmdsn=first + number,
                            rest=cdb10(READ10, number * 128, 128)) for number in range(60)))
            wire.cmdsn = first + 60
            wire.send(TMF | IMMEDIATE, FINAL | LUN_RESET)
            while (reply := wire.receive()) and reply.opcode != TMF_RSP:
                said |= {reply.header[3]} if reply.opcode == SCSI_RSP else set()
        assert free - free_mib(target) < 100, "of 375 that were asked for"
    assert said == {2, 8}, "unit attentions, and BUSY"


CORE = "/sys/kernel/config/target/core/rd_mcp_102"
# MODE SELECT with SP, and the control mode page
SAVE = bytes([0x15, 0x11, 0, 0, 16, 0])
CONTROL = bytes([0, 0, 0, 0, 0x0a, 10, 6, 0x10, 0, 0x40, 0, 0, 0xff, 0xff, 0, 30])


def loop_device(target: Target, path: str, megabytes: int) -> str:
    """Return a block device with a file behind it."""
    made: str = target.vm.sh(f"modprobe loop; truncate -s {megabytes}M {path}; "
                             f"losetup --find --show {path}").out.strip()
    return made


@pytest.fixture(name="frozen")
def fixture_frozen(target: Target) -> Iterator[str]:
    """A dbroot on a disk that can be made to answer no more; yields the disk's name."""
    vm = target.vm
    target.clear()
    vm.sh("modprobe dm_mod")
    loop = loop_device(target, "/srv/db.img", 32)
    vm.sh(f"mkfs.ext4 -q {loop}; dmsetup create --noudevsync --noudevrules kept --table "
          f"'0 65536 linear {loop} 0'; dmsetup mknodes --noudevsync; mkdir -p /mnt/kept; "
          "mount /dev/mapper/kept /mnt/kept; mkdir -p /mnt/kept/db/pr /mnt/kept/db/mode; sync")
    target.write("dbroot", "/mnt/kept/db")
    try:
        yield "kept"
    finally:
        vm.sh("dmsetup resume --noudevsync kept")
        vm.call("lio.clear", timeout=90)
        target.write("dbroot", "/etc/rtslib-fb-target")
        vm.sh("umount /mnt/kept; dmsetup remove --noudevsync --noudevrules --retry kept; "
              f"losetup -d {loop}; rm /srv/db.img")


def freeze(target: Target, disk: str) -> None:
    """Let a disk answer no more, and forget what was read from it."""
    target.vm.sh(f"sync; echo 3 > /proc/sys/vm/drop_caches; "
                 f"dmsetup suspend --nolockfs --noudevsync {disk}")


def newcomers(target: Target) -> None:
    """Log in, and find the target."""
    with Wire(target.port, isid=b"\x80\x11\x22\x33\x00\x02") as wire:
        wire.login(TARGET)
        assert wire.answers()
    with Wire(target.port) as wire:
        wire.discovery()
        wire.send(TEXT | IMMEDIATE, FINAL, text({"SendTargets": "All"}))
        assert wire.expect(TEXT_RSP).pairs()["TargetName"] == TARGET


def test_frozen_dbroot(target: Target, frozen: str) -> None:
    """Who wants what is kept there waits, and nobody else."""
    vm = target.vm
    port = target.open_iscsi(target.disk("ramdisk", "used", megabytes=8))
    lun = f"/sys/kernel/config/target/{port}/lun/lun_0"
    target.disk("ramdisk", "spare", megabytes=8)
    vm.sh(f"mkdir {CORE}/slow {CORE}/other; echo rd_pages=2048 > {CORE}/slow/control")
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        freeze(target, frozen)
        # These wait if the folder has to be read, which may be in memory.
        enable = vm.begin(f"echo 1 > {CORE}/slow/enable")
        rename = vm.begin(f"echo 1-2-3 > {CORE}/spare/wwn/vpd_unit_serial")
        keep = vm.begin(f"echo 1 > {lun}/alua_tg_pt_write_md")
        save = wire.command(SAVE, FINAL | WRITE, 16, CONTROL)
        time.sleep(1)
        began = time.monotonic()
        tag = wire.command(cdb10(READ10, 0, 8), FINAL | READ, 4096)
        assert wire.expect(DATA_IN).itt == tag, "other commands go on"
        vm.sh(f"! echo 1-2-3 > {CORE}/other/wwn/vpd_unit_serial && "
              f"echo 3-2-1 > {CORE}/other/wwn/vpd_unit_serial && rmdir {CORE}/other",
              timeout=10)
        newcomers(target)
        assert vm.sh(f"cat {lun}/alua_tg_pt_write_md").out == "0\n", "nothing was kept yet"
        assert time.monotonic() - began < 5 * vm.patience(), \
            "so do the administrator and who logs in"
        tag = wire.command(bytes(6))
        assert wire.expect(SCSI_RSP).itt == tag, "what saves waits: its answer would come first"
        vm.sh(f"dmsetup resume --noudevsync {frozen}")
        reply = wire.expect(SCSI_RSP)
        assert reply.itt == save and reply.header[3] == 0
    enable.wait()
    rename.wait()
    keep.wait()
    vm.sh(f"grep -q 'Number: 1-2-3$' {CORE}/spare/wwn/vpd_unit_serial && "
          f"test -s /mnt/kept/db/mode/pages_* && grep -q 1 {lun}/alua_tg_pt_write_md && "
          "grep -q offline=0 /mnt/kept/db/alua/*/*+1/lun_0")


def test_frozen_then_linked_anew(target: Target, frozen: str) -> None:
    """A port goes offline when that is kept: not one that was linked meanwhile."""
    vm = target.vm
    port = target.open_iscsi(target.disk("ramdisk", "used", megabytes=8))
    lun = f"/sys/kernel/config/target/{port}/lun/lun_0"
    vm.sh(f"echo 1 > {lun}/alua_tg_pt_write_md")
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        freeze(target, frozen)
        offline = vm.begin(f"echo 1 | tee {lun}/alua_tg_pt_offline >/dev/null")
        time.sleep(1)
        assert wire.answers(), "it is not offline before that is kept"
        vm.sh(f"link=$(find {lun} -maxdepth 1 -type l); to=$(readlink -f $link); rm $link; "
              "ln -s $to $link", timeout=10)
        vm.sh(f"dmsetup resume --noudevsync {frozen}")
        refused = offline.wait(check=False)
        assert refused.code != 0 and "No such device" in refused.err
        assert vm.sh(f"cat {lun}/alua_tg_pt_offline").out == "0\n"
        assert wire.answers() or wire.answers(), "of unit attentions there may be several"


def test_copy_registers_frozen(target: Target, frozen: str) -> None:
    """A segment that registers a key waits for what keeps it, and nothing else does."""
    vm = target.vm
    disks = target.loopback(target.disk("ramdisk", megabytes=8),
                            target.disk("ramdisk", megabytes=8))
    first, second = disks["0"], disks["1"]
    assert vm.call("xcopy.reserve_out", second, 6, 0, 0, 0xa, True) == [0, 0, 0]
    freeze(target, frozen)
    job = vm.begin_call("xcopy.run", first, [first, second], [["register", 1, 0xa, 0xb]],
                        timeout=120)
    time.sleep(1)
    assert vm.call("xcopy.copy", first, first, second, [80, 0, 0], timeout=30) == [0, 0, 0]
    assert vm.call("xcopy.keys", second, timeout=30) == [0xa], "nothing was kept yet"
    vm.sh(f"dmsetup resume --noudevsync {frozen}")
    assert job.value() == [0, 0, 0]
    assert vm.call("xcopy.keys", second) == [0xb] and vm.call("xcopy.persists", second)


@pytest.fixture(name="lossy")
def fixture_lossy(target: Target) -> Iterator[str]:
    """/dev/lost; its badblocks file, where writes fail, and those of a cache with them."""
    config = "/sys/kernel/config/nullb/lost"
    target.vm.sh(f"modprobe null_blk nr_devices=0; mkdir {config}; echo 64 > {config}/size; "
                 f"echo 1 > {config}/memory_backed; echo 1 > {config}/power")
    try:
        yield f"{config}/badblocks"
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh(f"rmdir {config}; until rmmod null_blk 2>/dev/null; do sleep 0.2; done",
                     timeout=60)


def dirty(target: Target, device: str, lossy: str) -> None:
    """Write what the cache has, and the medium will not take."""
    target.vm.sh(f"echo -0-255 > {lossy}; "
                 f"dd if=/dev/urandom of={device} bs=64k count=1 oflag=direct status=none; "
                 f"echo +0-255 > {lossy}")


def test_lost_cache(target: Target, lossy: str) -> None:
    """An initiator that flushes a cache that was lost is told, however often it tries."""
    device = target.loopback(target.disk("fileio", device="/dev/lost"))["0"]
    dirty(target, device, lossy)
    target.vm.sh(f"! dd if=/dev/null of={device} count=0 conv=fsync,notrunc 2>/dev/null")


def outcome(wire: Wire, cdb: bytes) -> tuple[int, int, int]:
    """Send a command; return response code, sense key and code, all 0 if it is GOOD."""
    tag = wire.command(cdb)
    reply = wire.expect(SCSI_RSP)
    assert reply.itt == tag
    if not reply.header[3]:
        return 0, 0, 0
    data = reply.data[2:]
    return data[0], data[2], int.from_bytes(data[12:14], "big")


SYNC = bytes([0x35, *bytes(9)])
SYNC_IMMED = bytes([0x35, 2, *bytes(8)])
CURRENT, DEFERRED = 0x70, 0x71
LOST = 4, 0x4400


def test_lost_cache_of_two(target: Target, lossy: str) -> None:
    """Whoever's flush finds out, the other initiator's next flush fails too, once."""
    disk = target.disk("fileio", device="/dev/lost")
    target.open_iscsi(disk)
    device = target.loopback(disk)["0"]
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers() and outcome(wire, SYNC)[0] == 0
        dirty(target, device, lossy)
        target.vm.sh(f"! dd if=/dev/null of={device} count=0 conv=fsync,notrunc 2>/dev/null; "
                     f"echo -0-255 > {lossy}")
        assert outcome(wire, bytes(6))[0] == 0, "it asked for nothing to be durable"
        assert outcome(wire, SYNC) == (CURRENT, *LOST)
        assert outcome(wire, SYNC)[0] == 0
        target.vm.sh(f"dd if=/dev/null of={device} count=0 conv=fsync,notrunc")


def test_lost_behind_immed(target: Target, lossy: str) -> None:
    """SYNCHRONIZE CACHE with IMMED is GOOD at once; its failure is a deferred error."""
    disk = target.disk("fileio", device="/dev/lost")
    target.open_iscsi(disk)
    device = target.loopback(disk)["0"]
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers() and outcome(wire, SYNC_IMMED)[0] == 0
        dirty(target, device, lossy)
        assert outcome(wire, SYNC_IMMED)[0] == 0
        code, *what = 0, 0, 0
        for _ in range(600):
            code, *what = outcome(wire, bytes(6))
            if code:
                break
            time.sleep(0.1)
        assert (code, *what) == (DEFERRED, *LOST)
        assert outcome(wire, bytes(6))[0] == 0
        target.vm.sh(f"echo -0-255 > {lossy}")
        assert outcome(wire, SYNC) == (CURRENT, *LOST), "what was written is not durable"
        assert outcome(wire, SYNC)[0] == 0


def test_immed_of_frozen(target: Target, frozen: str) -> None:
    """A flush that takes its time holds up no command but one that wants to wait for it."""
    target.open_iscsi(target.disk("fileio", device="/mnt/kept/unit", megabytes=8))
    with Wire(target.port) as wire:
        wire.login(TARGET)
        assert wire.answers()
        wire.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096, bytes(4096))
        assert wire.expect(SCSI_RSP).header[3] == 0
        freeze(target, frozen)
        wire.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096, b"new " * 1024)
        assert wire.expect(SCSI_RSP).header[3] == 0
        waits = wire.command(SYNC)
        for _ in range(50):
            assert outcome(wire, SYNC_IMMED)[0] == 0
        target.vm.sh(f"dmsetup resume --noudevsync {frozen}")
        reply = wire.expect(SCSI_RSP)
        assert (reply.itt, reply.header[3]) == (waits, 0)
        assert outcome(wire, SYNC)[0] == 0


def test_grown(target: Target) -> None:
    """Who asks for the capacity gets the new one."""
    loop = loop_device(target, "/srv/grow.img", 16)
    try:
        device = target.loopback(target.disk("iblock", device=loop))["0"]
        name = device.removeprefix("/dev/")
        assert target.vm.sh(f"cat /sys/block/{name}/size").out.strip() == str(16 << 11)
        target.vm.sh(f"truncate -s 24M /srv/grow.img; losetup -c {loop}; "
                     f"echo 1 > /sys/block/{name}/device/rescan")
        assert target.vm.sh(f"cat /sys/block/{name}/size").out.strip() == str(24 << 11)
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh(f"losetup -d {loop}")


@pytest.mark.usefixtures("no_scsi_disk")
def test_device_is_pulled(target: Target) -> None:
    """Its unit answers NOT READY from then on, and everything can be removed."""
    name = scsi_disk(target, dev_size_mb=8, delay=0)
    device = seen(target, target.disk("iblock", "pulled", device=f"/dev/{name}"))
    target.vm.sh(f"sg_turs {device}; echo 1 > /sys/block/{name}/device/delete")
    assert target.vm.sh(f"sg_turs {device}", check=False).code == NOT_READY
    assert not target.vm.sh(f"dd if={device} of=/dev/null bs=4k count=1 iflag=direct",
                            check=False, timeout=30).ok
    target.vm.call("lio.clear", timeout=30)
