# SPDX-License-Identifier: GPL-2.0-only
"""A generated module of each protocol builds cleanly, loads, is used and goes."""
from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import generated
import pytest
from scsi_protocols import PROTOCOLS

from functional.lab import Plan, Target

DIRS = ["acls", "attrib", "auth", "lun", "np", "param"]
ALUA = ["alua_tg_pt_gp", "alua_tg_pt_offline", "alua_tg_pt_status", "alua_tg_pt_write_md"]
BLOCK = "5aa5" * 256
# Two initiators of each kind of name; the first has an ACL.
INITIATORS = {"bytes8": ("5001405000000001", "5001405000000002"),
              "bytes16": ("0x00112233445566778899aabbccddee01",
                          "0x00112233445566778899aabbccddee02"),
              "iscsi": ("iqn.1993-08.org.example:one", "iqn.1993-08.org.example:two"),
              "bytes2": ("0100", "0200"), "number": ("1", "2"),
              "text": ("one", "two")}


@pytest.fixture(scope="module")
def modules(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build a module of each protocol with every warning on, and sparse."""
    if plan.kernel or plan.target != "ours":
        pytest.skip("they are built for the installed kernel and this target")
    names = [row.name for row in PROTOCOLS.values()]
    built, said = generated.build(tmp_path_factory.mktemp("generated"), names, *generated.STRICT)
    assert sorted(built) == sorted(names)
    assert "warning" not in said.lower() and "CHECK" in said
    return built


def check_schema(files: dict[str, str], tpg: str, initiator: str) -> None:
    """Each directory says what its files accept; that they do, the guest has tried."""
    assert set(files) == {tpg.split("/")[0], tpg.rpartition("/")[0], tpg, f"{tpg}/lun/lun_0",
                          f"{tpg}/np/here", f"{tpg}/acls/{initiator}",
                          f"{tpg}/acls/{initiator}/lun_0"}
    lines = files[tpg].splitlines()
    for line in ("attrib/generate_node_acls bool 0..1 default=0 write=always "
                 "# unknown initiators may log in",
                 "attrib/cache_dynamic_acls bool 0..1 default=1 write=always "
                 "# what was made for them stays",
                 "enable bool 0..1 default=0 write=always # initiators can log in"):
        assert line in lines, files[tpg]
    assert [line.split()[1] for line in lines if line.startswith("command ")] == ["action"]


def check(seen: dict[str, Any]) -> None:
    """Compare what a guest saw with what a fabric is to do."""
    assert seen["not as the schema says"] == []
    assert seen["dirs"] == DIRS and seen["alua"] == ALUA
    assert seen["nobody"] == errno.ENOTCONN and seen["no name"] == errno.EINVAL
    assert seen["stranger"] == errno.EACCES and seen["second"] == errno.EEXIST
    for name in ("inquiry", "luns", "capacity", "write", "read", "demo mode"):
        assert seen[name]["status"] == "00", (name, seen[name])
    assert len(seen["inquiry"]["data"]) == 2 * 0x24
    assert seen["luns"]["data"].startswith("00000008" + "00000000" + "0" * 16)
    assert seen["read"]["data"] == BLOCK
    assert seen["capacity"]["data"] == f"{(8 << 20) // 512 - 1:08x}00000200"
    assert seen["opcode"]["status"] == "02"
    assert seen["no lun"]["status"] == "02" and "2500" in seen["no lun"]["sense"]
    assert set(seen["bad text"]) == {errno.EINVAL}
    assert seen["generate_node_acls"] == seen["prod_mode_write_protect"] == "1"
    assert seen["busy"] != 0 and not seen["left"]
    assert seen["without acl"] == errno.ENOTCONN


def test_every_protocol_from_insmod_to_rmmod(target: Target, modules: dict[str, Path]) -> None:
    disk = target.disk("ramdisk", "shared", megabytes=8)
    for name, module in modules.items():
        row = PROTOCOLS[name.lower()]
        first, second = INITIATORS[row.kind + (str(row.size) if row.size else "")]
        seen = target.vm.call("generated.exercise", str(module), generated.module_name(name),
                              row.good[0], first, second, disk, BLOCK)
        assert seen["nexus"] == first
        check(seen)
        check_schema(seen["schema"], seen["tpg"], first)
    target.vm.check()
