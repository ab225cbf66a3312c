# SPDX-License-Identifier: GPL-2.0-only
"""A task tag that comes again as soon as its response has come.

What is sent behind the response in the same go does not fit the way to an
initiator that takes little: the target has not got rid of it by then.
"""
from __future__ import annotations

import socket
from dataclasses import dataclass

from raw_pdu import DATA_IN, FINAL, READ, READ10, SCSI_CMD, Wire, cdb10

BLOCK = 512
LONG = 4096


@dataclass
class NarrowWire(Wire):
    """A connection that has little on its way."""

    def __post_init__(self) -> None:
        self.sock = socket.socket()
        self.sock.settimeout(self.seconds)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect(("127.0.0.1", self.port))


def same_tag(target: str, port: int) -> list[int]:
    """Read one block, and behind it many; then use the first tag again.

    Return the opcode of the answer to that, and its status.
    """
    with NarrowWire(port) as wire:
        wire.login(target)
        assert wire.answers()
        wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        tag = wire.command(cdb10(READ10, 0, 1), FINAL | READ, BLOCK)
        wire.command(cdb10(READ10, 0, LONG), FINAL | READ, LONG * BLOCK)
        wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        assert wire.expect(DATA_IN).itt == tag
        wire.send(SCSI_CMD, FINAL | 1, ttt=0, itt=tag, rest=bytes(6))
        wire.cmdsn += 1
        while (reply := wire.receive()) and reply.opcode == DATA_IN:
            assert reply.itt != tag
        assert reply, "connection closed"
        return [reply.opcode, reply.header[3]]
