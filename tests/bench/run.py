#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measure the stock target and this one: the same work, the same kernel, one run.

First two machines count: QEMU executes each instruction of a guest by
translation, and a plugin counts them, so that what an I/O costs is a number
and not a feeling.  Then two machines without the plugin do the same work in
turns, for the throughput.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))

# pylint: disable=wrong-import-position
from bench.build import build  # noqa: E402
from bench.machine import Machine, Sample  # noqa: E402
from bench.plan import STACKS, WORKLOADS, Plan, Stack, Workload, choose  # noqa: E402
from bench.report import Results  # noqa: E402
from rig.errors import RigError  # noqa: E402
from rig.kernel import installed_kernel  # noqa: E402
from rig.modset import TARGETS, module_set  # noqa: E402
from rig.progress import Progress  # noqa: E402

T = TypeVar("T")
# What a failing machine raises: it fails its stack, the others go on.
TROUBLE = (RigError, OSError)


class Bench:
    """Runs a plan on machines, side by side or in turns."""

    def __init__(self, options: argparse.Namespace, logs: Path) -> None:
        self._options = options
        self._targets = list(TARGETS) if options.target == "both" else [options.target]
        self._logs = logs
        self._show = Progress(sys.stderr)
        self._share = 0.25 if options.quick else 1.0
        self._down: set[str] = set()
        self._pool: ThreadPoolExecutor
        self.results = Results()

    @contextmanager
    def _machines(self, cpus: int) -> Iterator[list[Machine]]:
        programs = build()
        machines = [Machine(target, programs, self._logs, cpus) for target in self._targets]
        # A machine ends with the thread that booted it, so threads stay.
        with ThreadPoolExecutor(len(machines)) as self._pool:
            try:
                yield machines
            finally:
                for machine in machines:
                    machine.close()

    def _fail(self, machine: Machine, what: str, error: Exception) -> None:
        first = str(error).partition("\n")[0]
        self.results.failures.append(f"{machine.target}: {what}: {first}")
        self._show.note(f"{machine.target}: {what} failed: {error}")
        self._down.add(machine.target)
        machine.drop()

    def _each(self, machines: list[Machine], what: str, work: Callable[[Machine], T],
              together: bool = True) -> dict[str, T]:
        """Do something on each machine that is well; return what came of it."""
        well = [machine for machine in machines if machine.target not in self._down]
        done: dict[str, T] = {}
        at_once = [well] if together else [[machine] for machine in well]
        for some in at_once:
            futures = [(machine, self._pool.submit(work, machine)) for machine in some]
            for machine, future in futures:
                try:
                    done[machine.target] = future.result()
                except TROUBLE as error:
                    self._fail(machine, what, error)
        return done

    def _set_up(self, machines: list[Machine], stack: Stack) -> None:
        self._down.clear()

        def make(machine: Machine) -> None:
            machine.start()
            machine.set_up(stack)

        with self._show.step(f"{stack.title}: setting up"):
            self._each(machines, f"{stack.name}: setting up", make)

    def _tear_down(self, machines: list[Machine], stack: Stack) -> None:
        self._each(machines, f"{stack.name}: removing", Machine.tear_down)

    def count(self, plan: Plan) -> None:
        """Count instructions; both machines at once, for that changes no figure."""
        with self._machines(0) as machines:
            for stack, loads in plan.items():
                self._set_up(machines, stack)
                for load in loads:
                    self._count_point(machines, stack, load)
                self._tear_down(machines, stack)

    def _count_point(self, machines: list[Machine], stack: Stack, load: Workload) -> None:
        def work(machine: Machine) -> Sample:
            return machine.run(load, self._share)

        with self._show.step(f"{stack.name}: counting {load.name}") as remarks:
            for _ in range(self._options.repeat):
                for target, sample in self._each(
                        machines, f"{stack.name}:{load.name}", work).items():
                    assert sample.counts
                    point = self.results.point(stack, load, target)
                    point.counts.append(sample.counts)
            for target in self._targets:
                value = self.results.point(stack, load, target).value("kernel")
                if value is not None:
                    remarks.append(f"{target} {value / 1e3:.1f} k")

    def measure(self, plan: Plan) -> None:
        """Measure the time; the machines take turns."""
        with self._machines(self._options.cpus) as machines:
            for stack, loads in plan.items():
                self._set_up(machines, stack)
                for load in loads:
                    self._time_point(machines, stack, load)
                self._tear_down(machines, stack)

    def _time_point(self, machines: list[Machine], stack: Stack, load: Workload) -> None:
        def work(machine: Machine) -> Sample:
            return machine.run(load, self._share)

        with self._show.step(f"{stack.name}: timing {load.name}") as remarks:
            for _ in range(3 * self._options.repeat):
                for target, sample in self._each(
                        machines, f"{stack.name}:{load.name}", work, together=False).items():
                    self.results.point(stack, load, target).ns.append(sample.ns)
            for target in self._targets:
                value = self.results.point(stack, load, target).iops
                if value is not None:
                    remarks.append(f"{target} {value:.0f}/s")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Instructions per I/O and throughput: stock LIO and this target.",
        epilog="Exit codes: 0 all was measured; 1 something failed; 2 wrong usage; "
               "3 a ratio of instructions is above --limit.")
    parser.add_argument("--only", action="append", default=[], metavar="STACK[:WORK]",
                        help="measure only these, with * (iscsi-*:r1m); may be repeated")
    parser.add_argument("--quick", action="store_true",
                        help="fewer I/Os, and without --only the main stacks alone")
    parser.add_argument("--profile", nargs="?", type=int, const=30, default=0, metavar="N",
                        help="show the N most expensive functions of each point (30)")
    parser.add_argument("--target", choices=["both", *TARGETS], default="both",
                        help="measure both (default), or one")
    parser.add_argument("--repeat", type=int, default=1, metavar="N",
                        help="measure everything N times, take the median")
    parser.add_argument("--cpus", type=int, default=1, metavar="N",
                        help="CPUs of the machines that measure throughput (1)")
    parser.add_argument("--no-count", action="store_true", help="throughput only")
    parser.add_argument("--no-time", action="store_true", help="instructions only")
    parser.add_argument("--limit", type=float, metavar="RATIO",
                        help="exit with 3 if instructions are above this share of stock's")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there")
    parser.add_argument("--logs", type=Path, help="keep the machines' consoles there")
    parser.add_argument("--list", action="store_true", help="list stacks and work, and end")
    options = parser.parse_args(arguments)
    if options.repeat < 1 or options.cpus < 1:
        parser.error("--repeat and --cpus are 1 or more")
    if options.no_count and (options.no_time or options.profile or options.limit):
        parser.error("--no-count leaves nothing to do of what else is asked")
    return options


def show_list() -> None:
    """Print what there is to measure."""
    for stack in STACKS:
        print(f"{stack.name:22} {stack.title}")
    for load in WORKLOADS:
        print(f"{load.name:22} {load.title}")


def run(options: argparse.Namespace, plan: Plan, logs: Path) -> Results:
    """Measure, and print what was found even if it is cut short."""
    kernel = installed_kernel()
    for target in TARGETS if options.target == "both" else [options.target]:
        module_set(kernel, target)
    bench = Bench(options, logs)
    try:
        if not options.no_count:
            bench.count(plan)
        if not options.no_time:
            bench.measure(plan)
    except KeyboardInterrupt:
        bench.results.failures.append("stopped by Ctrl-C")
    results = bench.results
    if options.profile:
        print(results.profile(options.profile), end="\n\n")
    print(f"Linux {kernel.version}\n{results.table()}")
    if options.json:
        about = {"kernel": kernel.version, "quick": options.quick, "repeat": options.repeat,
                 "cpus": options.cpus}
        options.json.write_text(results.as_json(about, options.profile), encoding="utf-8")
    return results


def verdict(results: Results, limit: float | None) -> int:
    """Print the last line; return the exit code."""
    worst = results.worst()
    if worst:
        print(f"The highest ratio of instructions is {worst[0]:.2f}, at {worst[1]}.")
    for failure in results.failures:
        print(f"FAILED: {failure}")
    if results.failures:
        return 1
    if limit is not None and worst and worst[0] > limit:
        print(f"FAILED: {worst[0]:.2f} is above the limit of {limit:.2f}")
        return 3
    return 0


def main() -> int:
    """Run, and say in the last line how it went."""
    options = parse()
    if options.list:
        show_list()
        return 0
    plan = choose(options.only, options.quick)
    if not plan:
        print("nothing has such a name; --list shows the names", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="bench-logs-") as folder:
            return verdict(run(options, plan, options.logs or Path(folder)), options.limit)
    except TROUBLE as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
