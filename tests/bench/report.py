# SPDX-License-Identifier: GPL-2.0-only
"""Tables for people, and JSON for programs."""
from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from typing import Any

from bench.counts import EVENTS, Counts
from bench.plan import STACKS, WORKLOADS, Stack, Workload
from bench.symbols import DATA_GROUP, GROUPS
from rig.modset import TARGETS

MEASURES = ("kernel", "moved", "own", "user", "locked", *EVENTS)


@dataclass
class Point:
    """A workload on a stack with one target."""

    counts: list[Counts] = field(default_factory=list)
    ns: list[float] = field(default_factory=list)

    def value(self, measure: str) -> float | None:
        """Return the median of what was counted for each I/O."""
        if not self.counts:
            return None
        return statistics.median(
            counts.event(measure) if measure in EVENTS else float(getattr(counts, measure))
            for counts in self.counts)

    @property
    def iops(self) -> float | None:
        """Return the median of I/Os in a second."""
        return 1e9 / statistics.median(self.ns) if self.ns else None


def ratio(ours: float | None, stock: float | None) -> float | None:
    """Return ours by stock."""
    return ours / stock if ours is not None and stock else None


def _cell(value: float | None, width: int, digits: int, scale: float = 1.0) -> str:
    text = "-" if value is None else f"{value / scale:.{digits}f}"
    return text.rjust(width)


class Results:
    """Everything measured, by stack, workload and target."""

    def __init__(self) -> None:
        self._points: dict[tuple[Stack, Workload], dict[str, Point]] = {}
        self.failures: list[str] = []

    def point(self, stack: Stack, load: Workload, target: str) -> Point:
        """Return where a measurement belongs."""
        return self._points.setdefault((stack, load), {}).setdefault(target, Point())

    def _pair(self, stack: Stack, load: Workload) -> tuple[Point, Point]:
        points = self._points.get((stack, load), {})
        stock, ours = (points.get(target, Point()) for target in TARGETS)
        return stock, ours

    def worst(self) -> tuple[float, str] | None:
        """Return the highest ratio of instructions, and where it is.

        Loopback at depth 32 with single submits counts for nothing: whether
        commands share a wake-up there is chance.
        """
        found = []
        for stack, load in self._points:
            stock, ours = self._pair(stack, load)
            value = ratio(ours.value("kernel"), stock.value("kernel"))
            if value and not (stack.fabric == "loopback" and load.name in ("rr32", "rw32")):
                found.append((value, f"{stack.name}:{load.name}"))
        return max(found) if found else None

    # -- text

    def table(self) -> str:
        """Return the whole table."""
        lines = [
            f"{'':28} {'kernel k-instr / I/O':^23} {'data moved, k':^15} {'target k':^13}"
            f" {'segments':^11} {'wake-ups':^11} {'switches':^11} {'throughput, I/O/s':^24}",
            f"{'stack':21} {'work':6} {'stock':>8} {'ours':>8} {'ratio':>5} {'stock':>7}"
            f" {'ours':>7} {'stock':>6} {'ours':>6}"
            + f" {'stock':>5} {'ours':>5}" * 3
            + f" {'stock':>8} {'ours':>8} {'ratio':>6}"]
        before = ""
        for stack in STACKS:
            for load in WORKLOADS:
                if (stack, load) not in self._points:
                    continue
                name = stack.name if stack.name != before else ""
                before = stack.name
                lines.append(f"{name:21} {load.name:6} {self._row(stack, load)}")
        return "\n".join(lines)

    def _row(self, stack: Stack, load: Workload) -> str:
        stock, ours = self._pair(stack, load)
        kernel = stock.value("kernel"), ours.value("kernel")
        cells = [_cell(kernel[0], 8, 1, 1e3), _cell(kernel[1], 8, 1, 1e3),
                 _cell(ratio(kernel[1], kernel[0]), 5, 2)]
        cells += [_cell(point.value("moved"), 7, 1, 1e3) for point in (stock, ours)]
        cells += [_cell(point.value("own"), 6, 1, 1e3) for point in (stock, ours)]
        for event in EVENTS:
            cells += [_cell(point.value(event), 5, 1) for point in (stock, ours)]
        cells += [_cell(stock.iops, 8, 0), _cell(ours.iops, 8, 0),
                  _cell(ratio(ours.iops, stock.iops), 6, 2)]
        return " ".join(cells)

    def profile(self, number: int) -> str:
        """Return where the instructions go, for every point."""
        return "\n\n".join(self._profile(stack, load, number) for stack, load in self._points)

    def _profile(self, stack: Stack, load: Workload, number: int) -> str:
        stock, ours = ((point.counts or [Counts()])[-1] for point in self._pair(stack, load))
        shown = ours if ours.functions else stock
        lines = [f"{stack.title}; {load.title}: instructions for an I/O",
                 f"  {'':30} {'stock':>10} {'ours':>10}"]
        by_group = stock.groups(), ours.groups()
        for name in [group for group, _ in GROUPS] + [DATA_GROUP]:
            values = [f"{groups.get(name, 0.0):10.0f}" for groups in by_group]
            lines.append(f"  {name:30} {' '.join(values)}")
        lines.append(f"  {'all but data':30} {stock.kernel:10.0f} {ours.kernel:10.0f}")
        lines.append(f"  {'function':44} {'stock':>9} {'calls':>6} {'ours':>9} {'calls':>6}")
        for function, _ in shown.top(number):
            cells = [side.functions.get(function) for side in (stock, ours)]
            text = " ".join(f"{cell.insns:9.0f} {cell.calls:6.1f}" if cell
                            else f"{'-':>9} {'-':>6}" for cell in cells)
            lines.append(f"  {function.title[:44]:44} {text}")
        return "\n".join(lines)

    # -- data

    def as_json(self, about: dict[str, Any], number: int) -> str:
        """Return everything as JSON."""
        rows = []
        for stack, load in self._points:
            row: dict[str, Any] = {"stack": stack.name, "workload": load.name}
            for target, point in self._points[(stack, load)].items():
                row[target] = {measure: point.value(measure) for measure in MEASURES}
                row[target]["iops"] = point.iops
                if number and point.counts:
                    row[target]["groups"] = point.counts[-1].groups()
                    row[target]["functions"] = {
                        function.title: [round(cost.insns, 1), round(cost.calls, 3)]
                        for function, cost in point.counts[-1].top(number)}
            stock, ours = self._pair(stack, load)
            row["ratio"] = {"kernel": ratio(ours.value("kernel"), stock.value("kernel")),
                            "iops": ratio(ours.iops, stock.iops)}
            rows.append(row)
        return json.dumps({"about": about, "points": rows, "failures": self.failures}, indent=1)
