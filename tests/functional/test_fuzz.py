# SPDX-License-Identifier: GPL-2.0-only
"""Random CDBs and parameter lists: each ends as it may, and harms nobody.

A fault names its seed and its case; --fuzz SEED:FIRST:COUNT sends those again.
"""
from __future__ import annotations

import pytest

from functional import fuzzer
from functional.fuzzer import Run
from functional.lab import Initiator, Plan, Target

SEED = 20030131
CASES = {"ci": 300, "long": 500000}
# So many that each command comes often
MANY = 20000
LOG_LINES = 60
SLAB_KIB = 16384
# Commands that may fail each time: they need a second initiator, damage, or a slow copy
STATEFUL = {(0x5f, 7), (0x5f, 8), (0x83, 0x1c)}


@pytest.fixture(name="run")
def fixture_run(request: pytest.FixtureRequest, plan: Plan) -> Run:
    """Which cases to send: those asked for, or as many as there is time for."""
    asked = request.config.getoption("--fuzz")
    if asked:
        seed, first, count = (int(word) for word in asked.split(":"))
        return Run(seed, first, count)
    return Run(SEED, 0, CASES["long" if plan.seconds > 15 else "ci"])


def check(answer: dict[str, object], target: Target) -> None:
    """Look at what the kernel says, and whether what was sent made sense."""
    lines = fuzzer.log_lines(target)
    assert len(lines) <= LOG_LINES, f"{len(lines)} lines of log:\n" + "\n".join(lines[-10:])
    assert int(str(answer["slab_kib"])) < SLAB_KIB, f"{answer['slab_kib']} KiB of slabs more"
    if int(str(answer["cases"])) >= CASES["ci"]:
        assert int(str(answer["direct"])) > CASES["ci"] // 100, answer
        assert int(str(answer["good"])) > CASES["ci"] // 10, answer
    if int(str(answer["cases"])) >= MANY:
        never = fuzzer.never_good(answer) - STATEFUL
        assert not never, f"never succeeded: {sorted(never)}"


def test_over_loopback(target: Target, run: Run) -> None:
    """Two initiators, whose reservations and unit attentions meet, on each logical unit."""
    made = fuzzer.backstores(target)
    disks: dict[str, str] = {}
    for number, wwn in enumerate(("naa.5001405000000001", "naa.5001405000000011")):
        found = target.vm.call("lio.loopback", list(made.values()), wwn)
        disks |= {f"{name}-{number}": found[str(lun)] for lun, name in enumerate(made)}
    target.vm.sh("dmesg --clear")
    check(fuzzer.fuzz(target, disks, run), target)


def test_over_iscsi(target: Target, initiator: Initiator, run: Run) -> None:
    made = fuzzer.backstores(target)
    target.open_iscsi(*made.values())
    found = initiator.login(list(range(len(made))))
    disks = {name: found[str(lun)] for lun, name in enumerate(made)}
    target.vm.sh("dmesg --clear")
    check(fuzzer.fuzz(initiator, disks, run), target)


def test_edges_of_the_medium(target: Target) -> None:
    """LBA + length at the end of the medium and at 2^32, 2^63, 2^64: LBA OUT OF RANGE."""
    disks = target.loopback(target.disk("ramdisk", megabytes=4),
                            target.disk("fileio", megabytes=8 << 20, attrib=fuzzer.THIN))
    for device in disks.values():
        tried, wrong = target.vm.call("edges.walk", device, timeout=180)
        wrong += target.vm.call("edges.walk_lists", device)
        assert not wrong, f"{len(wrong)} are wrong:\n" + "\n".join(wrong[:30])
        assert len(tried) >= 30 and min(tried.values()) > 0, tried
        assert sum(tried.values()) > 200, tried
