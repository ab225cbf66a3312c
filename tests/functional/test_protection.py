# SPDX-License-Identifier: GPL-2.0-only
"""Protection information: attributes, commands with it among their data, and its errors."""
from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from functional.lab import Initiator, Target

pytestmark = pytest.mark.usefixtures("no_scsi_disk")

BLOCK = 512
GUARD, REFERENCE = 0x1001, 0x1003
ABORTED, ILLEGAL = 0x0b, 0x05


def guard(data: bytes) -> int:
    """Return the CRC of SBC-4 4.21.4: polynomial 8BB7h."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = crc << 1 ^ (0x18bb7 if crc & 0x8000 else 0)
    return crc


def protected(data: bytes, reference: int, tag: int = 0, wrong: int = 0) -> bytes:
    """Return a block with protection information, its guard changed by wrong."""
    return data + (guard(data) ^ wrong).to_bytes(2, "big") + tag.to_bytes(2, "big") + \
        reference.to_bytes(4, "big")


def rw(operation: int, lba: int, count: int, code: int) -> str:
    """Return READ(10) or WRITE(10) in hexadecimal."""
    return (bytes([operation, code << 5]) + lba.to_bytes(4, "big") + b"\0" +
            count.to_bytes(2, "big") + b"\0").hex()


def send(target: Target, device: str, cdb: str, data: bytes = b"",
         length: int = 0) -> tuple[int, int, bytes]:
    """Send a command; return sense key, code and data."""
    _, key, code, answer = target.vm.call("scsi.command", device, cdb, data.hex(), length)
    return key, code, bytes.fromhex(answer)


def errors(target: Target, disk: str) -> dict[str, int]:
    """Return the error counters that are not 0."""
    names = [f"pi_{stage}_{part}_errors" for stage in ("initiator", "medium")
             for part in ("guard", "app", "ref")]
    found = {name: int(target.read(f"{disk}/statistics/scsi_lu/{name}")) for name in names}
    return {name: count for name, count in found.items() if count}


def scsi_disk(target: Target, **options: int) -> str:
    """Make a SCSI disk in the machine's memory; return its name."""
    words = " ".join(f"{key}={value}" for key, value in options.items())
    target.vm.sh(f"modprobe scsi_debug {words}; "
                 "until grep -l scsi_debug /sys/block/sd*/device/model; do sleep 0.1; done",
                 timeout=60)
    return str(target.vm.sh("grep -l scsi_debug /sys/block/sd*/device/model").out.split("/")[3])


def protected_disk(target: Target, kind: str, type_: int, megabytes: int = 8) -> str:
    """Make a unit with protection information; return its path."""
    if kind == "iblock":
        name = scsi_disk(target, dev_size_mb=megabytes, dif=type_, dix=1, delay=0)
        return target.disk("iblock", device=f"/dev/{name}")
    disk = target.disk(kind, megabytes=megabytes)
    target.write(f"{disk}/attrib/pi_prot_type", str(type_))
    return disk


def seen(target: Target, disk: str) -> str:
    """Let this machine see a unit; return its device."""
    device = target.loopback(disk)["0"]
    target.vm.call("scsi.settle", device)
    return device


def unit(target: Target, kind: str, type_: int) -> tuple[str, str]:
    """Make a unit with protection information; return its path and its device."""
    disk = protected_disk(target, kind, type_)
    return disk, seen(target, disk)


PI_KINDS = ["fileio", "ramdisk", "iblock"]
TYPES = [(kind, type_) for kind in PI_KINDS for type_ in (1, 2, 3)
         if (kind, type_) != ("iblock", 2)]


@pytest.mark.parametrize("pi_kind,type_", TYPES)
def test_initiators_are_told(target: Target, pi_kind: str, type_: int) -> None:
    _, device = unit(target, pi_kind, type_)
    capacity = target.vm.sh(f"sg_readcap -l {device}").out
    assert f"prot_en=1, p_type={type_ - 1}" in capacity
    assert "Protect=1" in target.vm.sh(f"sg_inq {device}").out
    page = target.vm.sh(f"sg_vpd -p ei {device}").out
    assert "GRD_CHK=1 APP_CHK=1 REF_CHK=1" in page, page


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_what_was_sent_comes_back(target: Target, pi_kind: str) -> None:
    disk, device = unit(target, pi_kind, 1)
    data = b"".join(protected(bytes([i + 1]) * BLOCK, 20 + i, 0x4711) for i in range(8))
    assert send(target, device, rw(0x2a, 20, 8, 1), data)[:2] == (0, 0)
    assert send(target, device, rw(0x28, 20, 8, 1), length=len(data)) == (0, 0, data)
    # and those who know nothing of it see the blocks
    plain = send(target, device, rw(0x28, 20, 8, 0), length=8 * BLOCK)
    assert plain == (0, 0, b"".join(bytes([i + 1]) * BLOCK for i in range(8)))
    assert not errors(target, disk)


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_what_is_wrong_is_refused_and_counted(target: Target, pi_kind: str) -> None:
    disk, device = unit(target, pi_kind, 1)
    block = b"\x5a" * BLOCK
    bad = protected(block, 3) + protected(block, 4, wrong=1)
    assert send(target, device, rw(0x2a, 3, 2, 1), bad)[:2] == (ABORTED, GUARD)
    late = protected(block, 3) + protected(block, 5)
    assert send(target, device, rw(0x2a, 3, 2, 1), late)[:2] == (ABORTED, REFERENCE)
    assert errors(target, disk) == {"pi_initiator_guard_errors": 1,
                                    "pi_initiator_ref_errors": 1}
    # written as it is, it is found when it is read
    assert send(target, device, rw(0x2a, 3, 2, 3), bad)[:2] == (0, 0)
    assert send(target, device, rw(0x28, 3, 2, 1), length=1040)[:2] == (ABORTED, GUARD)
    assert send(target, device, rw(0x28, 3, 2, 3), length=1040) == (0, 0, bad)
    assert errors(target, disk)["pi_medium_guard_errors"] == 1
    # without it in the data, as pi_prot_verify says
    assert send(target, device, rw(0x28, 3, 2, 0), length=1024)[:2] == (0, 0)
    target.write(f"{disk}/attrib/pi_prot_verify", "1")
    target.vm.call("scsi.settle", device)
    assert send(target, device, rw(0x28, 3, 2, 0), length=1024)[:2] == (ABORTED, GUARD)


@pytest.mark.parametrize("pi_kind", ["fileio", "ramdisk"])
def test_type_2_has_long_commands(target: Target, pi_kind: str) -> None:
    _, device = unit(target, pi_kind, 2)
    data = protected(b"\x11" * BLOCK, 0x99887766)
    assert send(target, device, rw(0x2a, 3, 1, 1), data)[:2] == (ILLEGAL, 0x2000)
    tags = bytes.fromhex("99887766") + bytes(4) + bytes([0, 0, 0, 1])
    write = bytes([0x7f, 0, 0, 0, 0, 0, 0, 24, 0, 0x0b, 0x20, 0]) + (3).to_bytes(8, "big") + tags
    read = write[:9] + b"\x09" + write[10:]
    assert send(target, device, write.hex(), data)[:2] == (0, 0)
    assert send(target, device, read.hex(), length=520) == (0, 0, data)


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_format_unit(target: Target, pi_kind: str) -> None:
    _, device = unit(target, pi_kind, 1)
    data = protected(b"\x77" * BLOCK, 9)
    assert send(target, device, rw(0x2a, 9, 1, 1), data)[:2] == (0, 0)
    assert target.vm.sh(f"sg_format -Q --format --fmtpinfo=0 {device}", check=False).code == 5
    assert send(target, device, rw(0x28, 9, 1, 1), length=520) == (0, 0, data)
    # by itself it would look again after a minute
    target.vm.sh(f"sg_format -Q --format --early --fmtpinfo=2 {device} && "
                 f"until sg_turs {device}; do sleep 0.1; done", timeout=180)
    blank = bytes(BLOCK) + b"\xff" * 8
    assert send(target, device, rw(0x28, 9, 1, 1), length=520) == (0, 0, blank)


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_a_filesystem_on_it(target: Target, initiator: Initiator, pi_kind: str) -> None:
    """An initiator that knows nothing of it, with every block checked."""
    disk = protected_disk(target, pi_kind, 1, megabytes=64)
    target.write(f"{disk}/attrib/pi_prot_verify", "1")
    target.open_iscsi(disk)
    device = initiator.login([0])["0"]
    initiator.vm.sh(f"mkfs.ext4 -q {device} && mount {device} /mnt && "
                    "cp -r /etc /mnt/ 2>/dev/null; umount /mnt && "
                    f"e2fsck -fn {device} && blkdiscard -f -z -l 1M {device}", timeout=180)
    assert not errors(target, disk)


def test_attributes(target: Target) -> None:
    disk = target.disk("ramdisk", megabytes=4)
    attrib = f"{disk}/attrib"
    assert target.vm.call("lio.try_write", f"{attrib}/pi_prot_format", "1") == "ENOSYS"
    target.write(f"{attrib}/pi_prot_type", "3")
    target.write(f"{attrib}/pi_prot_format", "1")
    assert target.read(f"{attrib}/pi_prot_type").strip() == "3"
    assert target.vm.call("lio.try_write", f"{attrib}/block_size", "4096") == "EINVAL"
    target.loopback(disk)
    assert target.vm.call("lio.try_write", f"{attrib}/pi_prot_type", "0") == "EINVAL"
    nothing = target.disk("ramdisk", megabytes=4, nullio=True)
    assert target.vm.call("lio.try_write", f"{nothing}/attrib/pi_prot_type", "1") == "ENOSYS"
    assert target.read(f"{nothing}/attrib/pi_prot_type").strip() == "0"


def make_file(target: Target, name: str, type_: int) -> tuple[str, str]:
    """Make a file of this name a unit with protection information, or try to."""
    disk = target.disk("fileio", name, megabytes=8)
    return disk, target.vm.call("lio.try_write", f"{disk}/attrib/pi_prot_type", str(type_))


def test_a_file_keeps_it(target: Target) -> None:
    data = protected(b"\x21" * BLOCK, 7, 0x0102)
    blank = b"\x21" * BLOCK + b"\xff" * 8
    for type_, expected in ((1, data), (3, blank), (1, blank)):
        disk, error = make_file(target, "kept", type_)
        assert not error
        device = target.loopback(disk)["0"]
        target.vm.call("scsi.settle", device)
        if not expected.endswith(b"\xff" * 8) and type_ == 1:
            assert send(target, device, rw(0x2a, 7, 1, 1), data)[:2] == (0, 0)
            # the next start finds it
            target.vm.call("lio.clear", timeout=90)
            disk, error = make_file(target, "kept", 1)
            assert not error
            device = target.loopback(disk)["0"]
            target.vm.call("scsi.settle", device)
        # of another type there is none yet
        assert send(target, device, rw(0x28, 7, 1, 1), length=520) == (0, 0, expected)
        target.vm.call("lio.clear", timeout=90)


def test_a_file_that_is_somebody_elses(target: Target) -> None:
    target.vm.sh("seq 9 > /srv/other.img.protection")
    disk, error = make_file(target, "other", 1)
    assert error == "EUCLEAN"
    assert target.read(f"{disk}/attrib/pi_prot_type").strip() == "0"
    assert target.vm.sh("cat /srv/other.img.protection | wc -l").out.strip() == "9"


def test_a_write_that_fails(target: Target) -> None:
    """On a full filesystem: its blocks can be read, whatever they hold."""
    target.vm.sh("mkdir -p /mnt/small && mount -t tmpfs -o size=1M small /mnt/small")
    disk = target.disk("fileio", "small", device="/mnt/small/disk", megabytes=8)
    target.write(f"{disk}/attrib/pi_prot_type", "1")
    device = target.loopback(disk)["0"]
    target.vm.call("scsi.settle", device)
    # room for the tuples of this block and of the next one, and for nothing else
    assert send(target, device, rw(0x2a, 0, 1, 1), protected(b"\x31" * BLOCK, 0))[:2] == (0, 0)
    target.vm.sh("! dd if=/dev/zero of=/mnt/small/rest bs=4k 2>/dev/null")
    lost = protected(b"\x32" * BLOCK, 100)
    assert send(target, device, rw(0x2a, 100, 1, 1), lost)[:2] == (0x07, 0x2707)
    assert send(target, device, rw(0x28, 100, 1, 1), length=520) == \
        (0, 0, bytes(BLOCK) + b"\xff" * 8)
    assert send(target, device, rw(0x28, 0, 1, 1), length=520)[:2] == (0, 0)
    assert not errors(target, disk)


@contextmanager
def tuples_on(target: Target, name: str) -> Iterator[tuple[str, str, int]]:
    """Have the tuples alone on a disk; yield a device, that disk's configfs, their sector."""
    config = f"/sys/kernel/config/nullb/{name}"
    target.vm.sh(f"modprobe null_blk nr_devices=0; mkdir {config}; echo 64 > {config}/size; "
                 f"echo 1 > {config}/memory_backed; echo 1 > {config}/power; "
                 f"mkfs.ext4 -q -b 4096 /dev/{name} && mkdir -p /mnt/{name} && "
                 f"mount /dev/{name} /mnt/{name} && truncate -s 8M /srv/{name}.img && "
                 f"ln -s /srv/{name}.img /mnt/{name}/disk")
    try:
        disk = target.disk("fileio", name, device=f"/mnt/{name}/disk", megabytes=8)
        target.write(f"{disk}/attrib/pi_prot_type", "1")
        device = target.loopback(disk)["0"]
        target.vm.call("scsi.settle", device)
        assert send(target, device, rw(0x2a, 3, 1, 1), KEPT)[:2] == (0, 0)
        assert send(target, device, FLUSH)[:2] == (0, 0)
        # the second page: the first one is a header
        extents = re.findall(r"^ *\d+: *(\d+)\.\. *(\d+): *(\d+)\.\.", target.vm.sh(
            f"filefrag -e -b4096 /mnt/{name}/disk.protection").out, re.MULTILINE)
        yield device, config, next(int(there) + 1 - int(first) for first, last, there in extents
                                   if int(first) <= 1 <= int(last)) * 8
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh(f"umount /mnt/{name}; rmdir {config}; "
                     "until rmmod null_blk 2>/dev/null; do sleep 0.2; done", timeout=60)


KEPT = protected(b"\x41" * BLOCK, 3)
FLUSH = bytes([0x35] + [0] * 9).hex()


def test_lost_protection(target: Target) -> None:
    """Who flushes hears that it was lost, though another command heard so first."""
    with tuples_on(target, "lost") as (device, config, place):
        target.vm.sh(f"echo +{place}-{place + 7} > {config}/badblocks")
        forced = rw(0x2a, 3, 1, 1).replace("2a20", "2a28")
        assert send(target, device, forced, KEPT)[0], "this one has heard of it"
        target.vm.sh(f"echo -{place}-{place + 7} > {config}/badblocks")
        assert send(target, device, FLUSH)[0], "this one has to hear of it"
        assert send(target, device, FLUSH)[:2] == (0, 0)


def test_verify_reads_protection_from_the_medium(target: Target) -> None:
    with tuples_on(target, "rotten") as (device, _, place):
        target.vm.sh(f"yes | dd of=/dev/rotten bs=512 seek={place} count=1 oflag=direct")
        assert send(target, device, rw(0x28, 3, 1, 1), length=520) == (0, 0, KEPT)
        assert send(target, device, rw(0x2f, 3, 1, 1))[:2] == (ABORTED, GUARD)


def copied(target: Target, name: str, *arguments: object) -> list[int]:
    """Have one of the copies of guest/xcopy.py made; return how it ended."""
    ended: list[int] = target.vm.call(f"xcopy.{name}", *arguments)
    return ended


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_copies_check_it_and_make_it_anew(target: Target, pi_kind: str) -> None:
    """EXTENDED COPY and ROD tokens, from a unit without it, to one without, within one."""
    disk = protected_disk(target, pi_kind, 1)
    disks = target.loopback(target.disk("ramdisk", megabytes=8), disk)
    plain, kept = disks["0"], disks["1"]
    for device in (plain, kept):
        target.vm.call("scsi.settle", device)
    data = [bytes([i + 1]) * BLOCK for i in range(8)]
    assert send(target, plain, rw(0x2a, 16, 8, 0), b"".join(data))[:2] == (0, 0)

    def at(lba: int) -> tuple[int, int, bytes]:
        """Return what a read has that checks all of it."""
        return send(target, kept, rw(0x28, lba, 8, 1), length=8 * (BLOCK + 8))

    def made(lba: int, blocks: list[bytes]) -> tuple[int, int, bytes]:
        """Return what it has to have."""
        return 0, 0, b"".join(protected(block, lba + i) for i, block in enumerate(blocks))

    assert copied(target, "copy", plain, plain, kept, [8, 16, 40]) == [0, 0, 0]
    assert at(40) == made(40, data)
    assert copied(target, "copy", plain, kept, kept, [8, 40, 80]) == [0, 0, 0]
    assert at(80) == made(80, data)
    token = target.vm.call("xcopy.populate", plain, [[16, 8]])
    assert copied(target, "write_using", kept, token, [[120, 8]]) == [0, 0, 0]
    assert at(120) == made(120, data)
    assert copied(target, "write_using", kept, "", [[120, 8]]) == [0, 0, 0]
    assert at(120) == made(120, [bytes(BLOCK)] * 8)
    assert copied(target, "copy", plain, kept, plain, [8, 80, 300]) == [0, 0, 0]
    assert send(target, plain, rw(0x28, 300, 8, 0), length=8 * BLOCK) == (0, 0, b"".join(data))
    assert not errors(target, disk)


@pytest.mark.parametrize("pi_kind", PI_KINDS)
def test_what_is_wrong_is_not_copied(target: Target, pi_kind: str) -> None:
    """Where it would get new protection information, nobody could tell any more."""
    disk = protected_disk(target, pi_kind, 1)
    disks = target.loopback(target.disk("ramdisk", megabytes=8), disk)
    plain, kept = disks["0"], disks["1"]
    for device in (plain, kept):
        target.vm.call("scsi.settle", device)
    assert target.read(f"{disk}/attrib/pi_prot_verify").strip() == "0"
    bad = protected(b"\x5a" * BLOCK, 17, wrong=1)
    assert send(target, kept, rw(0x2a, 17, 1, 3), bad)[:2] == (0, 0)
    assert copied(target, "copy", plain, kept, plain, [8, 16, 40]) == [2, 0x0a, GUARD]
    token = target.vm.call("xcopy.populate", kept, [[16, 8]])
    assert copied(target, "write_using", plain, token, [[40, 8]]) == [2, 0x0a, GUARD]
    assert send(target, plain, rw(0x28, 41, 1, 0), length=BLOCK) == (0, 0, bytes(BLOCK))
    assert errors(target, disk) == {"pi_medium_guard_errors": 2}


@pytest.mark.parametrize("pi_kind,type_", TYPES)
def test_beside_the_data(target: Target, pi_kind: str, type_: int) -> None:
    """Linux sends and checks protection information of its own, or leaves it to the port."""
    disk, device = unit(target, pi_kind, type_)
    name = device.removeprefix("/dev/")
    integrity = f"/sys/block/{name}/integrity"
    kind = 3 if type_ == 3 else 1
    assert target.vm.sh(f"cat {integrity}/format").out == f"T10-DIF-TYPE{kind}-CRC\n"
    copy = "bs=64k count=16 iflag=fullblock status=none"
    for mode in (1, 0):
        target.vm.sh(f"echo {mode} > {integrity}/write_generate; "
                     f"echo {mode} > {integrity}/read_verify; "
                     f"dd if=/dev/urandom of=/tmp/sent {copy}; "
                     f"dd if=/tmp/sent of={device} oflag=direct {copy}; "
                     f"dd if={device} iflag=direct {copy} | cmp - /tmp/sent; "
                     f"echo 3 > /proc/sys/vm/drop_caches; dd if={device} {copy} | cmp - /tmp/sent")
    assert not errors(target, disk)


@pytest.mark.parametrize("pi_kind", ["fileio", "ramdisk"])
def test_rot_is_found_beside_the_data(target: Target, pi_kind: str) -> None:
    """What is wrong on the medium fails a read of Linux, whoever of the two checks it."""
    disk, device = unit(target, pi_kind, 1)
    bad = protected(b"\x5a" * BLOCK, 24, wrong=1)
    assert send(target, device, rw(0x2a, 24, 1, 3), bad)[:2] == (0, 0)
    integrity = f"/sys/block/{device.removeprefix('/dev/')}/integrity"
    read = f"dd if={device} of=/dev/null bs=512 count=1 iflag=direct status=none"
    for mode in (1, 0):
        target.vm.sh(f"echo {mode} > {integrity}/read_verify; {read} skip=23; "
                     f"! {read} skip=24 2>/dev/null; {read} skip=25")
    assert list(errors(target, disk)) == ["pi_medium_guard_errors"]
