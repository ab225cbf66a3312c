# SPDX-License-Identifier: GPL-2.0-only
"""Stock targetcli-fb and rtslib-fb: build, save, clear, restore, reboot."""
from __future__ import annotations

import json
from typing import Any

import pytest

from functional import snapshot
from functional.lab import Initiator, Target
from rig.targetcli import start_bus, targetcli, targetcli_lines
from rig.vm import Vm

TARGET = "iqn.2003-01.org.example:cli"
CLIENT = "iqn.2003-01.org.example:initiator-1"
TPG = f"/iscsi/{TARGET}/tpg1"
TPG2 = f"/iscsi/{TARGET}-second/tpg2"
SAVED = "/etc/rtslib-fb-target/saveconfig.json"
BUILD = [
    "/backstores/fileio create file0 /srv/cli0.img 32M",
    "/backstores/fileio create file1 /srv/cli1.img 32M write_back=false",
    "/backstores/block create block0 /dev/vdb",
    "/backstores/ramdisk create ram0 16M",
    "/backstores/ramdisk create null0 16M nullio=true",
    "/backstores/fileio/file0 set attribute emulate_tpu=1 queue_depth=64",
    "/backstores/fileio/file1 set attribute block_size=4096 emulate_caw=0",
    "/backstores/block/block0 set attribute max_write_same_len=512 is_nonrot=1",
    "/backstores/ramdisk/ram0 set attribute emulate_3pc=0 emulate_ua_intlck_ctrl=1",
    "/backstores/fileio/file0/alua create group1 7",
    "/backstores/fileio/file0/alua/group1 set alua preferred=1 nonop_delay_msecs=50",
    f"/iscsi create {TARGET}",
    f"{TPG}/portals delete 0.0.0.0 3260",
    f"{TPG}/portals create 0.0.0.0 3261",
    f"{TPG}/portals create ::1 3262",
    f"{TPG}/luns create /backstores/fileio/file0 lun=0",
    f"{TPG}/luns create /backstores/fileio/file1 lun=5",
    f"{TPG}/luns create /backstores/block/block0 lun=300",
    f"{TPG}/luns/lun0 set alua alua_tg_pt_gp_name=group1",
    f"{TPG} set attribute authentication=1 default_cmdsn_depth=32 login_timeout=20",
    f"{TPG} set parameter MaxBurstLength=524288 InitialR2T=No",
    f"{TPG}/acls create {CLIENT} add_mapped_luns=false",
    f"{TPG}/acls/{CLIENT} create mapped_lun=1 tpg_lun_or_backstore=lun0",
    f"{TPG}/acls/{CLIENT} create mapped_lun=2 tpg_lun_or_backstore=lun5 write_protect=1",
    f"{TPG}/acls/{CLIENT} set auth userid=alice password=twelve-chars-or-more",
    f"{TPG}/acls/{CLIENT} set attribute nopin_timeout=20",
    f"/iscsi create {TARGET}-second",
    f"/iscsi/{TARGET}-second create 2",
    f"{TPG2}/luns create /backstores/ramdisk/ram0",
    f"{TPG2}/acls create {CLIENT}",
    f"{TPG2}/acls/{CLIENT} set auth userid=carol password=also-twelve-or-more",
    f"{TPG2}/acls/{CLIENT} set auth mutual_userid=box mutual_password=the-way-back-also",
    f"{TPG2} disable",
    "/iscsi set discovery_auth enable=1 userid=disco password=very-long-secret",
    "/loopback create naa.5001405000000077",
    "/loopback/naa.5001405000000077/luns create /backstores/ramdisk/null0",
]


def saved(vm: Vm) -> dict[str, Any]:
    """Save and return the configuration."""
    targetcli(vm, "saveconfig")
    found: dict[str, Any] = json.loads(vm.get(SAVED))
    return found


def sorted_lists(value: Any) -> Any:
    """Return a configuration without the order of its lists, which is a
    directory's order and says nothing."""
    if isinstance(value, dict):
        return {key: sorted_lists(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((sorted_lists(item) for item in value), key=json.dumps)
    return value


def differences(first: Any, second: Any, where: str = "") -> list[str]:
    """Return each place where two configurations differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        return [line for key in sorted(first.keys() | second.keys())
                for line in differences(first.get(key), second.get(key), f"{where}/{key}")]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [line for number, (one, other) in enumerate(zip(first, second))
                for line in differences(one, other, f"{where}[{number}]")]
    return [] if first == second else [f"{where}: {first!r} became {second!r}"]


def restore(vm: Vm, config: dict[str, Any]) -> None:
    """Restore a configuration the way that the service does at boot."""
    start_bus(vm)
    vm.put(SAVED, json.dumps(config), 0o600)
    result = vm.sh(["targetctl", "restore"], timeout=120)
    assert result.err == "" and "rror" not in result.out, result.err + result.out


@pytest.fixture(name="built")
def fixture_built(target: Target) -> Target:
    """The whole configuration, made by targetcli."""
    targetcli_lines(target.vm, BUILD)
    return target


def test_save_clear_restore(built: Target) -> None:
    first = saved(built.vm)
    assert [disk["name"] for disk in first["storage_objects"]] != []
    targetcli(built.vm, "clearconfig confirm=True")
    empty = saved(built.vm)
    assert empty["storage_objects"] == [] and empty["targets"] == []
    restore(built.vm, first)
    assert differences(sorted_lists(first), sorted_lists(saved(built.vm))) == []


def test_restore_after_a_reboot(built: Target, initiator: Initiator) -> None:
    first = saved(built.vm)
    tree = snapshot.take(built.vm)
    built.vm.reboot()
    built.prepare()
    restore(built.vm, first)
    changed = differences(tree, snapshot.take(built.vm))
    assert not changed, "\n".join(changed)
    assert differences(sorted_lists(first), sorted_lists(saved(built.vm))) == []
    portal = initiator.portal.replace(":3260", ":3261")
    found = initiator.login([1, 2], target=TARGET, portal=portal,
                            settings=initiator.chap("alice", "twelve-chars-or-more"))
    assert sorted(found) == ["1", "2"]
    assert initiator.vm.sh(f"blockdev --getro {found['1']} {found['2']}").out == "0\n1\n"
    initiator.logout(TARGET)


def test_delete_by_targetcli(built: Target) -> None:
    targetcli_lines(built.vm, [
        f"{TPG}/acls/{CLIENT} delete 2",
        f"{TPG}/acls delete {CLIENT}",
        f"{TPG}/luns delete 300",
        f"{TPG}/portals delete ::1 3262",
        f"/iscsi delete {TARGET}-second",
        "/loopback delete naa.5001405000000077",
        "/backstores/ramdisk delete null0",
        "/backstores/block delete block0",
    ])
    left = saved(built.vm)
    assert sorted(disk["name"] for disk in left["storage_objects"]) == \
        ["file0", "file1", "ram0"]
    assert [target["wwn"] for target in left["targets"]] == [TARGET]


def test_deleting_a_backstore_takes_its_luns(built: Target) -> None:
    targetcli(built.vm, "/backstores/fileio delete file0")
    left = saved(built.vm)
    group = next(target for target in left["targets"] if target["wwn"] == TARGET)["tpgs"][0]
    assert sorted(lun["index"] for lun in group["luns"]) == [5, 300]


def test_listing_and_information(built: Target) -> None:
    listing = targetcli(built.vm, "ls").out
    for words in ("[/srv/cli0.img (32.0MiB) write-back activated]", "write-thru activated]",
                  "Mapped LUNs: 2", "group1", "1-way auth"):
        assert words in listing, f"{words!r} is not in\n{listing}"
    info = targetcli(built.vm, "/backstores/fileio/file0 info").out
    assert "fileio" in info and "/srv/cli0.img" in info
