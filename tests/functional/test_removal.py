# SPDX-License-Identifier: GPL-2.0-only
"""Objects that are in use, removed in every wrong order: an errno, no hang."""
from __future__ import annotations

import time
from errno import EBUSY, EEXIST, EFAULT, EINVAL, ENOENT, ENOTEMPTY, EPERM

import pytest

from functional.lab import TARGET, Initiator, Target
from guest.raw_pdu import Wire

TPG = f"iscsi/{TARGET}/tpgt_1"
ACL = f"{TPG}/acls/iqn.x"

# What is removed, by which call, from the whole configuration that `built`
# makes, and the errno that says why not.
REFUSED = [
    ("rmdir", "core", EPERM),
    ("rmdir", "core/alua", EPERM),
    ("rmdir", "core/alua/lu_gps/default_lu_gp", EPERM),
    ("rmdir", "core/rd_mcp_102", ENOTEMPTY),
    ("rmdir", "core/rd_mcp_102/disk", EBUSY),
    ("rmdir", "core/rd_mcp_102/disk/attrib", EPERM),
    ("rmdir", "iscsi", ENOTEMPTY),
    ("rmdir", f"iscsi/{TARGET}", ENOTEMPTY),
    ("rmdir", TPG, ENOTEMPTY),
    ("rmdir", f"{TPG}/lun/lun_0", EBUSY),
    ("rmdir", f"{TPG}/attrib", EPERM),
    ("rmdir", ACL, ENOTEMPTY),
    ("rmdir", f"{ACL}/lun_0", ENOTEMPTY),
    ("rmdir", f"{ACL}/auth", EPERM),
    ("rmdir", "loopback", ENOTEMPTY),
    ("rmdir", "loopback/naa.1", ENOTEMPTY),
    ("rmdir", "loopback/naa.1/tpgt_1", ENOTEMPTY),
    ("rmdir", "loopback/naa.1/tpgt_1/lun", EPERM),
    ("rmdir", "loopback/naa.1/tpgt_1/lun/lun_0", ENOTEMPTY),
    ("rmdir", "core/rd_mcp_102/looped", EBUSY),
    ("rmdir", "core/rd_mcp_102/looped/alua", EPERM),
    ("rmdir", "core/rd_mcp_102/looped/alua/default_tg_pt_gp", EPERM),
]

# What is made where it cannot be.
INVALID = [
    ("core/foo_0", EINVAL), ("core/fileio", EINVAL), ("core/fileio_", EINVAL),
    ("core/fileio_x", EINVAL), ("core/rd_dr_0", EINVAL), ("core/_", EINVAL),
    ("core/alua", EEXIST), ("core/alua/x", EPERM), ("core/rd_mcp_102/disk/x", EPERM),
    ("core", EEXIST), ("nonsense", EINVAL), ("core/x/y", ENOENT),
    (f"iscsi/iqn.2003-01.org.example:{'x' * 300}", 36),
    (f"iscsi/{TARGET}/tpgt_1", EEXIST), (f"iscsi/{TARGET}/tpgt_65536", EINVAL),
    (f"iscsi/{TARGET}/tpgt_x", EINVAL), (f"iscsi/{TARGET}/tpgt_", EINVAL),
    (f"iscsi/{TARGET}/tpg_3", EINVAL), (f"iscsi/{TARGET}/x", EINVAL),
    (f"{TPG}/lun/lun_0", EEXIST), (f"{TPG}/lun/lun_x", EINVAL), (f"{TPG}/lun/lun_", EINVAL),
    (f"{TPG}/lun/lun_-1", EINVAL), (f"{TPG}/lun/x", EINVAL),
    (f"{TPG}/np/127.0.0.1", EINVAL), (f"{TPG}/np/127.0.0.1:", EINVAL),
    (f"{TPG}/np/127.0.0.1:99999", EINVAL), (f"{TPG}/np/[::1:3262", EINVAL),
    (f"{TPG}/np/::1:3264", EINVAL), (f"{TPG}/np/x:3260", EINVAL),
    (f"{TPG}/np/1.2.3:3260", EINVAL), (f"{TPG}/np/0.0.0.0:3260", EEXIST),
    (ACL, EEXIST), (f"{ACL}/lun_x", EINVAL), ("loopback/x", EINVAL),
    ("loopback/naa.1/tpgt_x", EINVAL), ("loopback/naa.1/tpgt_65536", EINVAL),
    ("loopback/naa.1/x", EINVAL), ("loopback/naa.1", EEXIST),
]

# Links that lead to the wrong kind of object: source, folder, errno.
WRONG_LINKS = [
    ("core/rd_mcp_102/none", f"{TPG}/lun/lun_7", ENOENT),
    ("core/rd_mcp_102/other", f"{TPG}/lun/lun_0", EEXIST),
    ("core/rd_mcp_102", f"{TPG}/lun/lun_7", EFAULT),
    ("iscsi", f"{TPG}/lun/lun_7", EFAULT),
    ("core/rd_mcp_102/disk", f"{ACL}/lun_9", EFAULT),
    ("loopback/naa.1/tpgt_1/lun/lun_0", f"{ACL}/lun_9", EINVAL),
]

WRITES = [
    ("core/rd_mcp_102/disk/enable", "1", EEXIST), ("core/rd_mcp_102/disk/enable", "0", EINVAL),
    (f"{TPG}/enable", "2", EINVAL), (f"{TPG}/enable", "x", EINVAL),
    ("loopback/naa.1/tpgt_1/nexus", "naa.3", EEXIST),
    ("loopback/naa.1/tpgt_1/nexus", "x", EINVAL),
]


@pytest.fixture(name="built")
def fixture_built(target: Target) -> Target:
    """One of each object that holds another."""
    disk = target.disk("ramdisk", "disk", megabytes=8)
    target.disk("ramdisk", "other", megabytes=8)
    target.iscsi(disk, acls={"iqn.x": {}})
    target.vm.call("lio.loopback", [target.disk("ramdisk", "looped", megabytes=8)], "naa.1")
    for folder in (f"{TPG}/lun/lun_7", f"{ACL}/lun_9"):
        target.vm.call("lio.make", folder)
    return target


def test_what_holds_another_stays(built: Target) -> None:
    wrong = built.vm.call("attempt.each", [[how, path] for how, path, _ in REFUSED])
    assert wrong == [[path, errno] for _, path, errno in REFUSED]


# A group's folder, the file that makes something its member, and what that says afterwards.
GROUPS = [
    ("core/rd_mcp_102/disk/alua/side", f"{TPG}/lun/lun_0/alua_tg_pt_gp",
     "TG Port Alias: default_tg_pt_gp\n"),
    ("core/alua/lu_gps/side", "core/rd_mcp_102/disk/alua_lu_gp",
     "LU Group Alias: default_lu_gp\n"),
]


@pytest.mark.parametrize("group, member, default", GROUPS, ids=["ports", "units"])
def test_members_of_a_group_that_goes(built: Target, group: str, member: str,
                                      default: str) -> None:
    """They are in the default group again; who has an identifier is a group's own matter."""
    identifier = "tg_pt_gp_id" if "rd_mcp" in group else "lu_gp_id"
    built.vm.call("lio.make", group)
    built.write(f"{group}/{identifier}", "9")
    built.write(member, "side")
    assert "side\n" in built.read(member)
    assert built.read(f"{group}/members").strip("\0\n") != ""
    assert built.vm.call("attempt.each", [["rmdir", group]]) == [[group, 0]]
    assert built.read(member).startswith(default)


def test_invalid_names(built: Target) -> None:
    seen = built.vm.call("attempt.each", [["mkdir", path] for path, _ in INVALID])
    assert seen == [[path, errno] for path, errno in INVALID]


def test_links_to_the_wrong_kind(built: Target) -> None:
    seen = built.vm.call("attempt.links", [[source, folder] for source, folder, _ in WRONG_LINKS])
    assert seen == [[source, folder, errno] for source, folder, errno in WRONG_LINKS]


def test_refused_writes(built: Target) -> None:
    seen = built.vm.call("attempt.writes", [[path, value] for path, value, _ in WRITES])
    assert seen == [[path, value, errno] for path, value, errno in WRITES]


def test_module_goes_while_somebody_discovers(target: Target) -> None:
    """A discovery session belongs to no group: it must not hold the module."""
    target.open_iscsi(target.disk("ramdisk", megabytes=4))
    with Wire(target.port) as wire:
        wire.discovery()
        target.vm.call("lio.clear", timeout=90)
        target.vm.call("lio.remove_fabrics")
        target.vm.sh("timeout -s KILL 20 rmmod iscsi_target_mod", timeout=30)
        assert wire.closed()
    target.vm.call("lio.load")


@pytest.mark.parametrize("step", ["lun", "acl", "portal", "group", "disk"])
def test_removed_under_io(target: Target, initiator: Initiator, step: str) -> None:
    """Each object goes while an initiator writes; what it held goes after."""
    disk = target.disk("fileio", "busy")
    tpg = target.iscsi(disk, attrib={"authentication": 0}, acls={initiator.name: {}})
    settings = {"node.session.timeo.replacement_timeout": "3",
                "node.conn[0].timeo.noop_out_interval": "2",
                "node.conn[0].timeo.noop_out_timeout": "2"}
    device = initiator.login([0], settings=settings)["0"]
    job = initiator.vm.begin(
        f"fio --name=w --filename={device} --size=32M --rw=randwrite --bs=64k --direct=1 "
        "--ioengine=libaio --iodepth=16 --time_based --runtime=60", timeout=150)
    name = device.removeprefix("/dev/")
    initiator.vm.sh(f"until [ $(awk '{{print $5}}' /sys/block/{name}/stat) -gt 20 ]; "
                    "do sleep 0.1; done", timeout=60)
    root = "/sys/kernel/config/target"
    mapped = f"{root}/{tpg}/acls/{initiator.name}/lun_0"
    commands = {
        "lun": f"rm {mapped}/lun && rmdir {mapped} && rm {root}/{tpg}/lun/lun_0/busy && "
               f"rmdir {root}/{tpg}/lun/lun_0",
        "acl": f"rm {mapped}/lun && rmdir {mapped} && rmdir {root}/{tpg}/acls/{initiator.name}",
        "portal": f"rmdir {root}/{tpg}/np/0.0.0.0:3260",
        "group": f"echo 0 > {root}/{tpg}/enable",
        "disk": f"! rmdir {root}/{disk} 2>/dev/null",
    }
    target.vm.sh(commands[step], timeout=30)
    check_sessions(target, initiator, tpg, step, device)
    job.kill()
    target.vm.check()


def written(initiator: Initiator, device: str) -> int:
    """Return how many writes have ended."""
    return int(initiator.vm.sh(f"awk '{{print $5}}' "
                               f"/sys/block/{device.removeprefix('/dev/')}/stat").out)


def wait_logged_out(initiator: Initiator) -> None:
    """Wait until the initiator has lost its session, or tries to get it back."""
    until = time.monotonic() + 60
    while any(session["state"] == "LOGGED_IN"
              for session in initiator.vm.call("initiator.sessions", TARGET)):
        assert time.monotonic() < until, "the session stays"
        time.sleep(0.5)


def check_sessions(target: Target, initiator: Initiator, tpg: str, step: str,
                   device: str) -> None:
    """A session goes with its group or ACL; with a portal goes only the way of new ones."""
    info = f"{tpg}/acls/{initiator.name}/info"
    if step in ("group", "acl"):
        wait_logged_out(initiator)
    if step in ("group", "acl", "portal"):
        with pytest.raises((ConnectionError, AssertionError)), \
                Wire(target.port, name=initiator.name) as wire:
            wire.login(TARGET)
    if step != "acl":
        assert ("No active iSCSI Session" in target.read(info)) == (step == "group")
    if step in ("portal", "disk"):
        before, until = written(initiator, device), time.monotonic() + 60
        while written(initiator, device) < before + 20:
            assert time.monotonic() < until, "no write ends any more"
            time.sleep(0.1)
