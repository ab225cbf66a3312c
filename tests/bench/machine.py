# SPDX-License-Identifier: GPL-2.0-only
"""A machine that counts, and one that runs as fast as it can."""
from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.build import Programs
from bench.counts import Counts, parse_counts
from bench.plan import Stack, Workload
from bench.symbols import Symbols
from rig.errors import RigError
from rig.vm import Options, Vm

# Counting makes a busy host's guest slow; nothing here hangs for a good reason.
PATIENCE = 900.0
MEMORY = 1536
# Addresses that mean the same in each boot, lock prefixes that one CPU would
# lose, and pages filled as distributions have it.
COMMAND_LINE = "nokaslr noreplace-smp init_on_alloc=1"
# One nanosecond of the guest is one instruction.  While it is idle it waits for
# the host's clock: its disk is on the host, whose answers would else come after
# any timeout.
COUNTING = ["-icount", "shift=0,sleep=on"]
COUNTING_ACCEL = ["-accel", "tcg,thread=single", "-cpu", "max"]


@dataclass(frozen=True)
class Sample:
    """One run of a workload: what was counted, and nanoseconds for each I/O."""

    counts: Counts | None
    ns: float


class Machine:
    """A guest with one of the two targets in it."""

    def __init__(self, target: str, programs: Programs, logs: Path, cpus: int = 0) -> None:
        """Count with one CPU if cpus is 0, else measure the time with that many."""
        self.target = target
        self._programs = programs
        self._counts = not cpus
        self._logs = logs
        self._cpus = cpus
        self._folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._runs = 0
        self._symbols = Symbols("")
        self._devices: list[str] = []
        self._vm: Vm | None = None

    def _options(self) -> Options:
        if not self._counts:
            return Options(name=f"time-{self.target}", target=self.target, memory=MEMORY,
                           cpus=self._cpus, cmdline=COMMAND_LINE)
        plugin = f"{self._programs.plugin},out={self._folder}"
        return Options(name=f"count-{self.target}", target=self.target, memory=MEMORY,
                       cmdline=COMMAND_LINE, accel=COUNTING_ACCEL, boot_seconds=PATIENCE,
                       arguments=[*COUNTING, "-plugin", plugin])

    @property
    def vm(self) -> Vm:
        """Return the guest, booted."""
        if self._vm is None:
            raise RigError(f"the machine with the {self.target} target is off")
        return self._vm

    def start(self) -> None:
        """Boot and load the modules, unless that is done."""
        if self._vm is not None:
            return
        self._vm = Vm(self._options(), self._logs)
        self._runs = 0
        self._vm.start()
        self._vm.call("bench.load", timeout=PATIENCE)

    def set_up(self, stack: Stack) -> None:
        """Make a stack."""
        self._devices = self.vm.call("bench.set_up", stack.fabric, stack.backstore,
                                     stack.sessions, stack.digest, timeout=PATIENCE)
        if self._counts:
            self._symbols = Symbols(self.vm.call("bench.symbols", timeout=PATIENCE))
        self.vm.check()

    def run(self, load: Workload, share: float) -> Sample:
        """Do some work."""
        answer = self.vm.call("bench.run", load.arguments(str(self._programs.load),
                                                          self._devices, share),
                              timeout=PATIENCE)
        self.vm.check()
        ios = int(answer["count"])
        return Sample(self._take(ios) if self._counts else None, answer["ns"] / ios)

    def _take(self, ios: int) -> Counts:
        self._runs += 1
        path = self._folder / f"run.{self._runs}"
        text = path.read_text(encoding="ascii")
        path.unlink()
        return parse_counts(text, self._symbols, ios)

    def tear_down(self) -> None:
        """Remove the stack."""
        self.vm.call("bench.tear_down", timeout=PATIENCE)
        self.vm.check()

    def drop(self) -> None:
        """Switch off; the next start boots again."""
        if self._vm is not None:
            self._vm.close()
            self._vm = None

    def close(self) -> None:
        """Switch off for good."""
        self.drop()
        shutil.rmtree(self._folder, ignore_errors=True)
