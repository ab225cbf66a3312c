# SPDX-License-Identifier: GPL-2.0-only
"""What no initiator should send: the target refuses it, and serves everybody else."""
from __future__ import annotations

import random
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from functional.lab import TARGET, Target
from guest import raw_pdu
from guest.raw_pdu import (DATA_OUT, FINAL, IMMEDIATE, LOGIN_RSP, LOGOUT, LOGOUT_RSP, NOP_IN,
                           NOP_OUT, R2T, READ, READ10, REJECT, RESERVED, SCSI_CMD, SCSI_RSP, SNACK,
                           TEXT, TEXT_RSP, TMF, TMF_RSP, WRITE, WRITE10, Wire, ask_for_write,
                           cdb10, data_out, text)

NAME = "iqn.2003-01.org.example:raw"
WHO = {"InitiatorName": NAME, "TargetName": TARGET, "SessionType": "Normal"}
# Reject reasons and login statuses of RFC 7143 11.17.1 and 11.13.5
DIGEST, PROTOCOL, UNSUPPORTED, IN_PROGRESS = 2, 4, 5, 7
LOG_LINES = 60


@pytest.fixture(name="port")
def fixture_port(target: Target) -> Iterator[int]:
    """A target with one disk; afterwards somebody else can log in and read."""
    target.open_iscsi(target.disk("ramdisk", megabytes=8))
    target.vm.sh("dmesg --clear")
    yield target.port
    with Wire(target.port, name=NAME + "-after") as wire:
        wire.login(TARGET)
        assert wire.answers()
    lines = target.vm.sh("dmesg").out.splitlines()
    assert len(lines) <= LOG_LINES, f"{len(lines)} lines of log:\n" + "\n".join(lines[-10:])


@pytest.fixture(name="wire")
def fixture_wire(port: int) -> Iterator[Wire]:
    """A session in the full feature phase, its unit attention taken."""
    with Wire(port, name=NAME) as made:
        made.login(TARGET)
        assert made.answers()
        yield made


# ------------------------------------------------------------------- login

BAD_TEXTS = {
    "key of 64 bytes": text(WHO) + b"X" * 64 + b"=1\0",
    "key of 8000 bytes": text(WHO) + b"X" * 8000 + b"=1\0",
    "value of 8000 bytes": text({**WHO, "InitiatorAlias": "y" * 8000}),
    "no NUL at the end": text(WHO) + b"MaxConnections=1",
    "no NUL at all": b"z" * 8192,
    "8189 bytes": (text(WHO) + b"A=" + b"z" * 8192)[:8189],
    "no equals sign": text(WHO) + b"MaxConnections\0",
    "no key": text(WHO) + b"=1\0",
    "2048 tiny keys": b"a=b\0" * 2048,
    "2048 tiny keys behind a name": text(WHO) + b"a=b\0" * 1900,
    "twice the same name": text(WHO) + b"TargetName=iqn.2003-01.org.example:other\0",
    "number too long": text({**WHO, "MaxBurstLength": "9" * 255}),
    "a name with blanks": text({**WHO, "InitiatorName": "iqn.2003-01.org.example:a 2 free"}),
    "no initiator": text({"TargetName": TARGET}),
    "nothing": b"",
    "bytes": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_login_text(port: int, case: str) -> None:
    with Wire(port) as wire:
        wire.login_pdu(BAD_TEXTS[case])
        reply = wire.receive()
        if reply:
            assert reply.opcode == LOGIN_RSP
            unknown = case.startswith("number")
            assert reply.status >> 8 == 2 or unknown, f"{case}: status {reply.status:#06x}"
            assert len(reply.data) <= 8192


def test_login_text_that_never_ends(port: int) -> None:
    with Wire(port) as wire:
        wire.login_pdu(text(WHO), flags=0x44)
        while reply := wire.receive():
            assert reply.opcode == LOGIN_RSP
            if reply.status:
                break
            wire.login_pdu(b"X-a=" + b"b" * 4000 + b"\0", flags=0x44)
        assert wire.closed()


@pytest.mark.parametrize("flags", [0x80, 0x82, 0x88, 0x8f, 0xc7, 0x0c, 0x84])
def test_login_stages_that_do_not_exist(port: int, flags: int) -> None:
    with Wire(port) as wire:
        wire.login_pdu(text(WHO), flags=flags)
        reply = wire.receive()
        if reply and reply.status == 0:
            # 0x80 asks for the stage that it is in, the others name no stage
            pytest.fail(f"flags {flags:#x} accepted")


def test_login_segment_too_long(port: int) -> None:
    with Wire(port) as wire:
        wire.login_pdu(text(WHO), length=0xffffff)
        assert wire.closed()


def test_another_request_before_login(port: int) -> None:
    for opcode in (NOP_OUT, SCSI_CMD, TMF, TEXT, DATA_OUT, LOGOUT, SNACK, 0x1f):
        with Wire(port) as wire:
            wire.send(opcode | IMMEDIATE)
            assert wire.closed(), f"opcode {opcode:#x}"


def test_half_a_login_ends_with_its_time(port: int) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port, seconds=40)) for _ in range(4)]
        for wire, count in zip(wires, (1, 20, 47, 60)):
            raw = bytearray(wire.header(raw_pdu.LOGIN | IMMEDIATE, 0x87, length=100))
            wire.send_bytes(bytes(raw + bytes(100))[:count])
        with Wire(port, name=NAME + "-meanwhile") as other:
            other.login(TARGET)
            assert other.answers()
        start = time.monotonic()
        assert all(wire.closed() for wire in wires)
        assert time.monotonic() - start < 35


def test_login_after_login(wire: Wire) -> None:
    wire.login_pdu(text(WHO))
    reply = wire.receive()
    assert reply is None or reply.opcode in (REJECT, LOGIN_RSP) and not (
        reply.opcode == LOGIN_RSP and reply.status == 0)


def test_connection_for_no_session(port: int) -> None:
    with Wire(port) as wire:
        wire.login_pdu(text(WHO), tsih=0x7777)
        reply = wire.expect(LOGIN_RSP)
        assert reply.status == 0x020a
        assert wire.closed()


def test_chap_garbage(target: Target) -> None:
    target.iscsi(target.disk("ramdisk"), acls={NAME: {"auth": {
        "userid": "user", "password": "passwordpassword"}}}, attrib={"authentication": 1})
    values = ["", "0x", "0x0", "0xg", "0b", "0b!!!!", "0x" + "00" * 16, "0x" + "ff" * 33,
              "0x" + "00" * 1024, "0x" + "00" * 3000, "0b" + "A" * 64, "0b" + "A" * 79 + "="]
    for value in values:
        with Wire(target.port, name=NAME) as wire:
            wire.login_pdu({**WHO, "AuthMethod": "CHAP"}, flags=0)
            assert wire.expect(LOGIN_RSP).pairs()["AuthMethod"] == "CHAP"
            wire.login_pdu({"CHAP_A": "5"}, flags=0)
            assert wire.expect(LOGIN_RSP).pairs()["CHAP_A"] == "5"
            wire.login_pdu({"CHAP_N": "user", "CHAP_R": value}, flags=0x81)
            assert wire.expect(LOGIN_RSP).status >> 8 == 2
            assert wire.closed()


def test_challenges_differ(target: Target) -> None:
    target.iscsi(target.disk("ramdisk"), acls={NAME: {"auth": {
        "userid": "user", "password": "passwordpassword"}}}, attrib={"authentication": 1})
    seen = set()
    for _ in range(32):
        with Wire(target.port, name=NAME) as wire:
            wire.login_pdu({**WHO, "AuthMethod": "CHAP"}, flags=0)
            wire.expect(LOGIN_RSP)
            wire.login_pdu({"CHAP_A": "7"}, flags=0)
            seen.add(wire.expect(LOGIN_RSP).pairs()["CHAP_C"])
    assert len(seen) == 32


# ----------------------------------------------------- full feature phase

@pytest.mark.parametrize("opcode", [0x07, 0x0f, 0x11, 0x1b, 0x1c, 0x1f, 0x20, 0x25, 0x31, 0x3f])
def test_unknown_opcode(wire: Wire, opcode: int) -> None:
    tag = wire.send(opcode | IMMEDIATE, data=b"data")
    reply = wire.expect(REJECT)
    assert reply.header[2] == UNSUPPORTED
    assert int.from_bytes(reply.data[16:20], "big") == tag
    assert wire.answers()


def test_segment_longer_than_agreed(wire: Wire) -> None:
    wire.send(NOP_OUT | IMMEDIATE, length=0xffffff)
    assert wire.closed()


@pytest.mark.parametrize("ahs", [b"\0\0\1\0", b"\xff\xff\1\0", b"\0\5\1\0" + b"x" * 4,
                                 b"\0\2\1\0" * 255, b"\0\xf5\1\0" + b"y" * 252, b"\0\0\0\0" * 3])
def test_additional_headers(wire: Wire, ahs: bytes) -> None:
    for opcode in (SCSI_CMD, NOP_OUT | IMMEDIATE):
        wire.send(opcode, FINAL, extra=ahs, rest=bytes([0x7f]) + bytes(15))
        wire.cmdsn += opcode == SCSI_CMD
        reply = wire.receive()
        assert reply and reply.opcode in (REJECT, SCSI_RSP)
    assert wire.answers()


@pytest.mark.parametrize("step", [-1, -5, 4096, 0x7fffffff, 0x80000000])
def test_cmdsn_outside_the_window(wire: Wire, step: int) -> None:
    """RFC 7143 4.2.2.1: dropped without a word."""
    good = wire.cmdsn
    wire.send(SCSI_CMD, FINAL | 1, cmdsn=(good + step) & 0xffffffff, ttt=0)
    assert wire.cmdsn == good
    assert wire.answers()


def test_cmdsn_out_of_order(wire: Wire) -> None:
    late = wire.send(SCSI_CMD, FINAL | 1, cmdsn=wire.cmdsn + 1, ttt=0)
    first = wire.send(SCSI_CMD, FINAL | 1, ttt=0)
    wire.cmdsn += 2
    assert [wire.expect(SCSI_RSP).itt for _ in range(2)] == [first, late]
    assert wire.answers()


def test_same_tag_twice(wire: Wire) -> None:
    tag = wire.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096)
    assert wire.expect(R2T).itt == tag
    wire.command(bytes(6), itt=tag)
    reply = wire.expect(REJECT)
    assert reply.header[2] == IN_PROGRESS
    assert wire.answers()


@pytest.mark.parametrize("wrong", ["ttt", "sn", "offset", "beyond", "wraps", "short"])
def test_wrong_data(wire: Wire, wrong: str) -> None:
    tag, r2t = ask_for_write(wire)
    data_out(wire, tag, r2t.ttt + (wrong == "ttt"), 7 if wrong == "sn" else 0,
             {"offset": 512, "beyond": 16384, "wraps": 0xfffff000}.get(wrong, 0), b"d" * 4096,
             FINAL if wrong == "short" else 0)
    seen = [wire.receive()]
    if seen[0] and seen[0].opcode == REJECT:
        assert seen[0].header[2] == PROTOCOL
        seen.append(wire.receive())
    status = seen[-1]
    assert status and status.opcode == SCSI_RSP and status.itt == tag and status.header[3] == 2
    assert wire.answers()


def test_data_for_no_task(wire: Wire) -> None:
    data_out(wire, 0x4242, 0x77, 0, 0, b"x" * 2048, FINAL)
    assert wire.answers()


def test_write_whose_data_does_not_come(port: int) -> None:
    """Nobody else waits; the connection ends when the time for the data is over."""
    with Wire(port, name=NAME, seconds=60) as wire:
        wire.login(TARGET)
        wire.answers()
        ask_for_write(wire)
        with Wire(port, name=NAME + "-b") as other:
            other.login(TARGET)
            assert other.answers()
        assert wire.closed()


@pytest.mark.parametrize("how", ["abort", "lun reset", "logout", "reset"])
def test_end_of_a_write_without_data(wire: Wire, how: str) -> None:
    tag, _ = ask_for_write(wire)
    if how == "reset":
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    if how == "logout":
        wire.send(LOGOUT | IMMEDIATE, FINAL)
        assert wire.expect(LOGOUT_RSP).header[2] == 0
        assert wire.closed()
        return
    wire.send(TMF | IMMEDIATE, FINAL | (1 if how == "abort" else 5), ttt=tag)
    assert wire.expect(TMF_RSP).header[2] == 0
    assert wire.answers()


@pytest.mark.parametrize("function,code", [(0, 5), (8, 4), (9, 5), (100, 5)])
def test_functions_that_there_are_not(wire: Wire, function: int, code: int) -> None:
    wire.send(TMF | IMMEDIATE, FINAL | function)
    assert wire.expect(TMF_RSP).header[2] == code
    assert wire.answers()


def test_abort_of_no_task(wire: Wire) -> None:
    """RFC 7143 11.6.1: what was never sent counts as received, what is over does not exist."""
    wire.send(TMF | IMMEDIATE, FINAL | 1, ttt=0x777, rest=struct.pack(">I", wire.cmdsn - 1))
    assert wire.expect(TMF_RSP).header[2] == 1
    wire.send(TMF | IMMEDIATE, FINAL | 1, ttt=0x777, rest=struct.pack(">I", wire.cmdsn))
    assert wire.expect(TMF_RSP).header[2] == 0
    wire.cmdsn += 1
    assert wire.answers()


def test_ping(wire: Wire) -> None:
    for size in (0, 1, 3, 4, 2047, 8192):
        data = bytes(random.Random(size).randbytes(size))
        tag = wire.send(NOP_OUT | IMMEDIATE, data=data)
        reply = wire.expect(NOP_IN)
        assert (reply.itt, reply.data) == (tag, data)


def test_logout_codes(wire: Wire) -> None:
    wire.send(LOGOUT | IMMEDIATE, FINAL | 2)
    assert wire.expect(LOGOUT_RSP).header[2] == 2
    wire.send(LOGOUT | IMMEDIATE, FINAL | 1, ttt=0x55550000)
    assert wire.expect(LOGOUT_RSP).header[2] == 1
    assert wire.answers()
    wire.send(LOGOUT | IMMEDIATE, FINAL)
    assert wire.expect(LOGOUT_RSP).header[2] == 0
    assert wire.closed()


def test_snack(wire: Wire) -> None:
    wire.send(SNACK, FINAL, itt=RESERVED)
    assert wire.expect(REJECT).header[2] == 3
    assert wire.answers()


def test_wrong_header_digest(port: int) -> None:
    with Wire(port, name=NAME) as wire:
        wire.login(TARGET, HeaderDigest="CRC32C")
        assert wire.digests == {"header"} and wire.answers()
        wire.send_bytes(wire.header(NOP_OUT | IMMEDIATE) + bytes(4))
        assert wire.closed()


def test_wrong_data_digest(port: int) -> None:
    with Wire(port, name=NAME) as wire:
        wire.login(TARGET, DataDigest="CRC32C,None", HeaderDigest="CRC32C,None",
                   ImmediateData="Yes", InitialR2T="Yes")
        assert wire.digests == {"header", "data"} and wire.answers()
        tag = wire.command(cdb10(WRITE10, 0, 8), FINAL | WRITE, 4096, b"i" * 4096, good=False)
        assert wire.expect(REJECT).header[2] == DIGEST
        status = wire.expect(SCSI_RSP)
        assert (status.itt, status.header[3]) == (tag, 2)
        tag, r2t = ask_for_write(wire, 4096)
        data_out(wire, tag, r2t.ttt, 0, 0, b"d" * 4096, FINAL, good=False)
        assert wire.expect(REJECT).header[2] == DIGEST
        status = wire.expect(SCSI_RSP)
        assert (status.itt, status.header[3]) == (tag, 2)
        assert wire.answers()


def test_data_with_digests_comes_back(port: int) -> None:
    with Wire(port, name=NAME) as wire:
        wire.login(TARGET, DataDigest="CRC32C", HeaderDigest="CRC32C", ImmediateData="Yes")
        wire.answers()
        data = random.Random(7).randbytes(8192)
        wire.command(cdb10(WRITE10, 5, 16), FINAL | WRITE, 8192, data)
        assert wire.expect(SCSI_RSP).header[3] == 0
        wire.command(cdb10(READ10, 5, 16), FINAL | READ, 8192)
        assert wire.expect(raw_pdu.DATA_IN).data == data


def test_text_protocol(wire: Wire) -> None:
    tag = wire.send(TEXT | IMMEDIATE, 0x80 | 0x40, text({"SendTargets": ""}))
    assert wire.expect(REJECT).header[2] == PROTOCOL
    wire.send(TEXT | IMMEDIATE, FINAL, text({"SendTargets": ""}), ttt=0x1234, itt=tag)
    assert wire.expect(REJECT).header[2] == PROTOCOL
    wire.send(TEXT | IMMEDIATE, FINAL, text({"SendTargets": ""}))
    assert wire.expect(TEXT_RSP).pairs()["TargetName"] == TARGET
    wire.send(TEXT | IMMEDIATE, FINAL, text({"SendTargets": "All"}))
    assert wire.expect(TEXT_RSP).pairs()["SendTargets"] == "Reject"
    wire.send(TEXT | IMMEDIATE, FINAL, b"no equals sign\0")
    assert wire.expect(REJECT).header[2] == PROTOCOL
    assert wire.answers()


def test_long_list_of_targets(target: Target) -> None:
    """More than one PDU takes: C bits until the end (RFC 7143 11.11)."""
    target.open_iscsi(target.disk("ramdisk"))
    names = [f"iqn.2003-01.org.example:{'long-' * 30}{number:03}" for number in range(100)]
    target.vm.sh("cd /sys/kernel/config/target/iscsi; for i in " + " ".join(names) +
                 "; do mkdir -p $i/tpgt_1/np/0.0.0.0:3260; echo 1 > $i/tpgt_1/enable; done",
                 timeout=120)
    with Wire(target.port) as wire:
        wire.discovery()
        wire.send(TEXT | IMMEDIATE, FINAL, text({"SendTargets": "All"}))
        reply = wire.expect(TEXT_RSP)
        whole, parts = reply.data, 1
        while not reply.flags & FINAL:
            assert reply.ttt != RESERVED and reply.flags & 0x40
            wire.send(TEXT | IMMEDIATE, FINAL, itt=reply.itt, ttt=reply.ttt)
            reply = wire.expect(TEXT_RSP)
            whole += reply.data
            parts += 1
    found = {item[11:] for item in whole.decode().split("\0") if item.startswith("TargetName=")}
    assert found == {TARGET, *names}
    assert parts == -(-len(whole) // 8192)


def test_reinstatement(port: int) -> None:
    """The same ISID again: the old session ends at once, the new one works."""
    with Wire(port, name=NAME) as old:
        first = old.login(TARGET)
        assert old.answers()
        ask_for_write(old)
        with Wire(port, name=NAME) as new:
            start = time.monotonic()
            second = new.login(TARGET)
            assert new.answers()
            assert time.monotonic() - start < 10
            assert old.closed()
            assert first.header[14:16] != second.header[14:16]
            assert new.answers()


# ---------------------------------------------------------------- crowds

def test_a_thousand_connections_that_say_nothing(target: Target, port: int) -> None:
    """They wait for nobody, nobody waits for them, and their time ends."""
    silent = target.vm.begin_call("silent.hold", "127.0.0.1", 3260, 1000, 40.0, timeout=120)
    for _ in range(5):
        start = time.monotonic()
        with Wire(port, name=NAME) as wire:
            wire.login(TARGET)
            assert wire.answers()
        assert time.monotonic() - start < 15
    assert silent.value() == 1000


def test_connections_that_end_at_once(target: Target, port: int) -> None:
    """They are gone while they are being accepted."""
    target.vm.call("silent.slam", "127.0.0.1", 3260, 3000, timeout=120)
    with Wire(port, name=NAME) as wire:
        wire.login(TARGET)
        assert wire.answers()


def test_pings_that_nobody_reads(target: Target, port: int) -> None:
    """The sender is held up by TCP; nobody else is, and no memory fills up."""
    with Wire(port, name=NAME + "-flood") as wire:
        login = raw_pdu.login_bytes(wire, {**WHO, "InitiatorName": NAME + "-flood"})
        ping = wire.header(NOP_OUT | IMMEDIATE, length=8192, itt=1) + b"p" * 8192
    flood = target.vm.begin_call("silent.flood", "127.0.0.1", 3260, login.hex(), ping.hex(),
                                 timeout=90)
    with Wire(port, name=NAME) as other:
        other.login(TARGET)
        assert other.answers()
    assert flood.value() < 64 << 20


# A flood goes over the guest's own loopback: QEMU's user network is not made for it.

@pytest.mark.parametrize("seed", range(4))
def test_random_logins(target: Target, port: int, seed: int) -> None:
    assert port
    assert target.vm.call("garbage.logins", TARGET, 3260, seed, 60, timeout=120) == 60


@pytest.mark.parametrize("seed", range(4))
def test_random_pdus(target: Target, port: int, seed: int) -> None:
    assert port
    assert target.vm.call("garbage.sessions", TARGET, 3260, seed, 25, timeout=120) == 25
