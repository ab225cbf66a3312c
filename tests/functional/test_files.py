# SPDX-License-Identifier: GPL-2.0-only
"""Files on an exported disk: the same after a new login and a target's reboot."""
from __future__ import annotations

from functional.lab import Initiator, Target

TREE = "/usr/share/zoneinfo"


def fill(initiator: Initiator, device: str) -> None:
    """Make a filesystem with a tree and a large file."""
    vm = initiator.vm
    vm.call("files.make_filesystem", device, "/mnt/disk")
    vm.call("files.copy_tree", TREE, "/mnt/disk/copy", timeout=120)
    vm.sh("head -c 20M /dev/urandom > /mnt/disk/large; b2sum /mnt/disk/large > /run/large.sum")
    vm.call("files.unmount", "/mnt/disk")


def verify(initiator: Initiator, device: str) -> None:
    """Read all of it again."""
    vm = initiator.vm
    vm.sh(f"e2fsck -fn {device}")
    vm.call("files.mount", device, "/mnt/disk")
    assert vm.call("files.compare_trees", TREE, "/mnt/disk/copy", timeout=120)["files"] > 100
    vm.sh("b2sum -c /run/large.sum")
    vm.call("files.unmount", "/mnt/disk")


def test_files_after_a_new_login(target: Target, initiator: Initiator, kind: str) -> None:
    target.open_iscsi(target.disk(kind))
    fill(initiator, initiator.login([0])["0"])
    initiator.logout()
    initiator.vm.call("files.drop_caches")
    verify(initiator, initiator.login([0])["0"])


def test_files_after_a_reboot_of_the_target(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("fileio", "kept", megabytes=128), target.disk("iblock"))
    disks = initiator.login([0, 1])
    for lun in ("0", "1"):
        fill(initiator, disks[lun])
    initiator.logout()
    initiator.vm.call("files.drop_caches")
    target.vm.reboot()
    target.prepare()
    target.open_iscsi(target.disk("fileio", "kept", megabytes=128), target.disk("iblock"))
    disks = initiator.login([0, 1])
    # /run/large.sum is that of the disk filled last.
    verify(initiator, disks["1"])
    initiator.vm.call("files.mount", disks["0"], "/mnt/disk")
    initiator.vm.call("files.compare_trees", TREE, "/mnt/disk/copy", timeout=120)
