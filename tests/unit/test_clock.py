# SPDX-License-Identifier: GPL-2.0-only
"""The guest is told how fast its clock runs, where the host knows."""
from __future__ import annotations

from rig.accel import clock_option

HOST = """\
processor\t: 0
flags\t\t: fpu tsc msr constant_tsc rep_good nopl
bogomips\t: 5192.24

processor\t: 1
flags\t\t: fpu tsc msr constant_tsc rep_good nopl
bogomips\t: 5192.24
"""


def test_the_guest_has_the_hosts_clock() -> None:
    assert clock_option(HOST) == "tsc_early_khz=2596120"


def test_nothing_is_said_that_is_not_known() -> None:
    assert clock_option(HOST.replace("constant_tsc ", "")) == ""
    assert clock_option(HOST.replace("bogomips", "bogus")) == ""
    assert clock_option("") == ""
