# SPDX-License-Identifier: GPL-2.0-only
"""An iSCSI initiator that sends whatever PDU it is told to.

It knows RFC 7143 just well enough to log in and to read what comes back, and
never corrects what a test puts into a header.
"""
from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

NOP_OUT, SCSI_CMD, TMF, LOGIN, TEXT, DATA_OUT, LOGOUT, SNACK = 0, 1, 2, 3, 4, 5, 6, 0x10
NOP_IN, SCSI_RSP, TMF_RSP, LOGIN_RSP, TEXT_RSP, DATA_IN, LOGOUT_RSP = range(0x20, 0x27)
R2T, ASYNC, REJECT = 0x31, 0x32, 0x3f
IMMEDIATE, FINAL, CONTINUE = 0x40, 0x80, 0x40
READ, WRITE = 0x40, 0x20
SIMPLE, ORDERED, HEAD = 1, 2, 3
RESERVED = 0xffffffff
HEADER = 48
WRITE10, READ10 = 0x2a, 0x28


def _table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC_TABLE = _table()


def crc32c(data: bytes) -> bytes:
    """Return the digest of some bytes as it stands on the wire."""
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xff]
    return struct.pack("<I", crc ^ 0xffffffff)


def padded(data: bytes) -> bytes:
    """Return data with the zeros that fill it up to four bytes."""
    return data + b"\0" * (-len(data) % 4)


def text(pairs: dict[str, str]) -> bytes:
    """Return key=value pairs as the wire has them."""
    return b"".join(f"{key}={value}\0".encode() for key, value in pairs.items())


@dataclass
class Pdu:
    """One PDU that was received."""

    header: bytes
    data: bytes = b""

    @property
    def opcode(self) -> int:
        """Opcode without the immediate bit."""
        return self.header[0] & 0x3f

    @property
    def flags(self) -> int:
        """Byte 1."""
        return self.header[1]

    def u32(self, offset: int) -> int:
        """Four bytes as a number."""
        value: int = struct.unpack_from(">I", self.header, offset)[0]
        return value

    @property
    def itt(self) -> int:
        """Initiator Task Tag."""
        return self.u32(16)

    @property
    def ttt(self) -> int:
        """Target Transfer Tag."""
        return self.u32(20)

    @property
    def status(self) -> int:
        """Status-Class and Status-Detail of a Login Response."""
        return self.header[36] << 8 | self.header[37]

    def pairs(self) -> dict[str, str]:
        """Text of the data segment; of repeated keys the last."""
        items = (item.partition("=") for item in self.data.decode().split("\0") if item)
        return {key: value for key, _, value in items}


def login_bytes(wire: "Wire", pairs: dict[str, str] | bytes, flags: int = 0x87,
                length: int | None = None, tsih: int = 0) -> bytes:
    """Return a Login Request."""
    data = pairs if isinstance(pairs, bytes) else text(pairs)
    return struct.pack(">BBBBI6sHIHHII16s", LOGIN | IMMEDIATE, flags, 0, 0,
                       len(data) if length is None else length, wire.isid, tsih, 0x99, 0, 0,
                       wire.cmdsn, wire.exp_statsn, b"") + padded(data)


@dataclass
class Wire:
    """A TCP connection to the target."""

    port: int
    name: str = "iqn.2003-01.org.example:raw"
    isid: bytes = b"\x80\x11\x22\x33\x00\x01"
    seconds: float = 20.0
    cmdsn: int = 1
    exp_statsn: int = 0
    itt: int = 0x100
    digests: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sock = socket.create_connection(("127.0.0.1", self.port), self.seconds)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close it without a word."""
        self.sock.close()

    # -- bytes

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are; that the other end has closed is no error here."""
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _take(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.sock.recv(count - len(data))
            if not part:
                raise ConnectionResetError("closed by the target")
            data += part
        return data

    def receive(self) -> Pdu | None:
        """Return the next PDU, or None when the target has closed the connection."""
        try:
            header = self._take(HEADER)
            if "header" in self.digests:
                assert self._take(4) == crc32c(header), "header digest of the target"
            length = int.from_bytes(header[5:8], "big")
            data = self._take(length + -length % 4)
            if length and "data" in self.digests:
                assert self._take(4) == crc32c(data), "data digest of the target"
        except ConnectionResetError:
            return None
        pdu = Pdu(header, data[:length])
        if pdu.opcode not in (R2T, NOP_IN) or pdu.opcode == NOP_IN and pdu.itt != RESERVED:
            self.exp_statsn = max(self.exp_statsn, pdu.u32(24) + 1)
        return pdu

    def expect(self, opcode: int) -> Pdu:
        """Return the next PDU, which has to be of a kind; NOP-Ins are answered."""
        while True:
            pdu = self.receive()
            assert pdu, f"connection closed, opcode {opcode:#x} expected"
            if pdu.opcode == NOP_IN and pdu.itt == RESERVED and opcode != NOP_IN:
                self.send(NOP_OUT | IMMEDIATE, ttt=pdu.ttt, itt=RESERVED)
                continue
            assert pdu.opcode == opcode, f"opcode {pdu.opcode:#x}, {opcode:#x} expected: " \
                                         f"{pdu.header.hex()}"
            return pdu

    def closed(self) -> bool:
        """Does the target close the connection, whatever it says before?"""
        try:
            while self.receive():
                pass
        except TimeoutError:
            return False
        return True

    # -- PDUs

    def header(self, opcode: int, flags: int = FINAL, length: int = 0, ahs: int = 0,
               lun: int | bytes = 0, itt: int | None = None, ttt: int = RESERVED,
               cmdsn: int | None = None, rest: bytes = b"") -> bytes:
        """Return a header; rest begins at byte 32."""
        if itt is None:
            self.itt += 1
            itt = self.itt
        if cmdsn is None:
            cmdsn = self.cmdsn
        return struct.pack(">BBHI8sIIII16s", opcode, flags, 0, ahs << 24 | length,
                           lun if isinstance(lun, bytes) else bytes([0, lun]) + bytes(6),
                           itt, ttt, cmdsn, self.exp_statsn,
                           rest.ljust(16, b"\0"))

    def send(self, opcode: int, flags: int = FINAL, data: bytes = b"", extra: bytes = b"",
             good: bool = True, **fields: object) -> int:
        """Send a PDU; return its tag.  extra goes between header and data."""
        fields.setdefault("length", len(data))
        fields.setdefault("ahs", len(extra) // 4)
        header = self.header(opcode, flags, **fields) + extra  # type: ignore[arg-type]
        if "header" in self.digests:
            header += crc32c(header)
        body = padded(data)
        if data and "data" in self.digests:
            body += crc32c(body) if good else bytes(4)
        self.send_bytes(header + body)
        return int.from_bytes(header[16:20], "big")

    def command(self, cdb: bytes, flags: int = FINAL, length: int = 0, data: bytes = b"",
                attr: int = SIMPLE, **fields: object) -> int:
        """Send a SCSI Command that takes the next CmdSN; return its tag."""
        tag = self.send(SCSI_CMD, flags | attr, data, ttt=length, rest=cdb,
                        **fields)  # type: ignore[arg-type]
        self.cmdsn += 1
        return tag

    def answers(self) -> bool:
        """Is the session alive?  Asks with TEST UNIT READY, twice for a unit attention."""
        for _ in range(2):
            tag = self.command(bytes(6))
            reply = self.expect(SCSI_RSP)
            if reply.itt == tag and reply.header[3] == 0:
                return True
        return False

    # -- login

    def login_pdu(self, pairs: dict[str, str] | bytes, flags: int = 0x87,
                  **fields: object) -> None:
        """Send a Login Request; flags 0x87 asks for the full feature phase."""
        data = pairs if isinstance(pairs, bytes) else text(pairs)
        length = int(str(fields.pop("length", len(data))))
        tsih = int(str(fields.pop("tsih", 0)))
        self.send_bytes(login_bytes(self, data, flags, length, tsih))

    def login(self, target: str, **keys: str) -> Pdu:
        """Log in without authentication, in one PDU if the target has nothing to ask."""
        self.login_pdu({"InitiatorName": self.name, "SessionType": "Normal",
                        "TargetName": target, **keys})
        reply = self.expect(LOGIN_RSP)
        assert reply.status == 0, f"login status {reply.status:#06x}"
        assert reply.flags & FINAL, "the target wants more"
        for what in ("Header", "Data"):
            if reply.pairs().get(f"{what}Digest") == "CRC32C":
                self.digests.add(what.lower())
        return reply

    def discovery(self) -> Pdu:
        """Log in for discovery."""
        self.login_pdu({"InitiatorName": self.name, "SessionType": "Discovery"})
        reply = self.expect(LOGIN_RSP)
        assert reply.status == 0, f"login status {reply.status:#06x}"
        return reply


def cdb10(opcode: int, block: int, count: int) -> bytes:
    """Return a READ or WRITE (10)."""
    return struct.pack(">BBIBHB", opcode, 0, block, 0, count, 0)


def ask_for_write(wire: Wire, length: int = 16384) -> tuple[int, Pdu]:
    """Start a write; return its tag and the R2T."""
    tag = wire.command(cdb10(WRITE10, 0, length // 512), FINAL | WRITE, length)
    return tag, wire.expect(R2T)


def data_out(wire: Wire, tag: int, ttt: int, sn: int, offset: int, data: bytes,
             flags: int = 0, good: bool = True) -> None:
    """Send a Data-Out."""
    wire.send(DATA_OUT, flags, data, itt=tag, ttt=ttt, cmdsn=0, good=good,
              rest=struct.pack(">III", 0, sn, offset)[:4] + struct.pack(">II", sn, offset))
