# SPDX-License-Identifier: GPL-2.0-only
"""What is measured: stacks, and the work that each does."""
from __future__ import annotations

import fnmatch
from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
SPAN = 64 * MIB


@dataclass(frozen=True)
class Workload:
    """A pattern of I/O, and how much of it makes a figure that repeats."""

    name: str
    title: str
    mode: str
    order: str
    submits: str
    size: int
    depth: int
    count: int

    def arguments(self, program: str, devices: list[str], share: float) -> list[str]:
        """Return the load generator's command line for a share of the count."""
        total = self.depth * len(devices)
        # Whole rounds of the depth, so that no batch is short.
        count = max(2, round(self.count * share / total)) * total
        warmup = max(2, self.count // 8 // total) * total
        return [program, self.mode, self.order, self.submits, str(self.size), str(self.depth),
                str(count), str(warmup), str(SPAN), *devices]


@dataclass(frozen=True)
class Stack:
    """A fabric with a backstore behind it."""

    fabric: str
    backstore: str
    sessions: int = 1
    digest: bool = False

    @property
    def name(self) -> str:
        """Return the name that tables and --only use."""
        parts = [self.fabric, self.backstore]
        if self.fabric == "iscsi":
            parts += [f"{self.sessions}s"] + (["crc"] if self.digest else [])
        return "-".join(parts)

    @property
    def title(self) -> str:
        """Return what a person reads."""
        if self.fabric == "loopback":
            return f"loopback, {self.backstore}"
        many = "1 session" if self.sessions == 1 else f"{self.sessions} sessions"
        digest = "CRC32C digests" if self.digest else "no digest"
        return f"iSCSI, {self.backstore}, {many}, {digest}"


WORKLOADS = (
    Workload("rr1", "4 KiB random reads, depth 1", "read", "random", "single", 4 * KIB, 1, 2000),
    Workload("rw1", "4 KiB random writes, depth 1", "write", "random", "single", 4 * KIB, 1, 2000),
    Workload("rr32", "4 KiB random reads, depth 32", "read", "random", "single",
             4 * KIB, 32, 3200),
    Workload("rw32", "4 KiB random writes, depth 32", "write", "random", "single",
             4 * KIB, 32, 3200),
    Workload("rb32", "4 KiB random reads, batches of 32", "read", "random", "batch",
             4 * KIB, 32, 3200),
    Workload("wb32", "4 KiB random writes, batches of 32", "write", "random", "batch",
             4 * KIB, 32, 3200),
    Workload("r128k", "128 KiB reads in sequence, depth 8", "read", "sequential", "single",
             128 * KIB, 8, 400),
    Workload("w128k", "128 KiB writes in sequence, depth 8", "write", "sequential", "single",
             128 * KIB, 8, 400),
    Workload("r1m", "1 MiB reads in sequence, depth 4", "read", "sequential", "single",
             MIB, 4, 64),
    Workload("w1m", "1 MiB writes in sequence, depth 4", "write", "sequential", "single",
             MIB, 4, 64),
)

STACKS = (
    Stack("loopback", "nullio"),
    Stack("loopback", "ramdisk"),
    Stack("loopback", "fileio"),
    Stack("loopback", "iblock"),
    Stack("iscsi", "ramdisk"),
    Stack("iscsi", "ramdisk", sessions=4),
    Stack("iscsi", "ramdisk", digest=True),
    Stack("iscsi", "ramdisk", sessions=4, digest=True),
    Stack("iscsi", "nullio"),
    Stack("iscsi", "fileio"),
    Stack("iscsi", "iblock"),
)
QUICK = ("loopback-nullio", "loopback-fileio", "iscsi-ramdisk-1s", "iscsi-ramdisk-4s",
         "iscsi-ramdisk-1s-crc")

Plan = dict[Stack, list[Workload]]


def choose(only: list[str], quick: bool) -> Plan:
    """Return the work for patterns such as iscsi-* or loopback-nullio:rr1."""
    plan: Plan = {}
    for stack in STACKS:
        if quick and not only and stack.name not in QUICK:
            continue
        chosen = [load for load in WORKLOADS if not only or any(
            _matches(pattern, stack, load) for pattern in only)]
        if chosen:
            plan[stack] = chosen
    return plan


def _matches(pattern: str, stack: Stack, load: Workload) -> bool:
    where, _, what = pattern.partition(":")
    return (fnmatch.fnmatchcase(stack.name, where or "*")
            and fnmatch.fnmatchcase(load.name, what or "*"))
