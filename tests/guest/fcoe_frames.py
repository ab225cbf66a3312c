# SPDX-License-Identifier: GPL-2.0-only
"""Frames that no initiator sends: FCP as it should be, changed at random.

They leave by a packet socket beside the stock driver, with its addresses, so
that the target takes them for those of an initiator that has logged in.
"""
from __future__ import annotations

import random
import socket
import struct
import subprocess
import zlib

import fcoe

FCOE = 0x8906
VN2VN_MAP = bytes.fromhex("0efd00")
SOF_I3, SOF_N3, EOF_N, EOF_T = 0x2e, 0x36, 0x41, 0x42
COMMAND, DATA, CONFIRM, SERVICE = 0x06, 0x01, 0x03, 0x32
TYPE_FCP = 0x08
FIRST_SEQ, LAST_SEQ, END_SEQ, SEQ_INIT = 1 << 21, 1 << 20, 1 << 19, 1 << 16
REL_OFF = 1 << 3
AT_A_TIME = 250
EX_CTX, SEQ_CTX = 1 << 23, 1 << 22


def header(r_ctl: int, did: int, sid: int, f_ctl: int, ids: tuple[int, int, int],
           offset: int = 0, df_ctl: int = 0, kind: int = TYPE_FCP) -> bytes:
    """Return a frame header; ids are SEQ_ID, OX_ID and RX_ID."""
    seq_id, ox_id, rx_id = ids
    return struct.pack(">IIIBBHHHI", r_ctl << 24 | did, sid, kind << 24 | f_ctl,
                       seq_id, df_ctl, 0, ox_id, rx_id, offset)


def encapsulate(did: int, sid: int, frame: bytes, sof: int = SOF_I3, eof: int = EOF_T) -> bytes:
    """Return the Ethernet frame around a Fibre Channel frame."""
    frame += bytes(-len(frame) % 4)
    ethernet = (VN2VN_MAP + did.to_bytes(3, "big") + VN2VN_MAP + sid.to_bytes(3, "big")
                + struct.pack(">H", FCOE))
    crc = struct.pack("<I", zlib.crc32(frame))
    return ethernet + bytes(13) + bytes([sof]) + frame + crc + bytes([eof, 0, 0, 0])


def command(rnd: random.Random, lun: int = 0) -> bytes:
    """Return the bytes of an FCP_CMND that is right, or nearly."""
    opcode = rnd.choice([0x00, 0x12, 0x28, 0x2a, 0x25, 0xa0, 0x8a, 0x7f, rnd.randrange(256)])
    cdb = bytearray(16)
    cdb[0] = opcode
    cdb[8] = rnd.randrange(4)
    flags = rnd.choice([0, 1, 2, 3, rnd.randrange(256)])
    manage = rnd.choice([0] * 12 + [1, 2, 4, 8, 0x10, 0x40, 0x80, rnd.randrange(256)])
    unit = (bytes([0, lun]) + bytes(6) + bytes([0, rnd.randrange(256), manage, flags])
            + bytes(cdb) + struct.pack(">I", rnd.choice([0, 512, 2048, rnd.getrandbits(32)])))
    return unit[:rnd.choice([32, 32, 32, rnd.randrange(33)])] + bytes(rnd.choice([0, 0, 4, 200]))


def one(rnd: random.Random, did: int, sid: int) -> bytes:
    """Return one frame."""
    r_ctl = rnd.choice([COMMAND] * 6 + [DATA] * 4 + [CONFIRM, SERVICE, rnd.randrange(8)])
    rx_id = rnd.choice([0xffff] * 6 + [rnd.randrange(0x40), rnd.getrandbits(12),
                                       rnd.getrandbits(16)])
    if r_ctl == DATA:
        rx_id = rnd.choice([rnd.randrange(0x40), rnd.getrandbits(12), 0xffff])
    # the driver's own exchanges have low numbers
    ids = (rnd.randrange(256), 0x8000 | rnd.getrandbits(12), rx_id)
    f_ctl = rnd.choice([FIRST_SEQ | END_SEQ | SEQ_INIT] * 6
                       + [END_SEQ | SEQ_INIT | REL_OFF, REL_OFF, END_SEQ | REL_OFF,
                          FIRST_SEQ | END_SEQ, LAST_SEQ | END_SEQ, 0])
    body = command(rnd) if r_ctl != DATA else rnd.randbytes(rnd.choice([4, 512, 2048]))
    offset = rnd.choice([0, 0, 2048, rnd.getrandbits(32)])
    frame = header(r_ctl, did, sid, f_ctl, ids, offset, rnd.choice([0] * 9 + [0x20]))
    return encapsulate(did, sid, frame + body, rnd.choice([SOF_I3, SOF_I3, SOF_N3]),
                       rnd.choice([EOF_T, EOF_T, EOF_N]))


def flood(alias: str, target: str, device: str, seed: int, count: int) -> int:
    """Send frames to a target port; return how many.

    A command by the stock driver now and then shows that all before it were taken.  A
    port that had no time for the other's beacons would log in anew, and libfc loses a
    reference to its remote port for each frame that it takes for an answer.
    """
    name = fcoe.wwpn(alias)
    host = fcoe.host(name)
    with open(f"/sys/class/fc_host/{host}/port_id", encoding="ascii") as file:
        sid = int(file.read(), 16)
    did = int(fcoe.remote_ports()[target]["port_id"], 16)
    rnd = random.Random(seed)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((fcoe.interface(alias), 0))
        for number in range(1, count + 1):
            wire.send(one(rnd, did, sid))
            if not number % AT_A_TIME:
                subprocess.run(["sg_turs", device], check=False, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    return count
