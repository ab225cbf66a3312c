# SPDX-License-Identifier: GPL-2.0-only
"""What was configured before each change, to go back to."""
from __future__ import annotations

import os
import re
from typing import Any

from targetconfig import store
from targetconfig.problem import Problem

FOLDER = "/var/lib/targetcli-config"
KEPT = 20
NAME = re.compile(r"(\d{6})\.yaml")


def numbers(folder: str = FOLDER) -> list[int]:
    """Return the numbers of what is kept, oldest first."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(int(match.group(1)) for name in names if (match := NAME.fullmatch(name)))


def path(number: int, folder: str = FOLDER) -> str:
    """Return the file with this number."""
    return os.path.join(folder, f"{number:06}.yaml")


def keep(document: dict[str, Any], folder: str = FOLDER) -> int:
    """Keep a document; forget the oldest."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    there = numbers(folder)
    number = there[-1] + 1 if there else 1
    store.write(path(number, folder), document, allow_empty=True)
    for old in there[:-KEPT]:
        for name in os.listdir(folder):
            if name.startswith(f"{old:06}."):
                os.unlink(os.path.join(folder, name))
    return number


def load(number: int | None, folder: str = FOLDER) -> tuple[int, dict[str, Any]]:
    """Return the last document that was kept, or one by its number."""
    there = numbers(folder)
    if not there:
        raise Problem("nothing to go back to: no apply has changed anything yet")
    if number is not None and number not in there:
        raise Problem(f"no configuration {number}; there are {there[0]} to {there[-1]}")
    chosen = there[-1] if number is None else number
    return chosen, store.read(path(chosen, folder))
