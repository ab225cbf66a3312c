# SPDX-License-Identifier: GPL-2.0-only
"""I/O, resets, LUNs and backstores that come and go, all at the same time."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functional.lab import Plan, Target
from rig.disk import make_disk
from rig.vm import Options, Vm


@pytest.fixture(name="with_two_cpus")
def fixture_with_two_cpus(plan: Plan, tmp_path: Path) -> Iterator[Target]:
    """A target where things really happen at the same time."""
    options = Options(name="two-cpus", target=plan.target, kernel=plan.kernel, cpus=2,
                      disks=[make_disk(tmp_path, "files", 256)])
    target = Target(Vm(options, plan.logs), {"iscsi": 0})
    with target.vm:
        target.prepare()
        yield target
        target.clear()
        target.vm.check()


def test_everything_at_once(with_two_cpus: Target, plan: Plan) -> None:
    target = with_two_cpus
    disks = [target.disk("fileio"), target.disk("ramdisk")]
    spare = target.disk("ramdisk")
    rounds = target.vm.call("hammer.hammer", disks, spare, plan.seconds,
                            timeout=plan.seconds + 240)
    assert min(rounds.values()) > 0, rounds
    assert min(rounds[step] for step in ("backstores", "relink", "resets")) > 3, rounds
