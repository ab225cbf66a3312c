# SPDX-License-Identifier: GPL-2.0-only
"""Asymmetric access: a multipath disk whose paths change state under I/O."""
from __future__ import annotations

import pytest

from functional.lab import TARGET, Initiator, Plan, Target
from rig.vm import Vm

STATES = {0: "active/optimized", 1: "active/non optimized", 2: "standby", 3: "unavailable"}
PORTS = {1: 3260, 2: 3261}


class Paths:
    """One disk in two target portal groups, each in a target port group of its own."""

    def __init__(self, target: Target, initiator: Initiator) -> None:
        self.target, self.initiator = target, initiator
        self.disk = target.disk("ramdisk", megabytes=32)
        for tag, port in PORTS.items():
            where = target.open_iscsi(self.disk, tag=tag, portals=[f"0.0.0.0:{port}"])
            target.vm.call("lio.make", f"{self.disk}/alua/g{tag}")
            self.set(tag, "tg_pt_gp_id", tag)
            self.set(tag, "nonop_delay_msecs", 0)
            target.write(f"{where}/lun/lun_0/alua_tg_pt_gp", f"g{tag}")
        self.device: dict[int, str] = {}

    def set(self, group: int, name: str, value: int) -> None:
        """Write an attribute of a group."""
        self.target.write(f"{self.disk}/alua/g{group}/{name}", str(value))

    def get(self, group: int, name: str) -> str:
        """Read an attribute of a group."""
        return self.target.read(f"{self.disk}/alua/g{group}/{name}").strip()

    def login(self) -> None:
        """Log in by both portals."""
        vm = self.initiator.vm
        vm.sh("modprobe -a dm_mod dm_multipath dm_service_time scsi_dh_alua")
        address = self.initiator.portal.rsplit(":", 1)[0]
        for tag, port in PORTS.items():
            vm.call("initiator.login", TARGET, f"{address}:{port},{tag}", None, [], 60.0)
        disks = vm.call("initiator.wait_all_disks", TARGET, len(PORTS))
        for session in vm.call("initiator.sessions", TARGET):
            self.device[int(session["tpgt"])] = disks[session["name"]]["0"]

    def number(self, tag: int) -> str:
        """Return the major and minor number of a path."""
        name = self.device[tag].removeprefix("/dev/")
        return self.initiator.vm.sh(f"cat /sys/block/{name}/dev").out.strip()

    def map(self) -> str:
        """Make a multipath disk of them, the first group preferred."""
        vm = self.initiator.vm
        sectors = vm.sh(f"blockdev --getsz {self.device[1]}").out.strip()
        groups = " ".join(f"service-time 0 1 1 {self.number(tag)} 1" for tag in PORTS)
        vm.sh(f"dmsetup create --noudevsync --noudevrules paths --table "
              f"'0 {sectors} multipath 1 queue_if_no_path 1 alua 2 1 {groups}'; "
              "dmsetup mknodes --noudevsync")
        return "/dev/mapper/paths"

    def message(self, text: str) -> None:
        """Tell the multipath disk something, as a daemon does."""
        self.initiator.vm.sh(f"dmsetup message --noudevsync paths 0 {text}")

    def unmap(self) -> None:
        """Take it apart."""
        self.initiator.vm.sh("dmsetup remove --noudevsync --noudevrules --retry paths", check=False)

    def io(self, tag: int) -> int:
        """Return how many requests a path has ended."""
        name = self.device[tag].removeprefix("/dev/")
        fields = self.initiator.vm.sh(f"cat /sys/block/{name}/stat").out.split()
        return int(fields[0]) + int(fields[4])

    def wait_io(self, tag: int) -> None:
        """Wait until a path carries I/O."""
        name = self.device[tag].removeprefix("/dev/")
        goal = self.io(tag) + 50
        self.initiator.vm.sh(f"until [ $(awk '{{print $1 + $5}}' /sys/block/{name}/stat) -gt "
                             f"{goal} ]; do sleep 0.1; done", timeout=60)


def uptime(vm: Vm) -> float:
    """Return a machine's clock."""
    return float(vm.sh("cut -d' ' -f1 /proc/uptime").out)


@pytest.fixture(name="paths")
def fixture_paths(target: Target, initiator: Initiator) -> Paths:
    """Two paths, logged in."""
    made = Paths(target, initiator)
    made.login()
    return made


def test_states_are_reported_and_enforced(paths: Paths) -> None:
    vm = paths.initiator.vm
    for state, name in STATES.items():
        paths.set(1, "alua_access_state", state)
        # The first command hears of the change, once.
        vm.sh(f"sg_turs {paths.device[1]}", check=False)
        report = vm.sh(f"sg_rtpg --decode --extended {paths.device[2]}").out
        assert name in report.split("target port group id : 0x2")[0], report
        ready = vm.sh(f"sg_turs {paths.device[1]}", check=False).code
        assert ready == (0 if state < 2 else 2)
        assert vm.sh(f"sg_turs {paths.device[2]}; sg_turs {paths.device[2]}", check=False).code == 0
    assert paths.get(1, "alua_access_status") == "Altered by Implicit ALUA"


def test_initiator_sets_states(paths: Paths) -> None:
    vm = paths.initiator.vm
    vm.sh(f"sg_stpg --tp=1 --state=2 {paths.device[1]}")
    assert paths.get(1, "alua_access_state") == "2"
    assert paths.get(1, "alua_access_status") == "Altered by Explicit STPG"
    # The way back goes by the standby path itself.
    vm.sh(f"sg_stpg --tp=1 --state=0 {paths.device[1]}")
    assert paths.get(1, "alua_access_state") == "0"
    # Its exit code does not say so.
    refused = vm.sh(f"sg_stpg -v --tp=9 --state=0 {paths.device[1]} 2>&1", check=False).out
    assert "Invalid field in parameter list" in refused and "Data parameters: byte 6" in refused
    paths.set(1, "alua_access_type", 1)
    refused = vm.sh(f"sg_stpg --tp=1 --state=2 {paths.device[1]} 2>&1", check=False).out
    assert "Invalid opcode" in refused
    assert paths.get(1, "alua_access_state") == "0"


def test_only_a_chosen_delay_counts(paths: Paths) -> None:
    vm = paths.initiator.vm
    took = {}
    paths.set(1, "alua_access_state", 1)
    vm.sh(f"sg_turs {paths.device[1]}", check=False)
    slow = f"dd if={paths.device[1]} of=/dev/null iflag=direct bs=4k count=20"
    for delay in (0, 100, 200):
        paths.set(1, "nonop_delay_msecs", delay)
        started = uptime(vm)
        vm.sh(slow)
        took[delay] = uptime(vm) - started
    # They wait beside each other, and nobody else waits with them.
    started = uptime(vm)
    vm.sh(f"for i in 1 2 3 4; do {slow} & done; sleep 0.1; dd if={paths.device[2]} "
          "of=/dev/null iflag=direct bs=4k count=40; cut -d' ' -f1 /proc/uptime >/run/other; wait")
    together = uptime(vm) - started
    other = float(vm.sh("cat /run/other").out) - started
    # a delay that counts is 2 or 4 seconds here, 8 for the path beside it
    assert took[200] >= 4 and took[200] > took[0] + 2 and took[100] < took[0] + 2, took
    assert together < 2 * took[200] and other < 8, (together, other, took)


def test_state_survives_in_its_file(paths: Paths) -> None:
    paths.set(1, "alua_write_metadata", 1)
    paths.set(1, "alua_access_state", 2)
    paths.set(1, "alua_write_metadata", 0)
    paths.set(1, "alua_access_state", 0)
    paths.set(1, "alua_write_metadata", 1)
    assert paths.get(1, "alua_access_state") == "2"


def test_multipath_follows_states_under_io(paths: Paths, plan: Plan) -> None:
    """Implicit and explicit changes; not a block is wrong, not a request fails."""
    device = paths.map()
    vm = paths.initiator.vm
    seconds = plan.seconds * vm.patience()
    job = vm.begin(
        f"fio --name=v --filename={device} --size=16M --rw=randrw --bsrange=4k-64k "
        "--ioengine=libaio --iodepth=8 --direct=1 --verify=crc32c --verify_backlog=64 "
        f"--verify_fatal=1 --serialize_overlap=1 --time_based --runtime={seconds:.0f}",
        timeout=plan.seconds + 120)
    try:
        paths.wait_io(1)
        # Implicit: the target takes the first path away, slowly.
        paths.set(1, "trans_delay_msecs", 500)
        paths.set(1, "alua_access_state", 2)
        paths.wait_io(2)
        # Explicit: the initiator wants it back, and sets the state itself.
        paths.message(f"reinstate_path {paths.number(1)}")
        paths.message("switch_group 1")
        paths.wait_io(1)
        assert paths.get(1, "alua_access_state") == "0"
        assert paths.get(1, "alua_access_status") == "Altered by Explicit STPG"
        job.wait()
    finally:
        job.kill()
        paths.unmap()


def test_files_are_where_dbroot_is(target: Target) -> None:
    """Whatever an administrator's process has mounted there, or has for a root."""
    vm, db = target.vm, "/etc/rtslib-fb-target"
    disk = target.disk("ramdisk", megabytes=4)
    lun = f"/sys/kernel/config/target/{target.open_iscsi(disk)}/lun/lun_0"
    group = f"/sys/kernel/config/target/{disk}/alua/kept"
    vm.sh(f"rm -rf {db}/alua; mkdir {group}; echo 1 > {group}/tg_pt_gp_id; "
          f"unshare -m sh -c 'mount -t tmpfs none {db} && echo 1 > {lun}/alua_tg_pt_write_md "
          f"&& echo 1 > {group}/alua_write_metadata'")
    vm.sh(f"grep -q alua_tg_pt_offline=0 {db}/alua/*/*/lun_0 && "
          f"grep -q tg_pt_gp_id=1 {db}/alua/tpgs_*/kept")
