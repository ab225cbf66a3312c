# SPDX-License-Identifier: GPL-2.0-only
"""A disk stays the same disk: for initiators, and across the switch of targets."""
from __future__ import annotations

from pathlib import Path

import pytest

from functional.lab import Plan, Target
from rig.disk import Disk, make_disk
from rig.modset import module_set
from rig.targetcli import start_bus, targetcli, targetcli_lines
from rig.vm import Options, Vm

TARGET = "iqn.2003-01.org.example:identity"
SAVED = "/etc/rtslib-fb-target/saveconfig.json"
BUILD = [
    "/backstores/fileio create file0 /srv/file0.img 32M",
    "/backstores/fileio create file1 /srv/file1.img 32M write_back=false",
    "/backstores/block create block0 /dev/vdb",
    "/backstores/block create a-block-device-with-a-long-name /dev/vdc",
    "/backstores/ramdisk create ram0 16M",
    f"/iscsi create {TARGET}",
    *(f"/iscsi/{TARGET}/tpg1/luns create /backstores/{disk}" for disk in (
        "fileio/file0", "fileio/file1", "block/block0",
        "block/a-block-device-with-a-long-name", "ramdisk/ram0")),
    f"/iscsi/{TARGET}/tpg1 set attribute generate_node_acls=1 authentication=0 "
    "demo_mode_write_protect=0",
    "/loopback create naa.5001405000000042",
    "/loopback/naa.5001405000000042/luns create /backstores/fileio/file0",
]


def boot(target: str, plan: Plan, disks: Path) -> Vm:
    """Boot a machine; the disks' files are made by the first."""
    made = []
    for name, size in (("files", 256), ("one", 64), ("two", 64)):
        path = disks / f"{name}.img"
        made.append(Disk(name, path) if path.exists() else make_disk(disks, name, size))
    vm = Vm(Options(name=f"identity-{target}", target=target, kernel=plan.kernel_for(target),
                    disks=made), plan.logs).start()
    vm.sh("blkid /dev/vda >/dev/null || mkfs.ext4 -q /dev/vda; mount /dev/vda /srv")
    vm.call("lio.load")
    return vm


def identities(vm: Vm) -> dict[str, dict[str, str]]:
    """Log in on the spot and return every LUN's pages."""
    vm.call("initiator.start", "iqn.2003-01.org.example:here")
    vm.call("initiator.login", TARGET, "127.0.0.1:3260", None, [0, 1, 2, 3, 4])
    found: dict[str, dict[str, str]] = vm.call("inquiry.identities", timeout=90)
    vm.call("initiator.logout", TARGET)
    vm.check()
    return found


def restore(vm: Vm, saved: bytes) -> None:
    """Restore a configuration with the stock tool."""
    start_bus(vm)
    vm.put(SAVED, saved, 0o600)
    vm.sh(["targetctl", "restore"], timeout=120)


def switch(vm: Vm) -> None:
    """Replace the kernel's own target by ours, on a machine that goes on."""
    vm.sh(["targetctl", "clear"], timeout=60)
    vm.call("lio.remove_fabrics")
    vm.call("lio.unload", timeout=60)
    folder = f"/lib/modules/{vm.kernel.version}"
    above = module_set(vm.kernel, "ours").stage
    vm.sh(f"mount -t overlay -o lowerdir={above}:{folder} modules {folder}")
    vm.call("lio.load")
    vm.sh("test -e /sys/kernel/config/target/schema")


def differences(wanted: dict[str, dict[str, str]], found: dict[str, dict[str, str]]) -> str:
    """Return what is another page than it was."""
    return "\n".join(f"{disk} page {page}:\n  was {wanted[disk][page]}\n"
                     f"  is  {found[disk].get(page)}"
                     for disk in wanted for page in wanted[disk]
                     if found[disk].get(page) != wanted[disk][page])


def test_initiators_find_their_disks_after_the_switch(plan: Plan, tmp_path: Path) -> None:
    """The machine goes on, or boots: with the configuration that the stock target saved."""
    vm = boot("stock", plan, tmp_path)
    try:
        targetcli_lines(vm, [*BUILD, "saveconfig"])
        wanted = identities(vm)
        assert len(wanted) == 6 and all(len(pages) == 3 for pages in wanted.values())
        saved = vm.get(SAVED)
        if plan.target == "ours":
            switch(vm)
            restore(vm, saved)
            assert differences(wanted, identities(vm)) == ""
        vm.stop()
    finally:
        vm.close()
    vm = boot(plan.target, plan, tmp_path)
    try:
        restore(vm, saved)
        assert differences(wanted, identities(vm)) == ""
    finally:
        vm.close()


def test_a_serial_is_made_unique(target: Target) -> None:
    serials = []
    for number in range(4):
        disk = target.disk("ramdisk", f"s{number}", megabytes=4)
        shown = target.read(f"{disk}/wwn/vpd_unit_serial")
        assert shown.startswith("T10 VPD Unit Serial Number: ")
        serials.append(shown.split(": ", 1)[1].strip())
    if target.vm.options.target == "stock":
        # The kernel's own target leaves it to its tools.
        assert serials == [""] * 4
        return
    assert all(serials) and len(set(serials)) == 4
    target.loopback(*(f"core/rd_mcp_102/s{number}" for number in range(4)))
    pages = target.vm.call("inquiry.identities")
    # Initiators know the page with a NUL at its end.
    ended = [serial.encode() + b"\0" for serial in serials]
    assert sorted(pages[f"loopback:{lun}"]["80"] for lun in range(4)) == \
        sorted("0080" + f"{len(serial):04x}" + serial.hex() for serial in ended)


GIVEN = "00000000-0000-4000-8000-0000000000aa"


def by_hand(vm: Vm) -> None:
    """Make two disks with mkdir: one that nobody names, and one that has its serial number."""
    vm.call("lio.loopback", [vm.call("lio.backstore", "ramdisk", "nameless", 8),
                             vm.call("lio.backstore", "ramdisk", "named", 8, serial=GIVEN)])


def loopback_pages(vm: Vm) -> list[dict[str, str]]:
    """Return the pages of the two disks."""
    vm.sh("until [ $(ls /sys/class/scsi_disk | wc -l) -eq 2 ]; do sleep 0.1; done")
    found = vm.call("inquiry.identities")
    return [found[f"loopback:{lun}"] for lun in range(2)]


def test_a_serial_is_kept_with_the_configuration(plan: Plan, tmp_path: Path) -> None:
    """The kernel keeps no serial number through a restart: the saved configuration does."""
    if plan.target == "stock":
        pytest.skip("the kernel's own target makes none")
    vm = boot(plan.target, plan, tmp_path)
    try:
        by_hand(vm)
        before = loopback_pages(vm)
        targetcli(vm, "saveconfig")
        config = vm.get(SAVED)

        vm.reboot()
        vm.call("lio.load")
        start_bus(vm)
        vm.put(SAVED, config, 0o600)
        vm.sh(["targetctl", "restore"], timeout=120)
        assert loopback_pages(vm) == before

        vm.reboot()
        vm.call("lio.load")
        by_hand(vm)
        nameless, named = loopback_pages(vm)
        assert named == before[1]
        assert nameless["80"] != before[0]["80"] and nameless["83"] != before[0]["83"]
        vm.check()
    finally:
        vm.close()
