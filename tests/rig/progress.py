# SPDX-License-Identifier: GPL-2.0-only
"""Progress of a long command: a line for each step, with the time it took."""
from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Prints what happens now, and how long it has been happening."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._begin = time.monotonic()
        self._live = stream.isatty()

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _stamp(self) -> str:
        return f"[{time.monotonic() - self._begin:6.1f}s]"

    def note(self, text: str) -> None:
        """Print a line between steps."""
        self._write(f"{self._stamp()}   {text}\n")

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Show a step.  What is appended to the list goes behind its end."""
        begin = time.monotonic()
        remarks: list[str] = []
        over = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(title, begin, over), daemon=True)
        ticker.start()
        word = "failed"
        try:
            yield remarks
            word = "done"
        finally:
            over.set()
            ticker.join()
            behind = f": {', '.join(remarks)}" if remarks else ""
            start = "\r\033[K" if self._live else ""
            self._write(f"{start}{self._stamp()} {title} {word} "
                        f"({time.monotonic() - begin:.1f} s){behind}\n")

    def _tick(self, title: str, begin: float, over: threading.Event) -> None:
        """On a terminal count the seconds; in a log say once what takes long."""
        if not self._live:
            if not over.wait(1.0):
                self._write(f"{self._stamp()} {title} ...\n")
            return
        while True:
            text = f"{self._stamp()} {title} ... {time.monotonic() - begin:.0f} s"
            # a line that is wrapped cannot be written over
            self._write(f"\r\033[K{text[:shutil.get_terminal_size().columns - 1]}")
            if over.wait(1.0):
                return
