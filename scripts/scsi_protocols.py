# SPDX-License-Identifier: GPL-2.0-only
"""The SCSI transport protocols that SPC-5 has identifiers for, one row each.

A row says how ports of the protocol are named; names that a generated module
has to take and to refuse come with it, for its tests.
"""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Protocol:
    """One protocol: its identifier and how its ports are named."""

    name: str
    value: int
    title: str
    kind: str                       # of name: see fabric_template/fabric.c.in
    symbol: str = ""                # in <scsi/scsi_proto.h>, if it is there
    size: int = 0                   # bytes of an identifier, if it has bytes
    prefixes: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = field(default=())


WWN = ("5001405012345678", "50:01:40:50:12:34:56:78", "naa.5001405012345678")
NO_WWN = ("", "naa.", "500140501234567", "50014050123456789", "50:01:40:50:12:34:56:7",
          "50::01:40:50:12:34:56:78", "500140501234567g", "naa.naa.5001405012345678",
          "5001405012345678:")


def wwn(name: str, value: int, title: str, symbol: str = "") -> Protocol:
    """Return a protocol whose ports have World Wide Names."""
    return Protocol(name, value, title, "bytes", symbol, 8, ("naa.",), WWN, NO_WWN)


def routed(name: str, value: int, title: str) -> Protocol:
    """Return a protocol whose ports have PCI Express routing identifiers."""
    return Protocol(name, value, title, "bytes", "", 2, ("0x",), ("0300", "03:00", "0x0300"),
                    ("", "0x", "030", "03000", "0000:03:00.0", "03:0g"))


ROWS = (
    wwn("FC", 0x0, "Fibre Channel (FCP)", "SCSI_PROTOCOL_FCP"),
    Protocol("SPI", 0x1, "parallel SCSI (SPI)", "number", "SCSI_PROTOCOL_SPI",
             good=("0", "7", "15"), bad=("", "16", "-1", "7a", "0x7", "256")),
    wwn("SSA", 0x2, "Serial Storage Architecture (SSA)", "SCSI_PROTOCOL_SSA"),
    Protocol("SBP", 0x3, "IEEE 1394 (SBP)", "bytes", "SCSI_PROTOCOL_SBP", 8, ("eui.",),
             ("0011223344556677", "eui.0011223344556677", "00:11:22:33:44:55:66:77"),
             ("", "eui.", "00112233445566", "naa.0011223344556677")),
    Protocol("SRP", 0x4, "RDMA (SRP)", "bytes", "SCSI_PROTOCOL_SRP", 16, ("0x",),
             ("0x00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff",
              "fe80:0000:0000:0000:0011:2233:4455:6677"),
             ("", "0x", "0011223344556677", "0x00112233445566778899aabbccddeef",
              "fe80::0011:2233:4455:6677")),
    Protocol("iSCSI", 0x5, "iSCSI", "iscsi", "SCSI_PROTOCOL_ISCSI",
             good=("iqn.1993-08.org.example:01:a1b2", "eui.02004567a425678d",
                   "naa.52004567ba64678d"),
             bad=("", "iqn.", "example", "IQN.1993-08.org.example", "iqn.1993-08.org example",
                  "iqn.1993-08.org/example")),
    wwn("SAS", 0x6, "Serial Attached SCSI (SAS)", "SCSI_PROTOCOL_SAS"),
    wwn("ADT", 0x7, "Automation/Drive Interface (ADT)", "SCSI_PROTOCOL_ADT"),
    wwn("ATA", 0x8, "ATA (ACS)", "SCSI_PROTOCOL_ATA"),
    wwn("UAS", 0x9, "USB Attached SCSI (UAS)"),
    routed("SOP", 0xa, "SCSI over PCI Express (SOP)"),
    routed("PCIe", 0xb, "PCI Express"),
    Protocol("none", 0xf, "no specific protocol", "text", "SCSI_PROTOCOL_UNSPEC",
             good=("a", "port-1", "x" * 223), bad=("", "two words", "x" * 224)),
)
PROTOCOLS = {row.name.lower(): row for row in ROWS}
