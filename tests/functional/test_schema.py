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
    missing = target.vm.call("schema.uncovered")
    assert not missing, "\n".join(missing)


def _wrong(target: Target, top: str, times: list[str], refused: list[str]) -> str:
    """Return what differs, one a line."""
    return "\n".join(target.vm.call("schema.wrong", top, times, refused, timeout=120))


def test_unexported_units(target: Target) -> None:
    target.vm.call("oneofeach.backstores")
    assert _wrong(target, "core", ["always", "unexported"], ["new"]) == ""


def test_exported_units_and_fabrics(target: Target) -> None:
    target.vm.call("oneofeach.build")
    assert _wrong(target, "core/fileio_100/f0", ["always"], ["unexported", "new"]) == ""
    assert _wrong(target, "iscsi", ["always", "linked"], ["disabled"]) == ""
    assert _wrong(target, "loopback", ["always", "linked"], []) == ""
    assert _wrong(target, ".", [], ["unused"]) == ""


def test_fibre_channel(target: Target) -> None:
    target.vm.call("lio.load", ["target_core_mod", "target_core_file", "tcm_fc"])
    target.vm.call("oneofeach.fibre_channel")
    objects = target.vm.call("schema.objects", "fc")
    assert [part.count("/") for part in objects] == [0, 1, 2, 4, 5, 4]
    assert target.vm.call("schema.uncovered", "fc") == []
    assert _wrong(target, "fc", ["always", "linked"], ["disabled"]) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_options(target: Target, kind: str) -> None:
    assert target.vm.call("schema.options", kind) == {}
