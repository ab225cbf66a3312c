# SPDX-License-Identifier: GPL-2.0-only
"""A configuration that holds each kind of object once."""
from __future__ import annotations

import lio

TARGET = "iqn.2003-01.org.example:each"
INITIATOR = "iqn.2003-01.org.example:initiator-1"
SERIAL = "00000000-0000-4000-8000-00000000000{}"


def backstores() -> list[str]:
    """Make one backstore of each kind and one ALUA group of each."""
    disks = [
        lio.backstore("fileio", "f0", serial=SERIAL.format(1)),
        lio.backstore("fileio", "f1", serial=SERIAL.format(2), write_back=False),
        lio.backstore("iblock", "b0", serial=SERIAL.format(3), device="/dev/vdb"),
        lio.backstore("ramdisk", "r0", serial=SERIAL.format(4)),
        lio.backstore("ramdisk", "n0", serial=SERIAL.format(5), nullio=True),
    ]
    lio.make("core/alua/lu_gps/lg1")
    lio.make(f"{disks[0]}/alua/tg1")
    lio.write(f"{disks[0]}/alua/tg1/tg_pt_gp_id", "1")
    return disks


def build() -> None:
    """Make all of it."""
    disks = backstores()
    auth = {"userid": "user", "password": "passwordpassword",
            "userid_mutual": "mutual", "password_mutual": "otherpassword"}
    lio.iscsi(TARGET, disks[:2], acls={INITIATOR: {"auth": auth, "luns": [0]}})
    lio.loopback([disks[0]])


def fibre_channel() -> None:
    """Make a target of a Fibre Channel port that is not there."""
    lio.fc("20:00:00:00:00:00:00:01", [lio.backstore("fileio", "f0", serial=SERIAL.format(1))],
           ["20:00:00:00:00:00:00:02"])
