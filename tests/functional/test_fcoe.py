# SPDX-License-Identifier: GPL-2.0-only
"""FCoE between two machines, the stock driver on both, in VN2VN mode."""
from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EEXIST, EINVAL

import pytest

from functional.lab import Initiator, Plan, Target
from functional.test_config_tool import TOOL
from functional.test_outage import WRITER
from functional.test_stock_fabrics import full_status
from functional.test_verify import run
from rig.targetcli import targetcli_lines

CABLE = "cable1"
SECONDS = 60
MODULES = ["target_core_mod", "target_core_file", "tcm_fc"]


@dataclass
class Fabric:
    """A target and an initiator machine that are Fibre Channel ports."""

    target: Target
    initiator: Initiator
    wwpn: str
    client: str

    def join(self) -> None:
        """Make the initiator machine a port."""
        self.initiator.vm.call("fcoe.start", CABLE, timeout=SECONDS)

    def export(self, *disks: str, luns: list[int] | None = None) -> str:
        """Make the target; return its group's path."""
        where: str = self.target.vm.call("lio.fc", self.wwpn, list(disks), [self.client],
                                         luns=luns)
        return where

    def disks(self, luns: list[int]) -> dict[str, str]:
        """Return {lun: device} when all are there."""
        found: dict[str, str] = self.initiator.vm.call(
            "fcoe.wait_disks", self.wwpn, luns, SECONDS, timeout=SECONDS + 30)
        return found

    def sessions(self, tpg: str) -> str:
        """Return the lines of the initiator's nexuses."""
        return self.target.read(f"{tpg}/acls/{self.client}/sessions")

    def logged_in(self, tpg: str) -> str:
        """Return the FC_ID of the initiator, when it is logged in."""
        deadline = time.monotonic() + SECONDS
        while True:
            found = re.search(rf"^session (0x\w+) initiator={self.client} .* state=logged_in ",
                              self.target.read(f"{tpg}/sessions/list"), re.M)
            if found:
                return found.group(1)
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.fixture(name="fabric")
def fixture_fabric(target: Target, initiator: Initiator) -> Iterator[Fabric]:
    """Both machines; the target's is a port, the initiator's is not yet."""
    if target.vm.sh("modinfo fcoe", check=False).code:
        pytest.skip("this kernel has no FCoE")
    target.vm.call("lio.load", MODULES)
    names = [vm.call("fcoe.wwpn", CABLE) for vm in (target.vm, initiator.vm)]
    made = Fabric(target, initiator, *names)
    target.vm.call("fcoe.start", CABLE, timeout=SECONDS)
    yield made
    for vm in (initiator.vm, target.vm):
        if vm.running:
            vm.sh("umount -q /mnt/* || true; pkill -KILL -x fio || true")
            vm.call("fcoe.stop", CABLE, timeout=SECONDS)


def prove(fabric: Fabric, device: str) -> None:
    """Show that the disk takes and returns data."""
    fabric.initiator.vm.sh(
        f"fio --name=p --filename={device} --size=4M --rw=randwrite --bs=16k "
        "--ioengine=libaio --iodepth=8 --direct=1 --verify=crc32c --do_verify=1 "
        "--verify_fatal=1", timeout=180)


def start_writes(fabric: Fabric, device: str) -> None:
    """Return when writes are under way."""
    vm = fabric.initiator.vm
    vm.begin(WRITER.format(device=device), timeout=180)
    name = device.removeprefix("/dev/")
    vm.sh(f"until [ $(awk '{{print $5}}' /sys/block/{name}/stat) -gt 20 ]; "
          "do sleep 0.1; done", timeout=60)


def check_tables(fabric: Fabric) -> None:
    """The configuration tool shows both ports and the nexus."""
    vm = fabric.target.vm
    here, there = vm.sh([str(TOOL), "fc", "list"]).out.split("\n\n")
    assert here.splitlines()[0].split() == ["host", "port", "name", "port", "id", "state",
                                            "device"]
    assert here.splitlines()[1].split()[1::3] == [fabric.wwpn, vm.call("fcoe.interface", CABLE)]
    assert here.splitlines()[1].split()[3] == "Online"
    remote = next(line for line in there.splitlines() if fabric.client in line)
    assert "FCP Initiator" in remote and "Online" in remote
    rows = vm.sh([str(TOOL), "sessions"]).out.splitlines()
    assert [row.split()[:3] for row in rows[1:]] == [[fabric.client, fabric.wwpn, "1"]]


def test_files_are_the_same(fabric: Fabric) -> None:
    """A filesystem on LUN 0 and on another one, copied to, unmounted, compared."""
    tpg = fabric.export(fabric.target.disk("fileio"), fabric.target.disk("ramdisk"),
                        luns=[0, 3])
    fabric.join()
    disks = fabric.disks([0, 3])
    assert "roles=" in fabric.sessions(tpg) and "FCP Initiator" in fabric.sessions(tpg)
    check_tables(fabric)
    vm = fabric.initiator.vm
    # The TransportID of Fibre Channel (SPC-4 7.6.4.2) is the last of the answer.  libfc does
    # not say how much of the buffer that is.
    name = fabric.client.replace(":", "")
    assert full_status(vm, disks["0"])[32:56].hex() == f"{0:016x}{name}{0:016x}"
    for lun, device in disks.items():
        vm.call("files.make_filesystem", device, f"/mnt/{lun}")
        vm.call("files.copy_tree", "/usr/share/zoneinfo/Europe", f"/mnt/{lun}/copy", timeout=180)
        vm.call("files.unmount", f"/mnt/{lun}")
        vm.call("files.drop_caches")
        vm.call("files.mount", device, f"/mnt/{lun}")
        seen = vm.call("files.compare_trees", "/usr/share/zoneinfo/Europe", f"/mnt/{lun}/copy",
                       timeout=180)
        assert seen["files"] > 20
        vm.call("files.unmount", f"/mnt/{lun}")


def test_verify_over_fcoe(fabric: Fabric, plan: Plan) -> None:
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    run(fabric.initiator.vm, fabric.disks([0])["0"], plan.seconds)


def test_target_made_after_the_initiator_logged_in(fabric: Fabric) -> None:
    """Nothing is done on the initiator, then or when the target is disabled."""
    fabric.join()
    vm = fabric.initiator.vm
    vm.sh("until grep -q . /sys/class/fc_remote_ports/*/port_name; do sleep 0.1; done",
          timeout=SECONDS)
    time.sleep(1)
    assert vm.call("fcoe.disks", fabric.wwpn) == {}
    tpg = fabric.export(fabric.target.disk("ramdisk"))
    prove(fabric, fabric.disks([0])["0"])
    fabric.target.write(f"{tpg}/enable", "0")
    assert fabric.sessions(tpg) == ""
    fabric.target.write(f"{tpg}/enable", "1")
    prove(fabric, fabric.disks([0])["0"])


def test_stock_targetcli(fabric: Fabric) -> None:
    """Its steps for tcm_fc know of nothing to enable."""
    fabric.join()
    tpg = "/tcm_fc/naa." + fabric.wwpn.replace(":", "")
    targetcli_lines(fabric.target.vm, [
        "/backstores/ramdisk create cli0 32M", f"/tcm_fc create {fabric.wwpn}",
        f"{tpg}/luns create /backstores/ramdisk/cli0", f"{tpg}/acls create {fabric.client}"])
    prove(fabric, fabric.disks([0])["0"])
    listing = fabric.target.vm.sh(["targetcli", "ls", "/tcm_fc"], timeout=60).out
    assert "mapped_lun0" in listing


def test_port_comes_and_goes(fabric: Fabric) -> None:
    """The target waits for its port, and stays when that goes."""
    vm = fabric.target.vm
    vm.call("fcoe.stop", CABLE, timeout=SECONDS)
    tpg = fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    for _ in range(2):
        assert fabric.target.read(f"{tpg}/port") == "none\n"
        assert fabric.target.read(f"{tpg}/sessions/list") == ""
        vm.call("fcoe.start", CABLE, timeout=SECONDS)
        prove(fabric, fabric.disks([0])["0"])
        assert fabric.target.read(f"{tpg}/port").endswith(" ready\n")
        vm.call("fcoe.stop", CABLE, timeout=SECONDS)


def test_virtual_port_is_a_target_of_its_own(fabric: Fabric) -> None:
    """Its target waits for it, beside that of the port that it stands on."""
    vm = fabric.target.vm
    wwpn = fabric.wwpn.replace("20:00", "20:01", 1)
    own, other = fabric.export(fabric.target.disk("ramdisk")), fabric.target.disk("ramdisk")
    tpg = vm.call("lio.fc", wwpn, [other], [fabric.client])
    port = fabric.target.read(f"{own}/port")
    host = vm.call("fcoe.host", fabric.wwpn)
    names = ":".join(name.replace(":", "") for name in (wwpn, wwpn.replace("20:01", "10:01", 1)))
    for _ in range(2):
        assert fabric.target.read(f"{tpg}/port") == "none\n"
        vm.sh(f"echo {names} > /sys/class/fc_host/{host}/vport_create")
        vm.sh(f"until grep -q ^host /sys/kernel/config/target/{tpg}/port; do sleep 0.1; done",
              timeout=SECONDS)
        assert fabric.target.read(f"{tpg}/port").split()[0] not in port.split()
        vm.sh(f"echo {names} > /sys/class/fc_host/{host}/vport_delete")
        vm.sh(f"until grep -q ^none /sys/kernel/config/target/{tpg}/port; do sleep 0.1; done",
              timeout=SECONDS)
    assert fabric.target.read(f"{own}/port") == port
    fabric.join()
    prove(fabric, fabric.disks([0])["0"])


def test_session_is_ended_by_hand(fabric: Fabric) -> None:
    """The initiator comes back; nobody else is ended."""
    tpg = fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    fabric.disks([0])
    fc_id = fabric.logged_in(tpg)
    vm = fabric.target.vm
    assert vm.sh(f"echo 0x123456 > /sys/kernel/config/target/{tpg}/sessions/force_close",
                 check=False).code != 0
    assert fabric.logged_in(tpg) == fc_id
    assert vm.sh([str(TOOL), "kick", fabric.client]).out == \
        f"1 sessions of {fabric.client} ended\n"
    assert fabric.logged_in(tpg) == fc_id
    prove(fabric, fabric.disks([0])["0"])


def test_point_to_point(fabric: Fabric) -> None:
    """In the automatic mode two ports find that they are alone, and number themselves.

    The stock driver drops what goes to a MAC address that does not end in the number,
    so the interfaces get addresses that do.
    """
    machines = {fabric.target.vm: "52:54:00:01:01:01", fabric.initiator.vm: "52:54:00:01:01:02"}
    before = {vm: vm.call("fcoe.wwpn", CABLE).removeprefix("20:00:") for vm in machines}
    for vm in machines:
        vm.call("fcoe.stop", CABLE, timeout=SECONDS)
    fabric.wwpn, fabric.client = (f"20:00:{address}" for address in machines.values())
    try:
        fabric.export(fabric.target.disk("ramdisk"))
        for vm, address in machines.items():
            vm.call("fcoe.begin", CABLE, "", address, timeout=SECONDS)
        prove(fabric, fabric.disks([0])["0"])
        ports = fabric.initiator.vm.call("fcoe.remote_ports")
        assert ports[fabric.wwpn]["port_id"] == "0x010101"
    finally:
        for vm, address in before.items():
            vm.call("fcoe.stop", CABLE, timeout=SECONDS)
            vm.sh(f"ip link set {vm.call('fcoe.interface', CABLE)} address {address}")


def test_link_is_cut_and_comes_back(fabric: Fabric) -> None:
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    device = fabric.disks([0])["0"]
    start_writes(fabric, device)
    initiator = fabric.initiator
    initiator.vm.cut_link(initiator.nic)
    time.sleep(3)
    initiator.vm.restore_link(initiator.nic)
    fabric.initiator.end_writes()
    prove(fabric, fabric.disks([0])["0"])


def test_initiator_loses_power(fabric: Fabric) -> None:
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    start_writes(fabric, fabric.disks([0])["0"])
    fabric.initiator.vm.reboot(power_cut=True)
    fabric.initiator.prepare()
    fabric.join()
    prove(fabric, fabric.disks([0])["0"])


def test_unload_under_io(fabric: Fabric) -> None:
    """The configuration goes and the module with it while writes are under way."""
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    start_writes(fabric, fabric.disks([0])["0"])
    vm = fabric.target.vm
    began = time.monotonic()
    vm.call("lio.clear", timeout=30)
    vm.call("lio.remove_fabrics")
    vm.sh("until rmmod tcm_fc; do sleep 0.2; done", timeout=30)
    assert time.monotonic() - began < 30
    fabric.initiator.end_writes()
    vm.call("lio.load", MODULES)
    fabric.export(fabric.target.disk("ramdisk"))
    prove(fabric, fabric.disks([0])["0"])


def test_load_again_and_again(fabric: Fabric, plan: Plan) -> None:
    """The initiator stays in the fabric; each time the disk comes back and takes data."""
    fabric.join()
    vm = fabric.target.vm
    for _ in range(20 if plan.seconds > 15 else 3):
        fabric.export(fabric.target.disk("ramdisk", megabytes=8))
        prove(fabric, fabric.disks([0])["0"])
        vm.call("lio.clear", timeout=90)
        vm.call("lio.remove_fabrics")
        vm.sh("until rmmod tcm_fc; do sleep 0.2; done; ! lsmod | grep -q ^tcm_fc", timeout=30)
        vm.call("lio.load", MODULES)


def test_many_logins(fabric: Fabric, plan: Plan) -> None:
    """Each ends the one before, and leaves nothing."""
    tpg = fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    fabric.disks([0])
    for _ in range(100 if plan.seconds > 15 else 5):
        fabric.target.write(f"{tpg}/enable", "0")
        fabric.target.write(f"{tpg}/enable", "1")
        fabric.disks([0])
    deadline = time.monotonic() + SECONDS
    while not fabric.sessions(tpg):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(fabric.sessions(tpg).splitlines()) == 1
    prove(fabric, fabric.disks([0])["0"])


def test_without_lun_0(fabric: Fabric) -> None:
    """The kernel log warns, and REPORT LUNS leads to the disk all the same."""
    fabric.target.vm.sh("dmesg --clear")
    fabric.export(fabric.target.disk("ramdisk"), luns=[5])
    fabric.join()
    prove(fabric, fabric.disks([5])["5"])
    assert "has no LUN 0" in fabric.target.vm.sh("dmesg").out


@pytest.mark.parametrize("seed", [1, 2])
def test_frames_that_no_initiator_sends(fabric: Fabric, plan: Plan, seed: int) -> None:
    """The target goes on, and its kernel has nothing to say."""
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    device = fabric.disks([0])["0"]
    count = 20000 if plan.seconds > 15 else 2000
    sent = fabric.initiator.vm.call("fcoe_frames.flood", CABLE, fabric.wwpn, device, seed, count,
                                    timeout=300)
    assert sent == count
    # a START STOP UNIT of zeros among them stops it; the first to ask hears of the resets
    fabric.initiator.vm.sh(f"until sg_start --start {device}; do sleep 0.1; done", timeout=60)
    prove(fabric, device)


def test_an_initiator_without_an_acl_sees_nothing(fabric: Fabric) -> None:
    fabric.client = "20:00:00:00:00:00:00:99"
    fabric.export(fabric.target.disk("ramdisk"))
    fabric.join()
    time.sleep(3)
    assert fabric.initiator.vm.call("fcoe.disks", fabric.wwpn) == {}


@pytest.mark.parametrize("name, twin", [
    ("20:00:00:00:00:00:0a:01", "2000000000000a01"),
    ("2000000000000a02", "naa.2000000000000a02"),
    ("naa.20:00:00:00:00:00:0A:03", "20:00:00:00:00:00:0a:03")])
def test_spellings_of_a_port_name(target: Target, name: str, twin: str) -> None:
    """Any of them makes the target, before the port exists, and only once."""
    vm = target.vm
    if vm.sh("modinfo fcoe", check=False).code:
        pytest.skip("this kernel has no FCoE")
    vm.call("lio.load", MODULES)
    vm.call("lio.make", f"fc/{name}/tpgt_1")
    assert target.read(f"fc/{name}/tpgt_1/port") == "none\n"
    assert target.read(f"fc/{name}/tpgt_1/enable") == "1\n"
    wrong = [(f"fc/{twin}", EEXIST), (f"fc/{name}/tpgt_2", EINVAL),
             ("fc/20:00:00:00:00:00:00", EINVAL), ("fc/x", EINVAL),
             (f"fc/{name}/tpgt_1/acls/x", EINVAL)]
    seen = vm.call("attempt.each", [["mkdir", path] for path, _ in wrong])
    assert seen == [[path, errno] for path, errno in wrong]
