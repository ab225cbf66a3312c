# SPDX-License-Identifier: GPL-2.0-only
"""The whole configfs tree of a machine, to be compared with a later one."""
from __future__ import annotations

import re
from fnmatch import fnmatchcase

from rig.vm import Vm

# What a restore need not bring back, and why.
LEFT_OUT = [
    ("*statistics/*", "counters, times, and numbers in the order of making"),
    ("*/hba_info", "a number in the order of making"),
    ("*/rtpi", "not in the saved file: the next free number, in the order of making"),
    ("*/nexus", "not in the saved file: rtslib draws a new name"),
]
# rtslib numbers the HBAs anew: a backstore is known by its kind and its name.
HBA = re.compile(r"\b(fileio|iblock|rd_mcp)_\d+\b")


def left_out(path: str) -> bool:
    """Say whether a path is not compared."""
    return any(fnmatchcase(path, pattern) for pattern, _ in LEFT_OUT)


def idle(paths: list[str]) -> set[str]:
    """Return the fabrics without a target: folders of modules that an earlier test loaded."""
    fabrics = {path.split("/")[0] for path in paths} - {".", "core"}
    return fabrics - {path.split("/")[0] for path in paths if "/tpgt_" in path}


def take(vm: Vm) -> dict[str, str]:
    """Return {path: mode and value} of all folders, links and files that are configuration."""
    rows: dict[str, str] = {}
    walked = vm.call("lio.walk")
    skipped = idle([path for path, _, _ in walked])
    for path, mode, value in walked:
        path, value = HBA.sub(r"\1", path), HBA.sub(r"\1", value or "")
        if path.endswith("/members"):
            value = "".join(sorted(value.splitlines(keepends=True)))
        if path.split("/")[0] not in skipped and not left_out(path):
            rows[path] = f"{mode} {value}"
    return rows
