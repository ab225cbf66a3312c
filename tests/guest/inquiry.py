# SPDX-License-Identifier: GPL-2.0-only
"""INQUIRY data of the disks that a guest sees (SPC-4 6.6)."""
from __future__ import annotations

import glob
import os
import subprocess

PAGES: dict[str, list[str]] = {"standard": [], "80": ["-p", "0x80"], "83": ["-p", "0x83"]}
# Standard INQUIRY's identity: vendor, product, revision (bytes 8 to 35).
IDENTITY = slice(8, 36)


def page(device: str, arguments: list[str]) -> bytes:
    """Return a page's bytes."""
    return subprocess.run(["sg_inq", "--raw", *arguments, device], check=True,
                          stdout=subprocess.PIPE).stdout


def _label(path: str) -> str:
    """Return the fabric and LUN of a SCSI device."""
    lun = path.rsplit(":", 1)[1]
    return ("iscsi:" if "/session" in os.path.realpath(path) else "loopback:") + lun


def identities() -> dict[str, dict[str, str]]:
    """Return {fabric:lun: {page: hexadecimal}} of every disk."""
    found = {}
    for path in sorted(glob.glob("/sys/class/scsi_generic/*/device")):
        real = os.path.realpath(path)
        device = "/dev/" + path.split("/")[4]
        rows = {name: page(device, arguments) for name, arguments in PAGES.items()}
        rows["standard"] = rows["standard"][IDENTITY]
        found[_label(real)] = {name: data.hex() for name, data in rows.items()}
    return found
