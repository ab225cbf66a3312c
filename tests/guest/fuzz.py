# SPDX-License-Identifier: GPL-2.0-only
"""Random commands, many at a time: the program of tests/fuzz on some disks."""
from __future__ import annotations

import json
import os
import subprocess
from typing import Any


def generic(device: str) -> str:
    """Return the sg device of a disk."""
    where = f"/sys/block/{os.path.basename(device)}/device/scsi_generic"
    return "/dev/" + os.listdir(where)[0]


def _unreclaimable() -> int:
    """Return the KiB of slabs that nothing but their owners can free."""
    with open("/proc/meminfo", encoding="ascii") as file:
        sizes = dict(line.split(":") for line in file)
    return int(sizes["SUnreclaim"].split()[0])


def run(program: str, disks: dict[str, str], seed: int, first: int, count: int,
        limit: int) -> dict[str, Any]:
    """Send cases to disks, {name: device}; return the summary and what was said before it."""
    subprocess.run(["modprobe", "sg"], check=True)
    with open("/sys/module/sg/parameters/allow_dio", "w", encoding="ascii") as file:
        file.write("1")
    names = [f"{name}={generic(device)}" for name, device in disks.items()]
    before = _unreclaimable()
    done = subprocess.run([program, str(seed), str(first), str(count), str(limit), *names],
                          text=True, errors="replace", check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = done.stdout.splitlines() or ["nothing was said"]
    summary: dict[str, Any] = {"rows": []}
    if lines[-1].startswith("{"):
        summary = json.loads(lines.pop())
    summary["said"] = lines[:40]
    summary["code"] = done.returncode
    summary["slab_kib"] = _unreclaimable() - before
    return summary
