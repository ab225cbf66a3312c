# SPDX-License-Identifier: GPL-2.0-only
"""What an administrator does with a generated fabric, and with its two files
that stand for an initiator: nexus and command."""
from __future__ import annotations

import os
import subprocess
from typing import Any

import lio
import schema

INQUIRY, TEST_UNIT_READY, REPORT_LUNS, CAPACITY = "120000002400", "000000000000", \
    "a00000000000000000180000", "25000000000000000000"
WRITE, READ = "2a00000000050000" + "0100", "2800000000050000" + "0100"
KEY = "5eed5eed5eed5eed"
REGISTER, FULL_STATUS = "5f000000000000001800", "5e030000000000010000"


def add_modules(stage: str) -> None:
    """Let modprobe find the modules of a folder that was staged for this kernel."""
    there = f"/lib/modules/{os.uname().release}"
    subprocess.run(["mount", "-t", "overlay", "-o", f"lowerdir={stage}:{there}", "more", there],
                   check=True)


def remove_modules() -> None:
    """Forget them again."""
    subprocess.run(["umount", f"/lib/modules/{os.uname().release}"], check=True)


def command(tpg: str, lun: int, cdb: str, data: str = "") -> dict[str, str]:
    """Send a command; return status, residual, sense and data."""
    lio.write(f"{tpg}/command", f"{lun} {cdb} {data}".strip())
    rows = (line.partition(" ") for line in lio.read(f"{tpg}/command").splitlines())
    return {key: value for key, _, value in rows}


def refused(where: str, value: str) -> int:
    """Write what must be refused; return the error number."""
    try:
        lio.write(where, value)
    except OSError as error:
        return error.errno or 0
    return 0


def make(fabric: str, port: str, initiator: str, disk: str) -> str:
    """Make a target port with a LUN, and an ACL that maps it."""
    tpg = f"{fabric}/{port}/tpgt_1"
    lio.make(tpg, "lun/lun_0")
    lio.link_lun(tpg, 0, disk)
    lio.make(tpg, "acls", initiator)
    lio.map_lun(tpg, initiator, 0)
    return tpg


def register(tpg: str, key: str, with_key: str = "") -> str:
    """PERSISTENT RESERVE OUT: register a key in place of another; return the status."""
    return command(tpg, 0, REGISTER, f"{with_key:0>16}{key:0>16}{'':0>16}")["status"]


def reservations(tpg: str, key: str) -> dict[str, Any]:
    """Register; return what PERSISTENT RESERVE IN says of it."""
    seen: dict[str, Any] = {"rtpi": int(lio.read(f"{tpg}/rtpi"), 0),
                            "registered": register(tpg, key),
                            "full status": command(tpg, 0, FULL_STATUS)}
    seen["unregistered"] = register(tpg, "", key)
    seen["no status"] = command(tpg, 0, FULL_STATUS)
    return seen


def use(tpg: str, initiator: str, stranger: str, block: str) -> dict[str, Any]:
    """Log in, read and write; return what came of it."""
    seen: dict[str, Any] = {
        "dirs": sorted(entry.name for entry in os.scandir(lio.path(tpg)) if entry.is_dir()),
        "alua": sorted(name for name in os.listdir(lio.path(tpg, "lun/lun_0"))
                       if name.startswith("alua_tg_pt_")),
        "nobody": refused(f"{tpg}/command", f"0 {INQUIRY}"),
        "stranger": refused(f"{tpg}/nexus", stranger),
        "no name": refused(f"{tpg}/nexus", "no name"),
    }
    top = tpg.split("/", maxsplit=1)[0]
    seen["schema"] = {folder: schema.text(folder) for folder in schema.objects(top)}
    seen["not as the schema says"] = schema.uncovered(top) + \
        schema.wrong(top, ["always", "linked"], ["disabled"])
    lio.write(f"{tpg}/nexus", initiator)
    seen["nexus"] = lio.read(f"{tpg}/nexus").strip()
    seen["second"] = refused(f"{tpg}/nexus", initiator)
    for _ in range(4):          # unit attentions of the new nexus
        if command(tpg, 0, TEST_UNIT_READY)["status"] == "00":
            break
    for name, cdb in (("inquiry", INQUIRY), ("luns", REPORT_LUNS), ("capacity", CAPACITY)):
        seen[name] = command(tpg, 0, cdb)
    seen["write"] = command(tpg, 0, WRITE, block)
    seen["read"] = command(tpg, 0, READ)
    seen |= reservations(tpg, KEY)
    seen["opcode"] = command(tpg, 0, "ff0000000000")
    seen["no lun"] = command(tpg, 7, CAPACITY)
    seen["bad text"] = [refused(f"{tpg}/command", text)
                        for text in (" ", "0", "0 12", "x 120000002400", "0 12000000240",
                                     "0 120000002400 0g", "0 120000002400 00 00")]
    for name in ("generate_node_acls", "prod_mode_write_protect"):
        lio.write(f"{tpg}/attrib/{name}", "1")
        seen[name] = lio.read(f"{tpg}/attrib/{name}").strip()
    return seen


def exercise(fabric: str, port: str, initiator: str, stranger: str,
             disk: str, block: str) -> dict[str, Any]:
    """Load a module, use it, remove all and unload it."""
    subprocess.run(["modprobe", fabric], check=True)
    tpg = make(fabric, port, initiator, disk)
    lio.make(tpg, "np/here")
    lio.write(f"{tpg}/enable", "1")
    seen: dict[str, Any] = {"tpg": tpg, **use(tpg, initiator, stranger, block)}
    seen["busy"] = subprocess.run(["rmmod", fabric], check=False,
                                  stderr=subprocess.DEVNULL).returncode
    # The ACL goes while its initiator is logged in, so the nexus goes with it.
    acl = f"{tpg}/acls/{initiator}"
    os.unlink(lio.path(acl, "lun_0/lun"))
    os.rmdir(lio.path(acl, "lun_0"))
    os.rmdir(lio.path(acl))
    seen["without acl"] = refused(f"{tpg}/nexus", "NULL")
    lio.write(f"{tpg}/nexus", stranger)
    seen["demo mode"] = command(tpg, 0, REPORT_LUNS)
    lio.clear_fabric(fabric)
    subprocess.run(["rmmod", fabric], check=True)
    seen["left"] = os.path.isdir(lio.path(fabric))
    return seen
