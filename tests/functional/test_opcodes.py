# SPDX-License-Identifier: GPL-2.0-only
"""Commands as initiators send them: each one that is reported, and no other."""
from __future__ import annotations

from functional.lab import Initiator, Target

BLOCK = 512
CHECK, ILLEGAL = 2, 5


def cdb32(action: int, lba: int, blocks: int, options: int = 0) -> str:
    """Return a 32-byte CDB in hexadecimal."""
    return (bytes([0x7f, 0, 0, 0, 0, 0, 0, 24, 0, action, options, 0]) + lba.to_bytes(8, "big")
            + bytes(8) + blocks.to_bytes(4, "big")).hex()


def command(target: Target | Initiator, device: str, *words: object) -> list[object]:
    """Send a command; return its status, sense key, code and data."""
    answer: list[object] = target.vm.call("scsi.command", device, *words)
    return answer


def test_what_is_reported_is_accepted(target: Target) -> None:
    """All operation codes and service actions, with what differs between media."""
    disks = target.loopback(target.disk("ramdisk", megabytes=4),
                            target.disk("fileio", megabytes=4, attrib={"emulate_tpu": 1}))
    for device in disks.values():
        wrong = target.vm.call("scsi.walk", device, timeout=180)
        assert not wrong, "\n".join(wrong)


def check_long_commands(machine: Target | Initiator, device: str) -> None:
    """WRITE(32), READ(32), VERIFY(32), ORWRITE(32), WRITE SAME(32)."""
    machine.vm.call("scsi.settle", device)
    text, mask = bytes(range(256)) * 4, bytes([0x80]) * 1024
    both = bytes(byte | 0x80 for byte in text)
    assert command(machine, device, cdb32(0x0b, 7, 2), text.hex())[0] == 0
    assert command(machine, device, cdb32(0x09, 7, 2), "", 1024) == [0, 0, 0, text.hex()]
    assert command(machine, device, cdb32(0x0a, 7, 2, 2), text.hex())[0] == 0
    assert command(machine, device, cdb32(0x0a, 7, 2, 2), both.hex())[:3] == [CHECK, 0xe, 0x1d00]
    assert command(machine, device, cdb32(0x0e, 7, 2), mask.hex())[0] == 0
    assert command(machine, device, cdb32(0x09, 7, 2), "", 1024) == [0, 0, 0, both.hex()]
    assert command(machine, device, cdb32(0x0d, 8, 1), text[:512].hex())[0] == 0
    found = command(machine, device, cdb32(0x09, 7, 2), "", 1024)
    assert found == [0, 0, 0, (both[:512] + text[:512]).hex()]
    # protection without protection information; tags mean nothing without it
    assert command(machine, device, cdb32(0x09, 7, 2, 0x20), "", 1024)[:3] == \
        [CHECK, ILLEGAL, 0x2400]
    tagged = cdb32(0x09, 7, 2)[:40] + "f" * 16 + cdb32(0x09, 7, 2)[56:]
    assert command(machine, device, tagged, "", 1024)[0] == 0


def test_long_cdbs_over_loopback(target: Target) -> None:
    check_long_commands(target, target.loopback(target.disk("ramdisk", megabytes=4))["0"])


def test_long_cdbs_over_iscsi(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk", megabytes=4))
    check_long_commands(initiator, initiator.login([0])["0"])


def test_write_same_stays_in_its_range(target: Target, kind: str) -> None:
    """More blocks than one piece has: the last piece is shorter than the others."""
    device = target.loopback(target.disk(kind, megabytes=4))["0"]
    target.vm.call("scsi.settle", device)
    target.vm.sh(f"dd if=/dev/zero of={device} bs=1M count=1 oflag=direct 2>/dev/null")
    same = "93000000000000000003" + f"{769:08x}" + "0000"
    assert command(target, device, same, (b"\xa5" * BLOCK).hex())[0] == 0
    script = (f"d = open('{device}', 'rb').read(1 << 20); "
              "print(d[:1536].count(0), d[1536:772 * 512].count(165), d[772 * 512:].count(0))")
    target.vm.sh("echo 3 > /proc/sys/vm/drop_caches")
    counted = target.vm.sh(["python3", "-c", script]).out.split()
    assert counted == [str(3 * 512), str(769 * 512), str((2048 - 772) * 512)]


def test_lba_status_follows_unmap(target: Target) -> None:
    """A sparse file: what was written is mapped, what was unmapped is not."""
    disk = target.disk("fileio", megabytes=16, attrib={"emulate_tpu": 1})
    device = target.loopback(disk)["0"]
    target.vm.call("scsi.settle", device)
    target.vm.sh(f"dd if=/dev/urandom of={device} bs=1M count=2 oflag=direct 2>/dev/null")
    status = "9e12" + f"{0:016x}" + f"{512:08x}" + "0000"
    unmap = "42000000000000001800"
    ranges = "00160010" + "00000000" + f"{1024:016x}" + f"{1024:08x}" + "00000000"
    first = bytes.fromhex(str(command(target, device, status, "", 512)[3]))
    assert int.from_bytes(first[16:20], "big") == 4096 and first[20] & 0xf == 0
    assert command(target, device, unmap, ranges)[0] == 0
    second = bytes.fromhex(str(command(target, device, status, "", 512)[3]))
    runs = [(int.from_bytes(second[at:at + 8], "big"),
             int.from_bytes(second[at + 8:at + 12], "big"), second[at + 12] & 0xf)
            for at in range(8, len(second) - 15, 16)]
    assert runs[:3] == [(0, 1024, 0), (1024, 1024, 1), (2048, 2048, 0)]


def test_threshold_raises_attention(target: Target) -> None:
    """Mode page 1Ch/02h: 8 MiB or more in use; the initiator's kernel says what it was told."""
    disk = target.disk("fileio", megabytes=64, attrib={"emulate_tpu": 1})
    device = target.loopback(disk)["0"]
    page = "5c02001c" + "00" * 12 + "00010000" + f"{0:08x}" + "81020000" + f"{8:08x}"
    assert command(target, device, "55100000000000002800", "00" * 8 + page)[0] == 0
    target.vm.sh("dmesg --clear")
    told = "dmesg | grep -q 'thin provisioning soft threshold'"
    target.vm.sh(f"sleep 3; sg_turs {device}; ! {told}")
    # The filesystem puts off what it allocates, here for as long as the test waits.
    target.vm.sh("echo 0 >/proc/sys/vm/dirty_writeback_centisecs")
    try:
        target.vm.sh(f"dd if=/dev/zero of={device} bs=1M count=16 oflag=direct status=none; "
                     f"until sg_turs {device}; {told}; do sleep 0.5; done", timeout=30)
    finally:
        target.vm.sh("echo 500 >/proc/sys/vm/dirty_writeback_centisecs")
