# SPDX-License-Identifier: GPL-2.0-only
"""The laboratory that tests share: a target and up to two initiators.

Machines boot when a test first asks for them and are used again by the next,
with the configuration cleared between.  One that hangs or whose kernel
complained is booted afresh, so that one failure does not make a second.
"""
from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rig.disk import Disk, make_disk
from rig.errors import RigError
from rig.kernel import Kernel, installed_kernel
from rig.network import Cable, free_port, user_nic
from rig.vm import Options, Vm

TARGET = "iqn.2003-01.org.example:target"
NAMES = ["iqn.2003-01.org.example:initiator-1", "iqn.2003-01.org.example:initiator-2"]
KINDS = ["fileio", "iblock", "ramdisk"]
OPEN = {"authentication": 0, "generate_node_acls": 1, "demo_mode_write_protect": 0,
        "cache_dynamic_acls": 1}


class Target:
    """The machine that exports."""

    def __init__(self, vm: Vm, ports: dict[str, int]) -> None:
        self.vm = vm
        self.port = ports["iscsi"]
        self._count = 0

    def prepare(self) -> None:
        """Load the modules and mount the disk that files are made on."""
        self.vm.sh("mountpoint -q /srv || { blkid /dev/vda >/dev/null || "
                   "mkfs.ext4 -q /dev/vda; mount /dev/vda /srv; }")
        self.vm.call("lio.load")

    def disk(self, kind: str, name: str = "", **options: Any) -> str:
        """Make a backstore; return its path in the tree."""
        if not name:
            self._count += 1
            name = f"{kind}{self._count}"
        if kind == "iblock":
            options.setdefault("device", "/dev/vdb")
        where: str = self.vm.call("lio.backstore", kind, name, **options)
        return where

    def iscsi(self, *disks: str, target: str = TARGET, **options: Any) -> str:
        """Make an iSCSI target; return its portal group's path."""
        where: str = self.vm.call("lio.iscsi", target, list(disks), **options)
        return where

    def open_iscsi(self, *disks: str, **options: Any) -> str:
        """Make an iSCSI target that lets every initiator read and write."""
        return self.iscsi(*disks, attrib=OPEN, **options)

    def loopback(self, *disks: str) -> dict[str, str]:
        """Make a loopback target; return {lun: device}."""
        found: dict[str, str] = self.vm.call("lio.loopback", list(disks))
        return found

    def write(self, where: str, value: str) -> None:
        """Write an attribute."""
        self.vm.call("lio.write", where, value)

    def read(self, where: str) -> str:
        """Read an attribute."""
        value: str = self.vm.call("lio.read", where)
        return value

    def clear(self) -> None:
        """Remove the whole configuration, the files behind it, and what is kept below dbroot."""
        self.vm.call("lio.clear", timeout=90)
        self.vm.sh("rm -f /srv/*.img /srv/*.img.protection; umount -q /mnt/* || true; "
                   "find /etc/rtslib-fb-target -mindepth 2 -type f -delete")

    def url(self, lun: int, target: str = TARGET) -> str:
        """Return libiscsi's name of a LUN, reached from the host."""
        return f"iscsi://127.0.0.1:{self.port}/{target}/{lun}"

    def host_tool(self, *command: str, timeout: float = 60.0) -> "subprocess.CompletedProcess[str]":
        """Run a program of the host that reaches the target by the forwarded port."""
        return subprocess.run(command, text=True, timeout=timeout, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Initiator:
    """A machine with open-iscsi, on its own cable to the target."""

    def __init__(self, vm: Vm, cable: Cable, name: str) -> None:
        self.vm = vm
        self.cable = cable
        self.name = name
        self.nic = vm.options.nics[0]
        self.portal = f"{cable.ipv4(1)}:3260"
        self.portal6 = f"[{cable.ipv6(1)}]:3260"

    def prepare(self) -> None:
        """Start iscsid."""
        self.vm.call("initiator.start", self.name)

    def login(self, luns: list[int], target: str = TARGET, portal: str = "",
              settings: dict[str, str] | None = None, seconds: float = 60.0) -> dict[str, str]:
        """Log in; return {lun: device}."""
        found: dict[str, str] = self.vm.call(
            "initiator.login", target, portal or self.portal, settings, luns, seconds,
            timeout=seconds + 60)
        return found

    def try_login(self, settings: dict[str, str] | None = None, target: str = TARGET) -> int:
        """Log in where that may fail; return iscsiadm's exit code."""
        code: int = self.vm.call("initiator.try_login", target, self.portal, settings,
                                 timeout=90)
        return code

    def chap(self, *pairs: str) -> dict[str, str]:
        """Return open-iscsi's settings for CHAP."""
        found: dict[str, str] = self.vm.call("initiator.chap", *pairs)
        return found

    def logout(self, target: str = TARGET) -> None:
        """Log out."""
        self.vm.call("initiator.logout", target)

    def end_writes(self) -> None:
        """Kill fio, and return when all that it has submitted came back.

        A process that is killed waits for its requests; one that is asked to end may
        wait for ever for one that it never submitted (fio 3.33, one time in fifty).
        """
        self.vm.sh("pkill -KILL -x fio || true; while pgrep -r D,R,S -x fio; do sleep 0.1; done",
                   timeout=120)

    def clear(self) -> None:
        """Leave no mount and no session."""
        self.vm.sh("umount -q /mnt/* || true; pkill -KILL -x fio || true")
        self.vm.call("initiator.reset", timeout=90)


@dataclass
class Plan:
    """What the command line chose."""

    target: str
    kernel: Kernel | None
    seconds: int
    logs: Path

    def kernel_for(self, target: str) -> Kernel | None:
        """Return the kernel to boot for a target: one that has its modules."""
        ours = self.kernel and self.kernel.carries_ours
        return None if ours and target == "stock" else self.kernel

    def kernel_of_initiators(self) -> Kernel | None:
        """Return theirs: the target is what is checked, but they wait for it."""
        if self.kernel and self.kernel.carries_ours:
            return replace(installed_kernel(), slowness=self.kernel.slowness)
        return self.kernel


class Lab:
    """All machines, by role."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self._cables = [Cable(1), Cable(2)]
        port = free_port(20000 + os.getpid() % 10000)
        disks: list[Disk] = [make_disk(folder, "files", 1024), make_disk(folder, "block", 256),
                             make_disk(folder, "spare", 256)]
        nics = [user_nic(1, {port: 3260}), *(cable.end(1) for cable in self._cables)]
        self.target = Target(Vm(Options(name="target", target=plan.target, kernel=plan.kernel,
                                        disks=disks, nics=nics), plan.logs), {"iscsi": port})
        self.initiators = [
            Initiator(Vm(Options(name=f"initiator-{number + 1}", memory=768,
                                 kernel=plan.kernel_of_initiators(), nics=[cable.end(2)]),
                         plan.logs), cable, NAMES[number])
            for number, cable in enumerate(self._cables)]
        self._used: list[Target | Initiator] = []

    @property
    def vms(self) -> list[Vm]:
        """All machines."""
        return [self.target.vm, *(item.vm for item in self.initiators)]

    def use(self, machine: Target | Initiator) -> None:
        """Have a machine up and clean."""
        if machine in self._used:
            return
        if not machine.vm.running:
            machine.vm.kill()
            machine.vm.start()
            machine.prepare()
        self._used.append(machine)

    def clean(self) -> None:
        """After a test: undo what it made, and hear each kernel's complaint.

        Initiators go first, so that no session is cut off.
        """
        problems: list[Exception] = []
        for machine in sorted(self._used, key=lambda item: isinstance(item, Target)):
            try:
                if machine.vm.running:
                    machine.clear()
                machine.vm.check()
            except RigError as problem:
                problems.append(problem)
                machine.vm.kill()
        self._used.clear()
        if problems:
            raise problems[0]

    def close(self) -> None:
        """Switch everything off."""
        for vm in self.vms:
            vm.close()
        for cable in self._cables:
            cable.close()
