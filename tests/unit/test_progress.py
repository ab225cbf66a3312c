# SPDX-License-Identifier: GPL-2.0-only
"""On a terminal the line that counts seconds is one line, however long the title."""
from __future__ import annotations

import io
import time

import pytest

from rig.progress import Progress


class Terminal(io.StringIO):
    """Text that a person watches."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_long_title_does_not_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    seen = Terminal()
    with Progress(seen).step("a title that is longer than the terminal is wide"):
        until = time.monotonic() + 10
        while "title" not in seen.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
    *counted, end = seen.getvalue().split("\r\033[K")[1:]
    assert counted
    assert all(len(line) == 39 and "title that is longer" in line for line in counted)
    assert end.startswith("[") and "is wide done" in end
