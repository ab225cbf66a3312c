# SPDX-License-Identifier: GPL-2.0-only
"""An FCP initiator by hand: one exchange at a time, frame by frame.

Its frames have the addresses of the stock driver's port, which has logged in,
and exchange numbers that this driver does not use and so does not answer.
"""
from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any

import fcoe
from fcoe_frames import (COMMAND, CONFIRM, DATA, END_SEQ, EOF_N, EOF_T, FCOE, FIRST_SEQ, LAST_SEQ,
                         REL_OFF, SEQ_INIT, SERVICE, SOF_I3, SOF_N3, VN2VN_MAP, encapsulate, header)

ELS, BLS = 0x01, 0x00
ELS_REQ, ABTS = 0x22, 0x81
XFER_RDY, STATUS = 0x05, 0x07
LOGO = 0x05
FIP, FIP_LINK_SERVICE = 0x8914, b"\0\2"
WHOLE = FIRST_SEQ | END_SEQ | SEQ_INIT
UNKNOWN = 0xffff
RSP_CONFIRM = 0x10
PAYLOAD = 2048
FIRST_OX_ID = 0xc000
SO_RCVBUFFORCE = 33             # Python has no name for it


@dataclass
class Frame:
    """A frame that came."""

    r_ctl: int
    f_ctl: int
    rx_id: int
    offset: int
    payload: bytes


@dataclass
class Plan:
    """What is done in an exchange besides what an initiator does."""

    data: bytes = b""
    lose: int = -1              # this frame of a burst is not sent
    stop: str = ""              # ELS or BLS to send at XFER_RDY, or silence
    confirm: bool = True


@dataclass
class Seen:
    """What came of an exchange."""

    ready: list[list[int]] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    offsets: list[int] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    status: bytes = b""
    answer: bytes = b""

    def plain(self) -> dict[str, Any]:
        """Return it for the host."""
        return {"ready": self.ready, "data": bytes(self.data).hex(), "offsets": self.offsets,
                "frames": self.frames, "answer": self.answer.hex(), **self._status()}

    def _status(self) -> dict[str, Any]:
        if len(self.status) < 24:
            return {"status": None}
        flags, status = self.status[10:12]
        residual, sense, info = struct.unpack(">III", self.status[12:24])
        at = 24 + (info if flags & 1 else 0)
        more = at + (sense if flags & 2 else 0)
        return {"status": status, "flags": flags, "residual": residual,
                "info": self.status[24:at].hex(), "sense": self.status[at:more].hex(),
                "read residual": int.from_bytes(self.status[more:more + 4], "big")
                if flags & 0x80 else None}


class Port:
    """The stock driver's port, and the target's."""

    _ox_id = FIRST_OX_ID

    def __init__(self, alias: str, target: str) -> None:
        name = fcoe.wwpn(alias)
        self.name = bytes.fromhex(name.replace(":", ""))
        with open(f"/sys/class/fc_host/{fcoe.host(name)}/port_id",
                  encoding="ascii") as file:
            self.sid = int(file.read(), 16)
        self.did = int(fcoe.remote_ports()[target]["port_id"], 16)
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(FCOE))
        # A whole read may come before anybody looks.
        self.wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        self.wire.bind((fcoe.interface(alias), FCOE))
        Port._ox_id += 1
        self.ox_id = Port._ox_id
        self.rx_id = UNKNOWN
        self.seq_id = 0

    def __enter__(self) -> "Port":
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def send(self, r_ctl: int, payload: bytes, f_ctl: int = WHOLE, kind: int = 0x08,
             offset: int = 0, count: int = 0, ox_id: int = 0) -> None:
        """Send a frame of the exchange, or of another one."""
        ids = (self.seq_id, ox_id or self.ox_id, UNKNOWN if ox_id else self.rx_id)
        raw = bytearray(header(r_ctl, self.did, self.sid, f_ctl, ids, offset, kind=kind))
        raw[14:16] = struct.pack(">H", count)
        self.wire.send(encapsulate(self.did, self.sid, bytes(raw) + payload,
                                   SOF_N3 if count else SOF_I3,
                                   EOF_T if f_ctl & END_SEQ else EOF_N))

    def receive(self, seconds: float, ox_id: int = 0) -> Frame | None:
        """Return the next frame of the exchange, or of another one."""
        deadline = time.monotonic() + seconds
        mine = VN2VN_MAP + self.sid.to_bytes(3, "big")
        while (left := deadline - time.monotonic()) > 0:
            self.wire.settimeout(left)
            try:
                frame, where = self.wire.recvfrom(4096)
            except TimeoutError:
                return None
            head = frame[28:52]
            if where[2] == socket.PACKET_OUTGOING or frame[:6] != mine or \
                    int.from_bytes(head[16:18], "big") != (ox_id or self.ox_id):
                continue
            f_ctl = int.from_bytes(head[9:12], "big")
            end = len(frame) - 8 - (f_ctl & 3)      # fill bytes are counted there
            return Frame(head[0], f_ctl, int.from_bytes(head[18:20], "big"),
                         int.from_bytes(head[20:24], "big"), frame[52:end])
        return None

    def burst(self, plan: Plan, start: int, length: int) -> None:
        """Send the data that was asked for."""
        self.seq_id += 1
        places = range(start, start + length, PAYLOAD)
        for number, place in enumerate(places):
            last = place == places[-1]
            f_ctl = REL_OFF | (END_SEQ | SEQ_INIT if last else 0)
            piece = plan.data[place:min(place + PAYLOAD, start + length)]
            if number != plan.lose:
                self.send(DATA, piece, f_ctl, offset=place, count=number)

    def ask(self, what: str) -> bytes:
        """Send an extended link service of this exchange or this port; return the answer."""
        body = {"REC": struct.pack(">IIHH", 0x13 << 24, self.sid, self.ox_id, self.rx_id),
                "LOGO": struct.pack(">II", LOGO << 24, self.sid) + self.name,
                "PRLO": bytes.fromhex("21100014" + "0800" + "00" * 14)}[what]
        return self.service(ELS_REQ, body)

    def service(self, r_ctl: int, body: bytes, kind: int = ELS) -> bytes:
        """Send a link service; return the answer's payload."""
        ox_id = self.ox_id + 0x1000
        self.send(r_ctl, body, WHOLE, kind, ox_id=ox_id)
        answer = self.receive(5, ox_id)
        return answer.payload if answer else b""

    def abort(self) -> None:
        """Send ABTS."""
        self.send(ABTS, b"", END_SEQ | SEQ_INIT, BLS)

    def _asked(self, plan: Plan, seen: Seen, frame: Frame) -> None:
        start, length = struct.unpack(">II", frame.payload[:8])
        seen.ready.append([start, length])
        if plan.stop == "ABTS":
            self.abort()
        elif plan.stop not in ("", "silence"):
            seen.answer = self.ask(plan.stop)
        if plan.stop in ("", "REC"):
            self.burst(plan, start, length)

    def run(self, unit: bytes, plan: Plan, seconds: float) -> Seen:
        """Do an exchange until nothing comes any more."""
        seen = Seen()
        self.send(COMMAND, unit)
        while frame := self.receive(1.0 if seen.status else seconds):
            seen.frames.append(frame.r_ctl)
            self.rx_id = frame.rx_id
            if frame.r_ctl == XFER_RDY:
                self._asked(plan, seen, frame)
            elif frame.r_ctl == DATA:
                seen.offsets.append(frame.offset)
                seen.data += frame.payload
            elif frame.r_ctl == STATUS:
                seen.status = frame.payload
                if frame.payload[10] & RSP_CONFIRM and plan.confirm:
                    self.seq_id += 1
                    self.send(CONFIRM, b"", LAST_SEQ | END_SEQ | SEQ_INIT)
        return seen


def _command_unit(cdb: str, options: dict[str, Any]) -> bytes:
    raw = bytes.fromhex(cdb)
    extra = max(0, len(raw) - 16)
    flags = options.get("flags", 0) | extra
    unit = (bytes([0, options.get("lun", 0)]) + bytes(6)
            + bytes([0, options.get("attr", 0), options.get("manage", 0), flags])
            + raw.ljust(16, b"\0") + struct.pack(">I", options.get("length", 0)))
    if flags & 3 == 3:
        unit += struct.pack(">I", options["read"])
    return unit


def command(alias: str, target: str, cdb: str, options: dict[str, Any]) -> dict[str, Any]:
    """Send a command; options are fields of FCP_CMND, and of Plan."""
    unit = _command_unit(cdb, options)
    plan = Plan(bytes.fromhex(options.get("data", "")), options.get("lose", -1),
                options.get("stop", ""), options.get("confirm", True))
    with Port(alias, target) as port:
        return port.run(unit, plan, options.get("seconds", 10.0)).plain()


def numbers_of_writes(alias: str, target: str, cdb: str, data: str) -> list[int]:
    """Return the target's numbers of two writes.

    The first one is aborted when its data is asked for, and sends it after the second one.
    """
    plan = Plan(bytes.fromhex(data))
    unit = _command_unit(cdb, {"flags": 1, "length": len(plan.data)})
    numbers = []
    with Port(alias, target) as first:
        first.send(COMMAND, unit)
        asked = first.receive(10)
        if not asked or asked.r_ctl != XFER_RDY:
            raise OSError(f"XFER_RDY expected, {asked} seen")
        first.rx_id = asked.rx_id
        numbers.append(first.rx_id)
        with Port(alias, target) as other:
            other.run(_command_unit("", {"manage": 0x10}), Plan(), 10)
        with Port(alias, target) as other:
            other.run(unit, plan, 10)
            numbers.append(other.rx_id)
        first.burst(plan, 0, len(plan.data))
    return numbers


def service(alias: str, target: str, body: str, fcp: bool = False) -> str:
    """Send an extended link service, or one of FCP; return the answer."""
    with Port(alias, target) as port:
        return port.service(SERVICE if fcp else ELS_REQ, bytes.fromhex(body),
                            0x08 if fcp else ELS).hex()


def _is_logout(frame: bytes, here: bool) -> bool:
    return not here and len(frame) >= 68 and frame[16:18] == FIP_LINK_SERVICE and \
        (frame[28], frame[52]) == (ELS_REQ, LOGO)


def hear_logout(alias: str, seconds: float) -> str:
    """Wait for LOGO, which FIP carries between VN_Ports; return its payload.

    The headers of FIP and of its descriptor are as long as that of FCoE.
    """
    deadline = time.monotonic() + seconds
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(FIP)) as wire:
        wire.bind((fcoe.interface(alias), FIP))
        while (left := deadline - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                frame, where = wire.recvfrom(4096)
            except TimeoutError:
                break
            if _is_logout(frame, where[2] == socket.PACKET_OUTGOING):
                return frame[52:68].hex()
    return ""
