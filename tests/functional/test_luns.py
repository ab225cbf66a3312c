# SPDX-License-Identifier: GPL-2.0-only
"""LUNs: every form of one, and as many on a target as there are numbers."""
from __future__ import annotations

from functional.lab import TARGET, Plan, Target
from guest.raw_pdu import ASYNC, FINAL, READ, SCSI_RSP, Wire

DISK, WELL_KNOWN, NOTHING = 0x00, 0x1e, 0x7f
LUNS = {
    "0000": DISK, "412c": DISK, "012c": DISK, "4000": DISK, "d2004010": DISK,
    "c101": WELL_KNOWN, "0001": NOTHING, "412d": NOTHING, "d2004011": NOTHING,
    "c102": NOTHING, "00000001": NOTHING,
}


def asked(wire: Wire, cdb: str, lun: str, length: int) -> bytes:
    """Send a command that reads; return what came."""
    wire.command(bytes.fromhex(cdb), FINAL | READ, length,
                 lun=bytes.fromhex(lun).ljust(8, b"\0"))
    data = b""
    while True:
        pdu = wire.receive()
        assert pdu is not None
        data += pdu.data if pdu.opcode != SCSI_RSP else b""
        # the status comes by itself, or in the last Data-In
        if pdu.opcode == SCSI_RSP or pdu.flags & 0x01:
            return data


def test_luns_in_every_form(target: Target) -> None:
    """Peripheral, flat and extended flat addressing; the REPORT LUNS well-known unit."""
    disk = target.disk("ramdisk", megabytes=4)
    tpg = target.open_iscsi(disk)
    for number in (300, 16400):
        target.vm.call("lio.link_lun", tpg, number, disk)
    with Wire(target.port) as wire:
        wire.login(TARGET)
        for lun, kind in LUNS.items():
            answer = asked(wire, "12000000240000000000000000000000", lun, 36)
            assert answer[0] == kind, f"LUN {lun}: {answer[:8].hex()}"
        listed = asked(wire, "a00002000000000000400000" + "00000000", "c101", 64)
        found = [listed[at:at + 8].hex().rstrip("0") for at in range(8, len(listed), 8)]
        assert found == ["", "412c", "d200401", "c101"]


def ready(wire: Wire, lun: bytes) -> None:
    """TEST UNIT READY until all unit attentions are taken."""
    for _ in range(8):
        wire.command(bytes(6), lun=lun)
        if wire.expect(SCSI_RSP).header[3] == 0:
            return
    raise AssertionError(f"LUN {lun.hex()} is never ready")


def test_events_name_luns_in_every_form(target: Target) -> None:
    """An asynchronous event has the form of a LUN that REPORT LUNS gives."""
    disk = target.disk("ramdisk", megabytes=4)
    tpg = target.open_iscsi(disk)
    target.write(f"{tpg}/attrib/async_events", "1")
    for number in (300, 16400):
        target.vm.call("lio.link_lun", tpg, number, disk)
    forms = {bytes.fromhex(lun).ljust(8, b"\0") for lun in ("0000", "412c", "d2004010")}
    with Wire(target.port) as wire:
        wire.login(TARGET)
        for lun in forms:
            ready(wire, lun)
        target.write(f"{disk}/alua/default_tg_pt_gp/alua_access_state", "1")
        events = [wire.expect(ASYNC) for _ in forms]
        assert {event.header[8:16] for event in events} == forms
        assert all(event.header[36] == 0 and event.data[14:16] == b"\x2a\x06" for event in events)
        for lun in forms:
            ready(wire, lun)


# SAM-5 4.7: flat space addressing has 14 bits; 256 is the first that needs it.
EVERY, SOME = 16384, 300


def lun_of(number: int) -> bytes:
    """Return the eight bytes of a LUN: peripheral, flat space or extended flat addressing."""
    if number >= EVERY:
        return b"\xd2" + number.to_bytes(3, "big") + bytes(4)
    return (number if number < 256 else 0x4000 | number).to_bytes(2, "big") + bytes(6)


def test_every_number_is_a_lun(target: Target, plan: Plan) -> None:
    """0 to 16383 on one target; and a shorter run that has both forms."""
    count = EVERY if plan.seconds > 15 else SOME
    disk = target.disk("ramdisk", megabytes=4)
    tpg = target.open_iscsi(disk)
    target.vm.call("lio.link_luns", tpg, 1, count - 1, disk, timeout=300)
    with Wire(target.port) as wire:
        wire.login(TARGET)
        for number in (0, 255, 256, count - 1, count):
            found = asked(wire, "12000000240000000000000000000000", lun_of(number).hex(), 36)
            assert found[0] == (DISK if number < count else NOTHING), number
        room = 8 + 8 * (count + 1)
        listed = asked(wire, "a00000000000" + f"{room:08x}" + "000000000000", "0000", room)
    assert int.from_bytes(listed[:4], "big") == 8 * count
    assert [listed[at:at + 8] for at in range(8, len(listed), 8)] == \
        [lun_of(number) for number in range(count)]
    target.vm.call("lio.clear", timeout=300)
