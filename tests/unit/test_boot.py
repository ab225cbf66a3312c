# SPDX-License-Identifier: GPL-2.0-only
"""When a machine that does not boot is booted again."""
from __future__ import annotations

from typing import Any

import pytest

from rig.errors import RigError
from rig.vm import STALE_INT3, Vm


class Failing(Vm):
    """A machine that boots after some failures."""

    def __init__(self, *failures: str) -> None:  # pylint: disable=super-init-not-called
        self.failures = list(failures)
        self.tried = 0

    def power_on(self) -> None:
        """Count."""
        self.tried += 1

    def wait_up(self) -> Any:
        """Fail, or not."""
        if self.failures:
            raise RigError(f"vm does not boot: {self.failures.pop(0)}")
        return self


@pytest.mark.parametrize("failures, tries, comes_up", [
    ([], 1, True),
    ([f"{STALE_INT3}: 0000 [#1]"], 2, True),
    ([f"{STALE_INT3}: 0000 [#1]"] * 2, 2, False),
    (["Oops: general protection fault"], 1, False),
])
def test_only_a_stale_int3_is_tried_again(failures: list[str], tries: int,
                                          comes_up: bool) -> None:
    machine = Failing(*failures)
    try:
        assert machine.start() is machine and comes_up
    except RigError:
        assert not comes_up
    assert machine.tried == tries
