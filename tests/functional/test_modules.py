# SPDX-License-Identifier: GPL-2.0-only
"""The modules load and unload, many times, after real use."""
from __future__ import annotations

from functional.lab import TARGET, Target
from guest.raw_pdu import DATA_IN, FINAL, READ, READ10, SCSI_RSP, WRITE, WRITE10, Wire, cdb10

ROUNDS = 20
DATA = bytes(range(256)) * 16
BLOCKS = len(DATA) // 512


def io_over_iscsi(target: Target, luns: int) -> None:
    """Write to each LUN and read it back."""
    with Wire(target.port) as wire:
        wire.login(TARGET)
        for lun in range(luns):
            status = 2
            while status == 2:      # unit attentions come first
                wire.command(cdb10(WRITE10, 64, BLOCKS), FINAL | WRITE, len(DATA), DATA, lun=lun)
                status = wire.expect(SCSI_RSP).header[3]
            assert status == 0
            wire.command(cdb10(READ10, 64, BLOCKS), FINAL | READ, len(DATA), lun=lun)
            assert wire.expect(DATA_IN).data == DATA


def test_unload_and_load_again(target: Target) -> None:
    vm = target.vm
    for number in range(ROUNDS):
        disks = [target.disk("ramdisk", f"r{number}", megabytes=8),
                 target.disk("fileio", f"f{number}", megabytes=8),
                 target.disk("iblock", f"b{number}")]
        vm.sh("dd if=/dev/urandom of=/run/blob bs=64k count=8 status=none")
        for device in target.loopback(*disks).values():
            vm.sh(f"dd if=/run/blob of={device} bs=64k oflag=direct status=none && "
                  f"dd if={device} bs=64k count=8 iflag=direct status=none | cmp - /run/blob")
        target.open_iscsi(*disks)
        io_over_iscsi(target, len(disks))
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
