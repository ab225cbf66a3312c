# SPDX-License-Identifier: GPL-2.0-only
"""Programs as a user of the machine runs them, many in one call."""
from __future__ import annotations

import subprocess


def each(lines: list[str], seconds: float = 30.0) -> list[list[object]]:
    """Run each line in a shell; return its exit code and what it said."""
    found: list[list[object]] = []
    for line in lines:
        done = subprocess.run(["sh", "-c", line], timeout=seconds, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        found.append([done.returncode, done.stdout.decode("utf-8", "replace")])
    return found
