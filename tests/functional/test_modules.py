# SPDX-License-Identifier: GPL-2.0-only
"""The modules load and unload, many times, after real use."""
from __future__ import annotations

from functional.lab import Target

ROUNDS = 20


def test_unload_and_load_again(target: Target) -> None:
    vm = target.vm
    for number in range(ROUNDS):
        disk = target.disk("ramdisk", f"r{number}", megabytes=8)
        file = target.disk("fileio", f"f{number}", megabytes=8)
        device = target.loopback(disk, file)["1"]
        target.open_iscsi(disk)
        vm.sh(f"dd if=/dev/urandom of=/run/blob bs=64k count=8 status=none && "
              f"dd if=/run/blob of={device} bs=64k oflag=direct status=none && "
              f"dd if={device} bs=64k count=8 iflag=direct status=none | cmp - /run/blob")
        assert vm.call("storm.logins", "iqn.2003-01.org.example:target", "127.0.0.1", 3260,
                       4, 2)["failed"] == 0
        target.clear()
        vm.call("lio.remove_fabrics")
        vm.call("lio.unload", timeout=60)
        assert vm.call("lio.loaded_modules") == []
        vm.call("lio.load")
    vm.check()


def test_modules_in_use_do_not_unload(target: Target) -> None:
    target.open_iscsi(target.disk("fileio"))
    for name in ("iscsi_target_mod", "target_core_file", "target_core_mod"):
        assert not target.vm.sh(["rmmod", name], check=False).ok
    target.vm.check()
