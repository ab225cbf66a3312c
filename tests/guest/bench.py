# SPDX-License-Identifier: GPL-2.0-only
"""What a benchmark exports and uses, made and removed in one guest."""
from __future__ import annotations

import json
import os
import subprocess
import time
from typing import Any

import initiator
import lio

TARGET = "iqn.2003-01.org.example:bench"
NAME = "iqn.2003-01.org.example:initiator"
PORTAL = "127.0.0.1:3260"
FILE = "/dev/shm/bench.img"
MEGABYTES = 64
BACKSTORES = ("nullio", "ramdisk", "fileio", "iblock")
OPEN = {"authentication": 0, "generate_node_acls": 1, "cache_dynamic_acls": 1,
        "demo_mode_write_protect": 0}
DIGEST = {"node.conn[0].iscsi.HeaderDigest": "CRC32C", "node.conn[0].iscsi.DataDigest": "CRC32C"}


def load() -> None:
    """Load everything that any stack needs, so that no address changes later."""
    subprocess.run(["modprobe", "null_blk", "nr_devices=1", "gb=1"], check=True)
    subprocess.run(["modprobe", "crc32c_intel"], check=True)
    lio.load()
    lio.make("iscsi")
    lio.make("loopback")
    # Some backstores' modules come with the first of their kind.
    for kind in BACKSTORES:
        _backstore(kind)
        tear_down()
    initiator.start(NAME)


def symbols() -> str:
    """Return the addresses of all functions, the modules' too."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        return "".join(line for line in file if line[17] in "tTwW")


def _backstore(kind: str) -> str:
    if kind == "nullio":
        return lio.backstore("ramdisk", "bench", MEGABYTES, nullio=True)
    if kind == "fileio":
        # All of it there: a first write to a page costs more than the next.
        with open(FILE, "wb") as file:
            for _ in range(MEGABYTES):
                file.write(bytes(1 << 20))
        return lio.backstore("fileio", "bench", MEGABYTES, device=FILE)
    if kind == "iblock":
        return lio.backstore("iblock", "bench", device="/dev/nullb0")
    return lio.backstore("ramdisk", "bench", MEGABYTES)


def _set_queue(device: str, name: str, value: str, shown: str) -> None:
    """Change a setting of a queue, whose folder comes a moment after the disk."""
    where = f"/sys/block/{os.path.basename(device)}/queue/{name}"
    deadline = time.monotonic() + 20
    while True:
        try:
            with open(where, "r+", encoding="ascii") as file:
                file.write(value)
            with open(where, encoding="ascii") as file:
                if shown in file.read().split():
                    return
        except FileNotFoundError:
            pass
        if time.monotonic() > deadline:
            raise OSError(f"{where} does not take {value}")
        time.sleep(0.05)


def _settle(devices: list[str]) -> list[str]:
    """Take the same queue settings whatever the kernel would choose."""
    for device in devices:
        _set_queue(device, "scheduler", "none", "[none]")
        _set_queue(device, "add_random", "0", "0")
    return devices


def set_up(fabric: str, backstore: str, sessions: int, digest: bool) -> list[str]:
    """Export a backstore and return the disks that an initiator sees."""
    disk = _backstore(backstore)
    if fabric == "loopback":
        return _settle(sorted(lio.loopback([disk]).values()))
    lio.iscsi(TARGET, [disk], attrib=OPEN, portals=[PORTAL])
    initiator.login_many(TARGET, PORTAL, sessions, DIGEST if digest else {})
    found = initiator.wait_all_disks(TARGET, sessions)
    return _settle(sorted(luns["0"] for luns in found.values()))


def tear_down() -> None:
    """Remove it all."""
    if initiator.sessions():
        initiator.logout(TARGET)
    lio.clear()
    if os.path.exists(FILE):
        os.unlink(FILE)


def run(arguments: list[str]) -> dict[str, Any]:
    """Run the load generator; return what it printed."""
    done = subprocess.run(arguments, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise OSError(done.stderr.strip() or f"{arguments[0]}: exit {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
