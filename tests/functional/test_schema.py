# SPDX-License-Identifier: GPL-2.0-only
"""The schema files: each says what the files of its object really accept."""
from __future__ import annotations

import pytest

from functional.lab import KINDS, Target


def test_every_file_has_one_line(target: Target) -> None:
    target.vm.call("oneofeach.build")
    objects = target.vm.call("schema.objects")
    for part in ("core/fileio_100", "core/fileio_100/f0", "core/fileio_100/f0/alua/tg1",
                 "core/alua/lu_gps/lg1", "iscsi", "iscsi/iqn.2003-01.org.example:each",
                 "iscsi/iqn.2003-01.org.example:each/tpgt_1/np/0.0.0.0:3260",
                 "loopback/naa.5001405000000001/tpgt_1/lun/lun_0"):
        assert part in objects
    assert target.vm.call("schema.uncovered") == []


def test_unexported_units(target: Target) -> None:
    target.vm.call("oneofeach.backstores")
    assert target.vm.call("schema.wrong", "core", ["always", "unexported"], ["new"],
                          timeout=120) == []


def test_exported_units_and_fabrics(target: Target) -> None:
    target.vm.call("oneofeach.build")
    f0 = target.vm.call("schema.wrong", "core/fileio_100/f0", ["always"],
                        ["unexported", "new"], timeout=120)
    assert f0 == []
    assert target.vm.call("schema.wrong", "iscsi", ["always", "linked"], ["disabled"],
                          timeout=120) == []
    assert target.vm.call("schema.wrong", "loopback", ["always", "linked"], [],
                          timeout=120) == []
    assert target.vm.call("schema.wrong", ".", [], ["unused"], timeout=120) == []


@pytest.mark.parametrize("kind", KINDS)
def test_options(target: Target, kind: str) -> None:
    assert target.vm.call("schema.options", kind) == {}
