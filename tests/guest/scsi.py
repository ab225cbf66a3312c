# SPDX-License-Identifier: GPL-2.0-only
"""SCSI commands as they are, by SG_IO: any CDB, its status and its sense data."""
from __future__ import annotations

import ctypes
import fcntl
import os

SG_IO = 0x2285
NONE, OUT, IN = -1, -2, -3
CHECK_CONDITION = 2
ILLEGAL_REQUEST, UNIT_ATTENTION = 5, 6
INVALID_OPCODE, INVALID_FIELD = 0x2000, 0x2400
MAINTENANCE_IN, VARIABLE = 0xa3, 0x7f
# SPC-5 4.2.5.1: how long a CDB is, by its group code
LENGTHS = {0: 6, 1: 10, 2: 10, 3: 12, 4: 16, 5: 12, 6: 10, 7: 10}


class Header(ctypes.Structure):
    """struct sg_io_hdr of <scsi/sg.h>."""

    _fields_ = [("interface_id", ctypes.c_int), ("dxfer_direction", ctypes.c_int),
                ("cmd_len", ctypes.c_ubyte), ("mx_sb_len", ctypes.c_ubyte),
                ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
                ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p),
                ("sbp", ctypes.c_void_p), ("timeout", ctypes.c_uint),
                ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
                ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte),
                ("masked_status", ctypes.c_ubyte), ("msg_status", ctypes.c_ubyte),
                ("sb_len_wr", ctypes.c_ubyte), ("host_status", ctypes.c_ushort),
                ("driver_status", ctypes.c_ushort), ("resid", ctypes.c_int),
                ("duration", ctypes.c_uint), ("info", ctypes.c_uint)]


def _read_sense(sense: bytes) -> tuple[int, int, bytes]:
    """Return key, code, and the sense key specific field, of either format (SPC-5 4.4)."""
    if sense[0] & 0x7f < 0x72:
        return sense[2] & 0xf, sense[12] << 8 | sense[13], sense[15:18]
    at, end = 8, min(8 + sense[7], len(sense) - 8)
    while at < end and sense[at] != 2:
        at += 2 + sense[at + 1]
    specific = sense[at + 4:at + 7] if at < end else bytes(3)
    return sense[1] & 0xf, sense[2] << 8 | sense[3], specific


def _read_special(sense: bytes) -> int:
    """Return COMMAND-SPECIFIC INFORMATION, of either format."""
    if sense[0] & 0x7f < 0x72:
        return int.from_bytes(sense[8:12], "big")
    at, end = 8, min(8 + sense[7], len(sense) - 12)
    while at < end and sense[at] != 1:
        at += 2 + sense[at + 1]
    return int.from_bytes(sense[at + 4:at + 12], "big") if at < end else 0


class Answer:
    """How a command ended."""

    def __init__(self, header: Header, data: bytes, sense: bytes) -> None:
        self.status: int = header.status
        self.host: int = header.host_status
        self.data = data
        self.key, self.code, specific = _read_sense(sense)
        self.special = _read_special(sense)
        if header.status != CHECK_CONDITION:
            self.key = self.code = 0
        # The field pointer: byte and bit of the CDB, or -1
        pointed = bool(specific[0] & 0x80 and specific[0] & 0x40)
        self.field = specific[1] << 8 | specific[2] if pointed else -1
        self.bit = specific[0] & 7 if pointed and specific[0] & 8 else -1

    def words(self) -> str:
        """Return it for people."""
        return f"status {self.status:02x} host {self.host} {self.key:x}/{self.code:04x} " \
               f"field {self.field}"


def send(device: str, cdb: bytes, data_out: bytes = b"", data_in: int = 0,
         seconds: int = 60) -> Answer:
    """Send one command."""
    size = len(data_out) or data_in
    data = ctypes.create_string_buffer(data_out, size) if data_out else \
        ctypes.create_string_buffer(max(size, 1))
    sense, block = ctypes.create_string_buffer(64), ctypes.create_string_buffer(cdb, len(cdb))
    header = Header(interface_id=ord("S"), cmd_len=len(cdb), mx_sb_len=64, dxfer_len=size,
                    dxfer_direction=OUT if data_out else IN if data_in else NONE,
                    dxferp=ctypes.addressof(data) if size else None,
                    cmdp=ctypes.addressof(block), sbp=ctypes.addressof(sense),
                    timeout=seconds * 1000)
    fd = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, SG_IO, header)
    finally:
        os.close(fd)
    return Answer(header, data.raw[:size - max(header.resid, 0)] if data_in else b"", sense.raw)


def settle(device: str) -> None:
    """Take the unit attentions, and start the unit."""
    for _ in range(10):
        answer = send(device, bytes(6))
        if answer.key == UNIT_ATTENTION:
            continue
        if not answer.status:
            return
        send(device, bytes([0x1b, 0, 0, 0, 1, 0]))
    raise OSError(f"{device} is not ready: {answer.words()}")


def command(device: str, cdb: str, data_out: str = "", data_in: int = 0) -> list[object]:
    """Send one command in hexadecimal; return status, key, code, data."""
    answer = send(device, bytes.fromhex(cdb), bytes.fromhex(data_out), data_in)
    return [answer.status, answer.key, answer.code, answer.data.hex()]


def reported(device: str) -> list[list[int]]:
    """Return [operation code, service action or -1] of all supported commands."""
    answer = send(device, bytes([MAINTENANCE_IN, 0x0c, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]),
                  data_in=0xffff)
    if answer.status:
        raise OSError(f"REPORT SUPPORTED OPERATION CODES: {answer.words()}")
    rows = answer.data[4:4 + int.from_bytes(answer.data[:4], "big")]
    return [[rows[at], int.from_bytes(rows[at + 2:at + 4], "big") if rows[at + 5] & 1 else -1]
            for at in range(0, len(rows), 8)]


def accepted(device: str, code: int, action: int, plain: bool) -> bool:
    """Say whether a CDB that is otherwise zeros names a command that there is.

    A service action that there is not is an invalid field; a command without service
    actions may have something else there that it refuses.
    """
    cdb = bytearray(LENGTHS[code >> 5])
    cdb[0] = code
    place = (1, 4)
    if code == VARIABLE:
        cdb = bytearray([code, 0, 0, 0, 0, 0, 0, 24, 0, 0, *bytes(22)])
        place, cdb[8:10] = (8, -1), action.to_bytes(2, "big")
    else:
        cdb[1] = action
    answer = send(device, bytes(cdb))
    refused = answer.key == ILLEGAL_REQUEST and (
        answer.code == INVALID_OPCODE or
        (answer.code == INVALID_FIELD and (answer.field, answer.bit) == place and not plain))
    return not refused


def actions_of(code: int, listed: set[tuple[int, int]]) -> list[int]:
    """Return the service actions to try of an operation code that has some.

    Five bits are tried out. Of sixteen, those around what is reported, those that differ
    from it in the other byte only, and each bit.
    """
    if code != VARIABLE:
        return list(range(32))
    there = {action for op, action in listed if op == code}
    near = {action + step for action in there for step in (-1, 0, 1)}
    far = {action + other for action in there for other in (0x100, 0x1000, 0xff00)}
    sample = {*range(64), *(1 << bit for bit in range(16)), 0xffff}
    return sorted(action for action in near | far | sample if 0 <= action <= 0xffff)


def walk(device: str) -> list[str]:
    """Try every operation code and service action; return where the target lied."""
    settle(device)
    listed = {(code, action) for code, action in reported(device)}
    plain = {code for code, action in listed if action < 0}
    wrong = []
    for code in range(256):
        for action in [0] if code in plain else actions_of(code, listed):
            claimed = code in plain or (code, action) in listed
            if accepted(device, code, action, code in plain) != claimed:
                wrong.append(f"{code:02x}/{action:02x} "
                             f"{'reported, refused' if claimed else 'accepted, not reported'}")
        settle(device)
    if len(listed) < 40:
        wrong.append(f"only {len(listed)} commands are reported")
    return wrong
