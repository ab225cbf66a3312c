# SPDX-License-Identifier: GPL-2.0-only
"""What RFC 7143 grants an initiator, PDU by PDU."""
from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Iterator

import pytest

from functional.lab import TARGET, Target
from guest.raw_pdu import (ASYNC, DATA_IN, DATA_OUT, FINAL, IMMEDIATE, LOGOUT, NOP_IN, NOP_OUT,
                           R2T, READ, READ10, REJECT, RESERVED, SCSI_CMD, SCSI_RSP, TEXT, TEXT_RSP,
                           TMF, TMF_RSP, WRITE, WRITE10, Pdu, Wire, ask_for_write, cdb10,
                           data_out, text)

NAME = "iqn.2003-01.org.example:raw"
STATUS = 0x01


def random_bytes(seed: int, length: int) -> bytes:
    """Return the same bytes for the same seed."""
    return random.Random(seed).randbytes(length)


@pytest.fixture(name="tpg")
def fixture_tpg(target: Target) -> str:
    """A target with one disk and an ACL for it."""
    return target.iscsi(target.disk("ramdisk", megabytes=8), attrib={"authentication": 0},
                        acls={NAME: {}})


@pytest.fixture(name="wire")
def fixture_wire(target: Target, tpg: str) -> Iterator[Wire]:
    """A session in the full feature phase, its unit attention taken."""
    assert tpg
    with Wire(target.port, name=NAME) as made:
        made.login(TARGET)
        assert made.answers()
        yield made


# ------------------------------------------------------ data in any order

ANY_ORDER = {"DataPDUInOrder": "No", "DataSequenceInOrder": "No", "InitialR2T": "Yes",
             "ImmediateData": "No", "MaxBurstLength": "4096", "FirstBurstLength": "4096",
             "MaxRecvDataSegmentLength": "1024"}
LENGTH, BURST, SEGMENT = 65536, 4096, 1024


def read_offsets(wire: Wire, wanted: bytes) -> list[int]:
    """Read from block 0; return the offsets of the Data-In PDUs as they came."""
    wire.command(cdb10(READ10, 0, len(wanted) // 512), FINAL | READ, len(wanted))
    got, flags = bytearray(len(wanted)), 0
    offsets: list[int] = []
    while not flags & STATUS:
        pdu = wire.expect(DATA_IN)
        flags = pdu.flags
        assert pdu.u32(36) == len(offsets), "DataSN counts PDUs as they are sent"
        assert (flags & FINAL == FINAL) == (len(offsets) % (BURST // SEGMENT) == 3)
        offsets.append(pdu.u32(40))
        got[offsets[-1]:offsets[-1] + len(pdu.data)] = pdu.data
    assert sorted(offsets) == list(range(0, len(wanted), SEGMENT))
    assert bytes(got) == wanted
    return offsets


def write_offsets(wire: Wire, data: bytes) -> list[int]:
    """Write from block 0; return the offsets of the R2Ts as they came."""
    tag = wire.command(cdb10(WRITE10, 0, len(data) // 512), FINAL | WRITE, len(data))
    offsets: list[int] = []
    while len(offsets) * BURST < len(data):
        r2t = wire.expect(R2T)
        assert r2t.u32(36) == len(offsets) and r2t.u32(44) == BURST
        offsets.append(r2t.u32(40))
        data_out(wire, tag, r2t.ttt, 0, offsets[-1], data[offsets[-1]:offsets[-1] + BURST], FINAL)
    assert wire.expect(SCSI_RSP).header[3] == 0
    assert sorted(offsets) == list(range(0, len(data), BURST))
    return offsets


@pytest.mark.parametrize("agreed", [True, False])
def test_random_offsets(target: Target, tpg: str, agreed: bool) -> None:
    """Out of order if the administrator wants it and the initiator has agreed to it."""
    for what in ("datain_pdu", "datain_seq", "r2t"):
        target.write(f"{tpg}/acls/{NAME}/attrib/random_{what}_offsets", "1")
    for key in ("DataPDUInOrder", "DataSequenceInOrder"):
        target.write(f"{tpg}/param/{key}", "No")
    keys = ANY_ORDER if agreed else {
        **ANY_ORDER, "DataPDUInOrder": "Yes", "DataSequenceInOrder": "Yes"}
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET, **keys)
        assert wire.answers()
        rising = []
        for seed in range(4):
            data = random_bytes(seed, LENGTH)
            writes, reads = write_offsets(wire, data), read_offsets(wire, data)
            inside = [reads[start:start + 4] for start in range(0, len(reads), 4)]
            rising += [(writes == sorted(writes), inside == sorted(inside),
                        all(part == sorted(part) for part in inside))]
    if agreed:
        assert not any(all(column) for column in zip(*rising)), rising
    else:
        assert all(all(row) for row in rising), rising


def test_order_that_was_not_asked_for(target: Target, tpg: str) -> None:
    """The initiator would take any order; without the settings it gets the rising one."""
    for key in ("DataPDUInOrder", "DataSequenceInOrder"):
        target.write(f"{tpg}/param/{key}", "No")
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET, **ANY_ORDER)
        assert wire.answers()
        data = random_bytes(9, LENGTH)
        for offsets in (write_offsets(wire, data), read_offsets(wire, data)):
            assert offsets == sorted(offsets)


# ------------------------------------------------------------------ order

def test_pings_wait_for_their_turn(wire: Wire) -> None:
    """RFC 7143 4.2.2.1: NOP-Out with a CmdSN is as much in order as a command."""
    first = wire.cmdsn
    tags = {step: wire.send(NOP_OUT, FINAL, bytes([step]) * (step * 1000), cmdsn=first + step)
            for step in (3, 1, 2)}
    tags[4] = wire.send(SCSI_CMD, FINAL | 1, cmdsn=first + 4, ttt=0)
    now = wire.send(NOP_OUT | IMMEDIATE, data=b"now", cmdsn=first)
    reply = wire.expect(NOP_IN)
    assert (reply.itt, reply.u32(28)) == (now, first), "an immediate one waits for nobody"
    tags[0] = wire.send(SCSI_CMD, FINAL | 1, cmdsn=first, ttt=0)
    wire.cmdsn = first + 5
    replies = {reply.itt: reply for reply in (wire.receive() for _ in range(5)) if reply}
    pings = [tag for tag in replies if replies[tag].opcode == NOP_IN]
    assert pings == [tags[1], tags[2], tags[3]]
    assert [replies[tag].data for tag in pings] == [
        bytes([step]) * (step * 1000) for step in (1, 2, 3)]
    assert all(replies[tags[step]].opcode == SCSI_RSP for step in (0, 4))
    assert wire.answers()


def test_requests_wait_for_their_turn(wire: Wire) -> None:
    """Text, task management and Logout too; the window has all its credits afterwards."""
    first = wire.cmdsn
    wire.send(NOP_OUT | IMMEDIATE)
    before = wire.expect(NOP_IN)
    depth = before.u32(32) - before.u32(28)
    listing = wire.send(TEXT, FINAL, text({"SendTargets": ""}), cmdsn=first + 1)
    reset = wire.send(TMF, FINAL | 5, ttt=RESERVED, cmdsn=first + 2)
    wire.send(NOP_OUT, cmdsn=first)
    assert wire.expect(NOP_IN).u32(28) == first + 3
    reply = wire.expect(TEXT_RSP)
    assert reply.itt == listing and reply.pairs()["TargetName"] == TARGET
    reply = wire.expect(TMF_RSP)
    assert (reply.itt, reply.header[2]) == (reset, 0)
    assert reply.u32(32) - reply.u32(28) == depth
    wire.cmdsn = first + 3
    assert wire.answers()
    logout = wire.send(LOGOUT, FINAL, cmdsn=wire.cmdsn + 1)
    tag = wire.send(SCSI_CMD, FINAL | 1, ttt=0)
    got = [wire.receive(), wire.receive()]
    assert {pdu.itt for pdu in got if pdu} == {logout, tag}
    assert wire.closed()


def test_targets_and_other_keys(wire: Wire) -> None:
    """Each key of a text is answered, whatever comes with it."""
    keys = {"X-org.example.what": "1", "SendTargets": "", "MaxRecvDataSegmentLength": "512"}
    for value in ("", "All"):
        wire.send(TEXT | IMMEDIATE, FINAL, text({**keys, "SendTargets": value}))
        said = wire.expect(TEXT_RSP).pairs()
        assert said["X-org.example.what"] == "NotUnderstood"
        # All is for discovery sessions
        assert said.get("SendTargets") == ("Reject" if value else None)
        assert said.get("TargetName") == (None if value else TARGET)
    wire.send(NOP_OUT | IMMEDIATE, data=bytes(1000))
    assert len(wire.expect(NOP_IN).data) == 512


def test_too_much_before_its_turn(wire: Wire) -> None:
    for step in range(1, 8):
        wire.send(NOP_OUT, FINAL, bytes(200 * 1024), cmdsn=wire.cmdsn + step)
    assert wire.closed()


def test_window_after_what_never_came(wire: Wire) -> None:
    """ABORT TASK of tasks that are not there yet: they count as received, once."""
    first = wire.cmdsn
    wire.send(NOP_OUT | IMMEDIATE)
    before = wire.expect(NOP_IN)
    for step in (2, 1, 0):
        wire.send(TMF | IMMEDIATE, FINAL | 1, ttt=0x777, rest=struct.pack(">I", first + step))
        assert wire.expect(TMF_RSP).header[2] == 0
    wire.send(NOP_OUT | IMMEDIATE)
    after = wire.expect(NOP_IN)
    assert (after.u32(28), after.u32(32)) == (first + 3, before.u32(32) + 3)


def test_window_after_what_failed_before_its_turn(wire: Wire) -> None:
    """A write that is refused its data while a CmdSN before it is missing: one credit, not two."""
    first = wire.cmdsn
    wire.send(NOP_OUT | IMMEDIATE)
    before = wire.expect(NOP_IN)
    for step in (0, 2, 4):
        early = wire.header(SCSI_CMD, FINAL | WRITE | 1, ttt=4096, cmdsn=first + step + 1,
                            rest=cdb10(WRITE10, 0, 8))
        tag = wire.itt
        # in one piece, so that its response is not made before its turn comes
        wire.send_bytes(early + wire.header(DATA_OUT, FINAL, itt=tag, ttt=0x777, cmdsn=0) +
                        wire.header(NOP_OUT, cmdsn=first + step))
        replies = [wire.receive() for _ in range(3)]
        assert {reply.opcode for reply in replies if reply} == {REJECT, SCSI_RSP, NOP_IN}
    wire.send(NOP_OUT | IMMEDIATE)
    after = wire.expect(NOP_IN)
    assert (after.u32(28), after.u32(32)) == (first + 6, before.u32(32) + 6)


@pytest.mark.parametrize("tas", [0, 1])
def test_window_opens_when_others_abort(target: Target, tas: int) -> None:
    """An initiator whose window is closed hears of it, with or without TASK ABORTED."""
    other = NAME + "-b"
    disk = target.disk("ramdisk", megabytes=8, attrib={"emulate_tas": tas})
    tpg = target.iscsi(disk, attrib={"authentication": 0}, acls={NAME: {}, other: {}})
    target.write(f"{tpg}/acls/{NAME}/cmdsn_depth", "2")
    with Wire(target.port, name=NAME) as wire, Wire(target.port, name=other) as reset:
        for each in (wire, reset):
            each.login(TARGET)
            assert each.answers()
        tags = [ask_for_write(wire)[0] for _ in range(2)]
        reset.send(TMF | IMMEDIATE, FINAL | 5, ttt=RESERVED)
        assert reset.expect(TMF_RSP).header[2] == 0
        if tas:
            replies = [wire.expect(SCSI_RSP) for _ in range(2)]
            assert {reply.itt for reply in replies} == set(tags)
            assert [reply.header[3] for reply in replies] == [0x40, 0x40]
            return
        reply = wire.expect(NOP_IN)
        assert (reply.itt, reply.ttt) == (RESERVED, RESERVED)
        assert reply.u32(28) == wire.cmdsn and reply.u32(32) >= wire.cmdsn
        assert wire.answers()


# ----------------------------------------------------------------- resets

WARM, COLD = 6, 7
NOT_AUTHORIZED = 6


def sense(reply: Pdu) -> int:
    """Return the additional sense code and its qualifier of a SCSI Response."""
    assert reply.header[3] == 2, f"status {reply.header[3]:#x}"
    return int.from_bytes(reply.data[2 + 12:2 + 14], "big")


@pytest.mark.parametrize("function", [WARM, COLD])
def test_target_reset(target: Target, function: int) -> None:
    """Tasks of the units that the initiator sees end, and after a cold one all sessions."""
    other = NAME + "-b"
    disks = [target.disk("ramdisk", megabytes=8) for _ in range(3)]
    tpg = target.iscsi(*disks, attrib={"authentication": 0},
                       acls={NAME: {"luns": [0, 1]}, other: {}})
    with Wire(target.port, name=NAME) as wire, Wire(target.port, name=other) as second:
        for each in (wire, second):
            each.login(TARGET)
            for lun in range(2 if each is wire else 3):
                take_attentions(each, lun)
        mine, _ = ask_for_write(wire)
        tags = [second.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096, lun=lun)
                for lun in range(3)]
        for tag in tags:
            assert second.expect(R2T).itt == tag
        if function == COLD:
            wire.send(TMF | IMMEDIATE, FINAL | COLD, ttt=RESERVED)
            assert wire.expect(TMF_RSP).header[2] == NOT_AUTHORIZED
            assert wire.answers() and second.answers(), "nothing has happened"
            target.write(f"{tpg}/attrib/allow_cold_reset", "1")
        wire.send(TMF | IMMEDIATE, FINAL | function, ttt=RESERVED)
        assert wire.expect(TMF_RSP).header[2] == 0
        # TASK ABORTED for the units that the first one sees, not for the third
        replies = [second.expect(SCSI_RSP) for _ in range(2)]
        assert {reply.itt: reply.header[3] for reply in replies} == {tags[0]: 0x40, tags[1]: 0x40}
        if function == COLD:
            for each in (wire, second):
                assert each.expect(ASYNC).header[36] == 3
                assert each.closed()
            return
        for each in (wire, second):
            for lun in (0, 1):
                each.command(bytes(6), lun=lun)
                assert sense(each.expect(SCSI_RSP)) == 0x2902
                each.command(bytes(6), lun=lun)
                assert each.expect(SCSI_RSP).header[3] == 0
        assert mine != tags[0]
    with Wire(target.port, name=NAME) as again:
        again.login(TARGET)
        assert again.answers()


def take_attentions(wire: Wire, lun: int) -> list[int]:
    """TEST UNIT READY until the unit is ready; return what it said before."""
    said: list[int] = []
    for _ in range(8):
        wire.command(bytes(6), lun=lun)
        reply = wire.expect(SCSI_RSP)
        if reply.header[3] == 0:
            return said
        said.append(sense(reply))
    raise AssertionError(f"LUN {lun} is never ready: {said}")


# ------------------------------------------------------------------- data

def test_long_data_out(wire: Wire) -> None:
    """128 KiB in one Data-Out, in pieces as a network has them, and in one."""
    length = 128 << 10
    for seed, pause in ((1, False), (2, True)):
        data = random_bytes(seed, length)
        tag, r2t = ask_for_write(wire, length)
        assert r2t.u32(44) == length
        if not pause:
            data_out(wire, tag, r2t.ttt, 0, 0, data, FINAL)
        else:
            rest = struct.pack(">III", 0, 0, 0)
            raw = wire.header(DATA_OUT, FINAL, length, itt=tag, ttt=r2t.ttt, cmdsn=0,
                              rest=rest) + data
            for start in range(0, len(raw), 9973):
                wire.send_bytes(raw[start:start + 9973])
                time.sleep(0.01)
        assert wire.expect(SCSI_RSP).header[3] == 0
        wire.command(cdb10(READ10, 0, length // 512), FINAL | READ, length)
        got = b""
        while len(got) < length:
            got += wire.expect(DATA_IN).data
        assert got == data


DATA_OUT_MAX = 4096


def send_burst(wire: Wire, tag: int, ttt: int, data: bytes, begin: int, end: int) -> None:
    """Send part of the data of a write as one sequence of Data-Outs."""
    for sn, start in enumerate(range(begin, end, DATA_OUT_MAX)):
        stop = min(start + DATA_OUT_MAX, end)
        data_out(wire, tag, ttt, sn, start, data[start:stop], FINAL if stop == end else 0)


def write_as_agreed(wire: Wire, keys: dict[str, str], data: bytes) -> None:
    """Write to block 3 in the way that was negotiated, with nothing more asked for than that."""
    first = min(int(keys["FirstBurstLength"]), len(data))
    burst, at_once = int(keys["MaxBurstLength"]), int(keys["MaxOutstandingR2T"])
    here = data[:min(first, DATA_OUT_MAX)] if keys["ImmediateData"] == "Yes" else b""
    more = keys["InitialR2T"] == "No" and len(here) < first
    tag = wire.command(cdb10(WRITE10, 3, len(data) // 512), WRITE | (0 if more else FINAL),
                       len(data), here)
    sent = len(here)
    if more:
        send_burst(wire, tag, RESERVED, data, sent, first)
        sent = first
    asked: list[Pdu] = []
    place, number = sent, 0
    while sent < len(data):
        while place < len(data) and len(asked) < at_once:
            r2t = wire.expect(R2T)
            assert (r2t.itt, r2t.u32(36), r2t.u32(40)) == (tag, number, place)
            assert r2t.u32(44) == min(burst, len(data) - place)
            asked.append(r2t)
            place, number = place + r2t.u32(44), number + 1
        r2t = asked.pop(0)
        send_burst(wire, tag, r2t.ttt, data, sent, sent + r2t.u32(44))
        sent += r2t.u32(44)
    reply = wire.expect(SCSI_RSP)
    assert (reply.itt, reply.header[3], reply.u32(44)) == (tag, 0, 0)


@pytest.mark.parametrize("digest", ["None", "CRC32C"])
@pytest.mark.parametrize("outstanding", [1, 4])
@pytest.mark.parametrize("immediate", ["Yes", "No"])
@pytest.mark.parametrize("initial_r2t", ["Yes", "No"])
def test_write_as_agreed(target: Target, tpg: str, initial_r2t: str, immediate: str,
                         outstanding: int, digest: str) -> None:
    """Every way that data may come, with first bursts of one block and of many."""
    target.write(f"{tpg}/param/InitialR2T", initial_r2t)
    target.write(f"{tpg}/param/MaxOutstandingR2T", str(outstanding))
    for first, burst in ((512, 8192), (2048, 8192), (65536, 65536)):
        keys = {"InitialR2T": initial_r2t, "ImmediateData": immediate,
                "MaxOutstandingR2T": str(outstanding), "FirstBurstLength": str(first),
                "MaxBurstLength": str(burst)}
        with Wire(target.port, name=NAME) as wire:
            said = wire.login(TARGET, HeaderDigest=digest, DataDigest=digest, **keys).pairs()
            assert {key: said[key] for key in keys} == keys
            assert bool(wire.digests) == (digest == "CRC32C")
            assert wire.answers()
            for blocks in (1, 4, 77):
                data = random_bytes(first + blocks, blocks * 512)
                write_as_agreed(wire, keys, data)
                wire.command(cdb10(READ10, 2, blocks + 2), FINAL | READ, len(data) + 1024)
                got, flags = b"", 0
                while not flags & STATUS:
                    pdu = wire.expect(DATA_IN)
                    got, flags = got + pdu.data, pdu.flags
                assert got[512:-512] == data


# ------------------------------------------------------------------- LUNs

POWER_ON, LUNS_CHANGED = 0x2900, 0x3f0e


def test_lun_that_comes_later(target: Target, tpg: str, wire: Wire) -> None:
    """A LUN is mapped while the session lasts: the others say so once, it says power on."""
    disk = target.disk("ramdisk", megabytes=4)
    target.vm.call("lio.link_lun", tpg, 1, disk)
    assert take_attentions(wire, 0) == []
    target.vm.call("lio.map_lun", tpg, NAME, 1)
    assert take_attentions(wire, 0) == [LUNS_CHANGED]
    assert POWER_ON in take_attentions(wire, 1)
    assert take_attentions(wire, 0) == []
    assert take_attentions(wire, 1) == []


def test_lun_that_comes_later_in_demo_mode(target: Target) -> None:
    tpg = target.open_iscsi(target.disk("ramdisk", megabytes=4))
    with Wire(target.port, name=NAME) as wire:
        wire.login(TARGET)
        assert POWER_ON in take_attentions(wire, 0)
        target.vm.call("lio.link_lun", tpg, 1, target.disk("ramdisk", megabytes=4))
        assert take_attentions(wire, 0) == [LUNS_CHANGED]
        assert POWER_ON in take_attentions(wire, 1)
        assert take_attentions(wire, 0) == []


def test_events(target: Target, tpg: str, wire: Wire) -> None:
    """What happens to LUNs is told at once where that is wanted, and comes as usual too."""
    disk = target.disk("ramdisk", megabytes=4)
    for lun, wanted in ((1, 1), (2, 0)):
        target.write(f"{tpg}/attrib/async_events", str(wanted))
        target.vm.call("lio.link_lun", tpg, lun, disk)
        target.vm.call("lio.map_lun", tpg, NAME, lun)
        if wanted:
            event = wire.expect(ASYNC)
            assert event.header[36] == 0 and event.header[8:16] == bytes(8)
            assert event.header[16:20] == b"\xff" * 4
            assert event.data[:2] == b"\x00\x12" and event.data[2] == 0x70
            assert event.data[4] == 6 and event.data[14:16] == LUNS_CHANGED.to_bytes(2, "big")
        ping = wire.send(NOP_OUT | IMMEDIATE, data=b"nothing else")
        assert wire.expect(NOP_IN).itt == ping
        assert take_attentions(wire, 0) == [LUNS_CHANGED]


def test_ramdisk_again_and_again(target: Target) -> None:
    """Made, written, removed and made again under the same name: zeros, no old data."""
    data = random_bytes(3, 4096)
    for _ in range(3):
        target.open_iscsi(target.disk("ramdisk", "again", megabytes=4))
        with Wire(target.port, name=NAME) as wire:
            wire.login(TARGET)
            assert wire.answers()
            for wanted in (bytes(4096), data):
                wire.command(cdb10(READ10, 8, 8), FINAL | READ, 4096)
                assert wire.expect(DATA_IN).data == wanted
                wire.command(cdb10(WRITE10, 8, 8), FINAL | WRITE, 4096, data)
                assert wire.expect(SCSI_RSP).header[3] == 0
        target.vm.call("lio.clear", timeout=90)


# ----------------------------------------------------------------- silence

QUIET, PATIENCE = 3, 3          # seconds; the least that can be set
HALVES: dict[str, Callable[[Wire], bytes]] = {
    "half a header": lambda wire: wire.header(NOP_OUT | IMMEDIATE)[:20],
    "half a ping": lambda wire: wire.header(NOP_OUT | IMMEDIATE, length=1000) + bytes(500),
    "half of the data": lambda wire: half_of_the_data(wire),
    "half an additional header": lambda wire: wire.header(SCSI_CMD, ahs=4) + bytes(6),
}


def half_of_the_data(wire: Wire) -> bytes:
    """Start a write; return the first half of its Data-Out."""
    tag, r2t = ask_for_write(wire, 8192)
    return wire.header(DATA_OUT, FINAL, 8192, itt=tag, ttt=r2t.ttt, cmdsn=0) + bytes(4096)


def timed_sessions(target: Target, count: int) -> list[Wire]:
    """Log in under as many names, each with the shortest timeouts of silence."""
    names = [f"{NAME}-{number}" for number in range(count)]
    tpg = target.iscsi(target.disk("ramdisk", megabytes=8), attrib={"authentication": 0},
                       acls={name: {} for name in names})
    wires = []
    for name in names:
        target.write(f"{tpg}/acls/{name}/attrib/nopin_timeout", str(QUIET))
        target.write(f"{tpg}/acls/{name}/attrib/nopin_response_timeout", str(PATIENCE))
        wires.append(Wire(target.port, name=name))
        wires[-1].login(TARGET)
        assert wires[-1].answers()
    return wires


def test_silence_is_asked_about_and_ends_a_connection(target: Target) -> None:
    """RFC 7143 11.19: a NOP-In with a tag wants an answer; who gives it stays."""
    silent, alive = timed_sessions(target, 2)
    began = time.monotonic()
    patience = target.vm.patience()
    asked_at = []
    for wire in (silent, alive):
        asked = wire.expect(NOP_IN)
        asked_at.append(time.monotonic())
        assert asked.itt == RESERVED and asked.ttt != RESERVED
        assert asked.data == b""
        assert asked_at[-1] - began < (QUIET + 3) * patience
    # the other one was silent for some time when this began
    assert asked_at[-1] - began > QUIET - 1
    alive.send(NOP_OUT | IMMEDIATE, ttt=asked.ttt, itt=RESERVED)
    assert silent.closed()
    assert PATIENCE - 2 < time.monotonic() - asked_at[0] < (PATIENCE + 3) * patience
    again = alive.expect(NOP_IN)
    assert (again.itt, again.ttt != RESERVED) == (RESERVED, True), "the silence after the answer"
    alive.send(NOP_OUT | IMMEDIATE, ttt=again.ttt, itt=RESERVED)
    assert alive.answers()
    for wire in (silent, alive):
        wire.close()


def test_half_a_pdu_and_silence(target: Target) -> None:
    """The rest never comes: the timers of silence end the connection all the same."""
    wires = timed_sessions(target, len(HALVES))
    for wire, half in zip(wires, HALVES.values()):
        wire.send_bytes(half(wire))
    began = time.monotonic()
    for wire, what in zip(wires, HALVES):
        assert wire.closed(), what
        assert time.monotonic() - began < (QUIET + PATIENCE + 4) * target.vm.patience(), what
        wire.close()
    with Wire(target.port, name=f"{NAME}-0") as again:
        again.login(TARGET)
        assert again.answers()


def test_removal_with_half_a_pdu(target: Target) -> None:
    """Group, LUN and disk go while connections wait for the other half."""
    wires = timed_sessions(target, len(HALVES))
    for wire, half in zip(wires, HALVES.values()):
        wire.send_bytes(half(wire))
    began = time.monotonic()
    target.vm.call("lio.clear", timeout=60)
    assert time.monotonic() - began < QUIET * target.vm.patience(), "before any timer"
    for wire, what in zip(wires, HALVES):
        assert wire.closed(), what
        wire.close()


# --------------------------------------------------------------- sessions

def sessions(target: Target, tpg: str) -> dict[str, dict[str, str]]:
    """Return what sessions/list says: {initiator: {name: value}}."""
    found: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for line in target.read(f"{tpg}/sessions/list").splitlines():
        words = line.split()
        if not line.startswith(" "):
            values = {"sid": words[1]}
        if words[0] == "luns":
            values["luns"] = ",".join(words[1:])
            continue
        values |= dict(word.split("=", 1) for word in words if "=" in word)
        found[values["initiator"]] = values
    return found


def test_tag_comes_again_at_once(target: Target) -> None:
    """A tag is free when its response has come, whatever is sent behind it."""
    target.open_iscsi(target.disk("ramdisk", megabytes=8))
    assert target.vm.call("reuse.same_tag", TARGET, 3260) == [SCSI_RSP, 0]


def test_closed_socket_comes_to_an_end(target: Target, tpg: str, wire: Wire) -> None:
    """An initiator takes nothing and its session is closed: TCP gives up some day, not never."""
    for _ in range(8):
        wire.command(cdb10(READ10, 0, 16384), FINAL | READ, 8 << 20)
    sent = -1
    while sent != (sent := int(sessions(target, tpg)[NAME]["tx_bytes"])):
        time.sleep(1)
    assert 0 < sent < 8 * (8 << 20)
    target.write(f"{tpg}/sessions/force_close", sessions(target, tpg)[NAME]["sid"])
    orphans = target.vm.sh("ss -Htno state fin-wait-1 sport = :3260").out.splitlines()
    assert len(orphans) == 1 and "timer:(" in orphans[0], orphans


def test_sessions_are_listed_and_closed(target: Target) -> None:
    disks = [target.disk("ramdisk", megabytes=4) for _ in range(3)]
    names = [f"{NAME}-{number}" for number in range(30)]
    tpg = target.iscsi(*disks, attrib={"authentication": 0},
                       acls={name: {"luns": [0, 2]} for name in names})
    assert target.read(f"{tpg}/sessions/list") == ""
    wires = [Wire(target.port, name=name) for name in names]
    for wire in wires:
        wire.login(TARGET, HeaderDigest="CRC32C", DataDigest="CRC32C", MaxBurstLength="131072",
                   FirstBurstLength="4096")
        assert wire.answers()
        wire.command(cdb10(READ10, 0, 8), FINAL | READ, 4096)
        assert wire.expect(DATA_IN).data == bytes(4096)
    listed = sessions(target, tpg)
    assert sorted(listed) == sorted(names)
    assert len({values["sid"] for values in listed.values()}) == len(names)
    first = listed[names[0]]
    wanted = {"luns": "0,2", "HeaderDigest": "CRC32C", "DataDigest": "CRC32C",
              "MaxBurstLength": "131072", "FirstBurstLength": "4096", "ErrorRecoveryLevel": "0",
              "tx_bytes": "4096", "depth": "64", "transport": "TCP", "cid": "0",
              "isid": "0x801122330001", "expcmdsn": str(wires[0].cmdsn)}
    assert {key: first[key] for key in wanted} == wanted

    tag, _ = ask_for_write(wires[0])
    assert tag
    assert target.vm.call("lio.try_write", f"{tpg}/sessions/force_close", first["sid"]) == ""
    assert wires[0].closed()
    assert names[0] not in sessions(target, tpg)
    for wrong, error in ((first["sid"], "ENOENT"), ("x", "EINVAL"), ("99999999999", "ERANGE")):
        assert target.vm.call("lio.try_write", f"{tpg}/sessions/force_close", wrong) == error
    assert all(wire.answers() for wire in wires[1:4])
    # the group goes while the sessions last
    target.vm.call("lio.clear", timeout=90)
    assert all(wire.closed() for wire in wires[1:])
    for wire in wires:
        wire.close()
