# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel with checks knows beyond what it prints: leaks, and its own state."""
from __future__ import annotations

import re
import time

KMEMLEAK = "/sys/kernel/debug/kmemleak"
LOCKDEP = "/proc/lockdep_stats"
# kmemleak does not report what is younger than this.
MIN_AGE = 5.0
# A frame of a target module; one that was unloaded has no name any more.
OURS = re.compile(r"\[(?:target_core_\w+|iscsi_target_mod|tcm_\w+)\]|\b0xffffffff[a-f]\w{7}\b")


def _scan() -> None:
    with open(KMEMLEAK, "w", encoding="ascii") as file:
        file.write("scan")


def ours(report: str) -> list[str]:
    """Return the reports of what a target module allocated."""
    reports = re.split(r"^(?=unreferenced object)", report, flags=re.M)
    return [text for text in reports if text.startswith("unreferenced") and OURS.search(text)]


def leaks() -> list[str]:
    """Return kmemleak's reports on the target's modules, and forget them.

    What moves between two places during a scan is missed by it; the second
    one finds it.
    """
    time.sleep(MIN_AGE)
    _scan()
    _scan()
    with open(KMEMLEAK, "r+", encoding="ascii", errors="replace") as file:
        found = ours(file.read())
        file.write("clear")
    return found


def lockdep_is_on() -> bool:
    """Say whether lock dependencies are still checked: the first report ends that."""
    with open(LOCKDEP, encoding="ascii") as file:
        return re.search(r"debug_locks:\s+1", file.read()) is not None
