# SPDX-License-Identifier: GPL-2.0-only
"""A generated module of each protocol builds cleanly, loads, is used and goes."""
from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generated
import pytest
from scsi_protocols import PROTOCOLS, Protocol

from functional.lab import Plan, Target
from rig.modset import make_stage, module_set

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

KEY = "5eed5eed5eed5eed"
# Where a TransportID has the identifier (SPC-4 7.6.4); other protocols' are like iSCSI's.
IDENTIFIER_AT = {"FC": 8, "SPI": 2, "SBP": 8, "SRP": 8, "SAS": 4, "SOP": 2}


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


@pytest.fixture
def loadable(target: Target, modules: dict[str, Path], tmp_path: Path) -> Iterator[list[str]]:
    """The target machine's modprobe finds them, as after their installation."""
    stage = tmp_path / "stage"
    files = module_set(target.vm.kernel, "ours").files
    make_stage(target.vm.kernel, (*files, *modules.values()), stage)
    target.vm.call("generated.add_modules", str(stage))
    yield list(modules)
    if target.vm.running:
        target.vm.call("generated.remove_modules")


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


def transport_id(row: Protocol, initiator: str, isid: str) -> str:
    """Return an initiator port's TransportID, in hexadecimal digits."""
    if row.name in IDENTIFIER_AT:
        name = initiator.removeprefix("0x")
        identifier = f"{int(name):04x}" if row.kind == "number" else name
        head = f"{row.value:02x}" + "00" * (IDENTIFIER_AT[row.name] - 1)
        return f"{head}{identifier}".ljust(2 * 24, "0")
    # An iSCSI port is a name and an ISID, which the format code 01b says is there.
    text, form = (f"{initiator},i,0x{isid}", 0x40) if isid else (initiator, 0)
    size = max(20, len(text) // 4 * 4 + 4)
    return f"{row.value | form:02x}00{size:04x}" + text.encode().hex().ljust(2 * size, "0")


def check_full_status(seen: dict[str, Any], named: str) -> None:
    """READ FULL STATUS has one registration, of an initiator port with that TransportID."""
    assert seen["registered"] == seen["unregistered"] == "00"
    descriptor = f"{KEY}{0:08x}0000{0:08x}{seen['rtpi']:04x}{len(named) // 2:08x}{named}"
    assert seen["full status"]["status"] == "00"
    generation = int(seen["full status"]["data"][:8], 16)
    assert seen["full status"]["data"] == \
        f"{generation:08x}{len(descriptor) // 2:08x}{descriptor}"
    assert seen["no status"]["data"] == f"{generation + 1:08x}{0:08x}"


def isid(seen: dict[str, Any]) -> str:
    """Return the ISID in an answer, which is a random one (RFC 7143 11.12.5)."""
    text = bytes.fromhex(seen["full status"]["data"]).decode("latin-1")
    found = re.search(r",i,0x(80[0-9a-f]{10})\0", text)
    assert found, text
    return found.group(1)


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


def test_every_protocol_from_modprobe_to_rmmod(target: Target, loadable: list[str]) -> None:
    disk = target.disk("ramdisk", "shared", megabytes=8)
    for name in loadable:
        row = PROTOCOLS[name.lower()]
        first, second = INITIATORS[row.kind + (str(row.size) if row.size else "")]
        seen = target.vm.call("generated.exercise", generated.module_name(name), row.good[0],
                              first, second, disk, BLOCK)
        assert seen["nexus"] == first
        check(seen)
        check_full_status(seen, transport_id(row, first, isid(seen) if row.kind == "iscsi"
                                             else ""))
        check_schema(seen["schema"], seen["tpg"], first)
    target.vm.check()
