# SPDX-License-Identifier: GPL-2.0-only
"""Every settings file below some paths, given every value."""
from __future__ import annotations

import os
from errno import errorcode

import lio
import oneofeach

# How the configuration's paths begin, and what tables call them.
NAMES = {
    "core/fileio_100/f0": "disk/fileio",
    "core/iblock_101/b0": "disk/iblock",
    "core/rd_mcp_102/r0": "disk/ramdisk",
    "core/alua/lu_gps": "lu_gps",
    f"iscsi/{oneofeach.TARGET}/tpgt_1/acls/{oneofeach.INITIATOR}": "iscsi/acl",
    f"iscsi/{oneofeach.TARGET}/tpgt_1/np/0.0.0.0:3260": "iscsi/portal",
    f"iscsi/{oneofeach.TARGET}/tpgt_1": "iscsi/tpg",
    f"iscsi/{oneofeach.TARGET}": "iscsi/target",
    "iscsi": "iscsi",
    "loopback/naa.5001405000000001/tpgt_1": "loopback/tpg",
    "loopback/naa.5001405000000001": "loopback/target",
}
# Written by those who make objects, or by those who move reservations.
NOT_SETTINGS = {"control", "enable", "nexus", "state"}
TPG = f"iscsi/{oneofeach.TARGET}/tpgt_1"
LOOP = "loopback/naa.5001405000000001/tpgt_1"


def build() -> None:
    """Make backstores, and targets that export none of them."""
    oneofeach.backstores()
    lio.make(f"{TPG}/acls/{oneofeach.INITIATOR}")
    lio.make(f"{TPG}/np/0.0.0.0:3260")
    lio.make(LOOP)


def export() -> None:
    """Make LUNs of the backstores, and switch the targets on."""
    for lun, name in enumerate(("fileio_100/f0", "iblock_101/b0", "rd_mcp_102/r0")):
        lio.link_lun(TPG, lun, f"core/{name}")
    lio.map_lun(TPG, oneofeach.INITIATOR, 0)
    lio.write(f"{TPG}/enable", "1")
    lio.write(f"{LOOP}/nexus", "naa.500140500000000f")
    lio.link_lun(LOOP, 0, "core/fileio_100/f0")


def _short(path: str) -> str | None:
    for start, name in NAMES.items():
        if path.startswith(start + "/"):
            return name + path[len(start):]
    return None


def _files() -> list[tuple[str, str]]:
    """Return the name and the path of each settings file."""
    found = []
    for base, folders, names in os.walk(lio.ROOT):
        folders.sort()
        for name in sorted(set(names) - NOT_SETTINGS):
            path = os.path.join(base, name)
            short = _short(os.path.relpath(path, lio.ROOT))
            if short and os.stat(path).st_mode & 0o600 == 0o600:
                found.append((short, path))
    return found


def _shown(path: str) -> str:
    try:
        return lio.read(path).removesuffix("\n").replace("\n", "\\n")
    except OSError as error:
        return errorcode.get(error.errno or 0, "?")


def _result(path: str, value: str) -> str:
    """Write a value; return the error, or ok and what is shown then if that is another."""
    error = lio.try_write(path, value)
    if error:
        return error
    shown = _shown(path)
    return "ok" if shown == value else f"ok>{shown}"


def attempt(values: dict[str, str]) -> dict[str, dict[str, str]]:
    """Give each file each value, and at last its own again; return the results."""
    rows = {}
    for short, path in _files():
        own = lio.read(path)
        rows[short] = {name: _result(path, value) for name, value in values.items()}
        # an empty write does not reach the file
        rows[short]["own"] = (lio.try_write(path, own) or "ok") if own else "ok"
    return rows
