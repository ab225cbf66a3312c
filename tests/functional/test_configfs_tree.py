# SPDX-License-Identifier: GPL-2.0-only
"""The configfs interface: paths, modes and value formats as tools know them."""
from __future__ import annotations

import re

import pytest

from functional.lab import Initiator, Target
from functional.tree import differences, golden
from guest.lio import HBAS


def test_tree_is_as_the_table_says(target: Target) -> None:
    target.vm.call("oneofeach.build")
    wrong = differences(target.vm.call("lio.walk"))
    assert not wrong, f"{len(wrong)} of {len(golden())} differ:\n" + "\n".join(wrong[:60])


def test_what_is_shown_can_be_written_back(target: Target) -> None:
    """Tools save what they read and write it again at a restore, bottom up."""
    target.vm.call("oneofeach.backstores")
    assert target.vm.call("roundtrip.refused", "core") == []
    target.clear()
    target.vm.call("oneofeach.build")
    assert target.vm.call("roundtrip.refused", "iscsi") == []
    assert target.vm.call("roundtrip.refused", "loopback") == []


def test_empty_core(target: Target) -> None:
    names = target.vm.sh("ls /sys/kernel/config/target /sys/kernel/config/target/core").out
    assert {"core", "dbroot", "version", "alua"} <= set(names.split())
    assert re.match(r"Target Engine Core ConfigFS Infrastructure v\S+ on Linux/x86_64 on 6\.12",
                    target.read("version"))


def test_session_shows_in_the_tree(target: Target, initiator: Initiator) -> None:
    tpg = target.iscsi(target.disk("ramdisk"), attrib={"authentication": 0},
                       acls={initiator.name: {}})
    acl = f"{tpg}/acls/{initiator.name}"
    assert target.read(f"{acl}/info") == \
        f"No active iSCSI Session for Initiator Endpoint: {initiator.name}\n"
    initiator.login([0])
    info = target.read(f"{acl}/info").splitlines()
    assert info[0] == f"InitiatorName: {initiator.name}"
    assert re.fullmatch(r"LIO Session ID: \d+ +ISID: 0x[0-9a-f]{2}( [0-9a-f]{2}){5} +TSIH: \d+ +"
                        r"SessionType: Normal", info[2]), info
    assert info[3] == "Session State: TARG_SESS_STATE_LOGGED_IN"
    assert any(re.match(rf"Address {initiator.cable.ipv4(2)} TCP", line.strip())
               for line in info), info
    assert target.read(f"{tpg}/dynamic_sessions").strip("\0") == ""


def test_dynamic_sessions(target: Target, initiator: Initiator) -> None:
    tpg = target.open_iscsi(target.disk("ramdisk"))
    initiator.login([0])
    assert initiator.name in target.read(f"{tpg}/dynamic_sessions")


@pytest.mark.parametrize("hba", sorted(HBAS.values()))
def test_cache_of_a_unit_that_is_not_enabled(target: Target, hba: str) -> None:
    """It has none to flush."""
    where = f"core/{hba}/new"
    target.vm.call("lio.make", where)
    if hba == HBAS["fileio"]:
        target.write(f"{where}/control", "fd_buffered_io=1")
    for value in ("1", "0"):
        target.write(f"{where}/attrib/emulate_write_cache", value)
        assert target.read(f"{where}/attrib/emulate_write_cache") == f"{value}\n"


def test_refused_option_changes_nothing(target: Target) -> None:
    """A path that is too long is not taken for a shorter one."""
    where = f"core/{HBAS['fileio']}/new"
    target.vm.call("lio.make", where)
    target.write(f"{where}/control", "fd_dev_name=/srv/good.img")
    refused = target.vm.call("lio.try_write", f"{where}/control",
                             "fd_dev_name=/srv/" + "x" * 600)
    assert refused == "EINVAL"
    assert target.read(f"{where}/options") == "fd_dev_name=/srv/good.img\n"
