# SPDX-License-Identifier: GPL-2.0-only
"""A command in a guest, and what came of it."""
from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rig.channel import Answer, Channel, Pending, binary
from rig.errors import CommandFailed, CommandTimeout

# How long an agent on a busy host may take to answer beyond a command's limit.
SLACK = 60.0


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    title: str
    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """Say whether the exit code is zero."""
        return self.code == 0

    def reason(self) -> str:
        """Return the one line that says why it failed."""
        lines = [line for line in (self.err.strip() or self.out.strip()).splitlines() if line]
        return f"{self.title}: exit {self.code}: {lines[-1] if lines else 'no output'}"


def title_of(command: str | Sequence[str]) -> str:
    """Return a command as one short line."""
    line = command if isinstance(command, str) else shlex.join(command)
    first = line.strip().splitlines()[0] if line.strip() else line
    return first if len(first) <= 100 else first[:97] + "..."


class Job:
    """A command that runs in a guest."""

    def __init__(self, channel: Channel, title: str, limit: float,
                 number: int, pending: Pending) -> None:
        self.title = title
        self._channel = channel
        self._limit = limit
        self._number = number
        self._pending = pending

    @property
    def running(self) -> bool:
        """Say whether it has not ended yet."""
        return not self._pending.ready

    def _answer(self, seconds: float | None) -> Answer:
        answer = self._pending.wait(self._limit + SLACK if seconds is None else seconds)
        if answer["timed_out"]:
            where = answer.get("stack", "")
            stuck = f", cannot be killed, in the kernel at:\n{where}" if where else ""
            raise CommandTimeout(f"{self.title}: no end in {self._limit:.0f} s{stuck}\n"
                                 + binary(answer, "out").decode(errors="replace")[-2000:]
                                 + binary(answer, "err").decode(errors="replace")[-2000:])
        return answer

    def wait(self, check: bool = True, seconds: float | None = None) -> Result:
        """Return how it ended; a non-zero exit code is an error if checked."""
        answer = self._answer(seconds)
        result = Result(self.title, int(answer["code"]),
                        binary(answer, "out").decode(errors="replace"),
                        binary(answer, "err").decode(errors="replace"))
        if check and not result.ok:
            raise CommandFailed(f"{result.reason()}\n--- stdout\n{result.out[-4000:]}"
                                f"--- stderr\n{result.err[-4000:]}")
        return result

    def value(self) -> Any:
        """Return what a called function returned."""
        answer = self._answer(None)
        if answer["code"] != 0:
            text = binary(answer, "err").decode(errors="replace").strip()
            last = text.splitlines()[-1] if text else f"exit {answer['code']}"
            raise CommandFailed(f"{self.title}: {last}\n{text[-6000:]}")
        return json.loads(binary(answer, "val"))

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to it and to all that it started."""
        self._channel.send("kill", job=self._number, signal=int(number))[1].wait(SLACK)
