# SPDX-License-Identifier: GPL-2.0-only
"""What stops a command, in words for the administrator."""
from __future__ import annotations

from collections.abc import Iterable

FAILED, USAGE, BUSY = 1, 2, 3


class Problem(Exception):
    """A command cannot go on; code is the exit code."""

    def __init__(self, text: str, code: int = USAGE) -> None:
        super().__init__(text)
        self.code = code


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a remark that names what is spelt nearly like it, or nothing."""
    import difflib              # here: it is seldom needed, and slow to load
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
