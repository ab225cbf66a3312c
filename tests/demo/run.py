#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration: three exported disks, and a stock initiator that writes to them.

Boots a small virtual machine with the target modules.  Inside it stock
targetcli-fb makes three disks (a file on a filesystem, a block device, memory)
and an iSCSI target with one ACL and CHAP.  A second machine with stock
open-iscsi logs in, makes a filesystem on each disk, copies a directory tree to
each, logs out and in again, and verifies every file and the filesystem of each.
The portal is then served on 127.0.0.1 of this machine until Ctrl-C.

With --fabric fcoe the machines are two Fibre Channel ports on one Ethernet
cable, in VN2VN mode, both with the stock fcoe driver.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))

# pylint: disable=wrong-import-position
from rig.disk import make_disk  # noqa: E402
from rig.errors import RigError  # noqa: E402
from rig.network import Cable, free_port, user_nic  # noqa: E402
from rig.progress import Progress  # noqa: E402
from rig.targetcli import targetcli  # noqa: E402
from rig.vm import Options, Vm, start_all  # noqa: E402

TARGET = "iqn.2003-01.org.example:demo"
INITIATOR = "iqn.2003-01.org.example:initiator"
USER = "demo"
PASSWORD = "open-sesame-open"
LUNS = [0, 1, 2]
CABLE = "cable1"
TREES = ["/usr/share/perl", "/usr/share/zoneinfo", "/usr/lib/python3/dist-packages"]

BACKSTORES = [
    "/backstores/fileio create disk0 /srv/disk0.img 256M",
    "/backstores/block create disk1 /dev/vdb",
    "/backstores/ramdisk create disk2 64M",
]
COMMANDS = [
    *BACKSTORES,
    f"/iscsi create {TARGET}",
    f"/iscsi/{TARGET}/tpg1/luns create /backstores/fileio/disk0",
    f"/iscsi/{TARGET}/tpg1/luns create /backstores/block/disk1",
    f"/iscsi/{TARGET}/tpg1/luns create /backstores/ramdisk/disk2",
    f"/iscsi/{TARGET}/tpg1 set attribute authentication=1",
    f"/iscsi/{TARGET}/tpg1/acls create {INITIATOR}",
    f"/iscsi/{TARGET}/tpg1/acls/{INITIATOR} set auth userid={USER} password={PASSWORD}",
]


class Demo:
    """The two machines and the steps, over iSCSI."""

    mtu = 0
    how = "open-iscsi: logging in with CHAP"

    def __init__(self, target: str, port: int | None, logs: Path) -> None:
        self._show = Progress()
        self._port = port if port is not None else free_port()
        self._cable = Cable(1, self.mtu)
        disks = [make_disk(logs, "filesystem", 512), make_disk(logs, "block", 256)]
        self._target = Vm(Options(
            name="target", target=target, disks=disks,
            nics=[user_nic(1, {self._port: 3260}), self._cable.end(1)]), logs)
        self._initiator = Vm(Options(name="initiator", nics=[self._cable.end(2)]), logs)
        self._portal = f"{self._cable.ipv4(1)}:3260"

    @property
    def url(self) -> str:
        """The portal on this machine as libiscsi and QEMU write it."""
        return f"iscsi://{USER}%{PASSWORD}@127.0.0.1:{self._port}/{TARGET}"

    def boot(self) -> None:
        """Start both machines."""
        with self._show.step("booting the target and the initiator machine") as remarks:
            start_all([self._target, self._initiator])
            remarks.append(f"Linux {self._target.kernel.version}")

    def _commands(self) -> list[str]:
        """What an administrator types into targetcli."""
        return COMMANDS

    def configure(self) -> None:
        """Export three disks with stock targetcli."""
        with self._show.step("making a filesystem for the file behind the first disk"):
            self._target.sh("mkfs.ext4 -q /dev/vda && mount /dev/vda /srv")
        for command in self._commands():
            shown = command.replace(PASSWORD, "...")
            with self._show.step(f"targetcli {shown}"):
                targetcli(self._target, command)
        with self._show.step("looking at the loaded modules") as remarks:
            remarks += self._target.sh(
                "awk '/^(target_core|iscsi_target|tcm_)/ {print $1}' /proc/modules").out.split()
            self._target.check()

    def _prepare_initiator(self) -> None:
        self._initiator.call("initiator.start", INITIATOR)

    def _logout(self) -> None:
        self._initiator.call("initiator.logout", TARGET)

    def _login(self) -> dict[str, str]:
        chap = self._initiator.call("initiator.chap", USER, PASSWORD)
        disks: dict[str, str] = self._initiator.call(
            "initiator.login", TARGET, self._portal, chap, LUNS)
        return disks

    def use(self) -> None:
        """Log in, copy a tree, log out and in, compare."""
        vm, show = self._initiator, self._show
        tree = next((path for path in TREES if Path(path).is_dir()), "/usr/share")
        with show.step(self.how) as remarks:
            self._prepare_initiator()
            disks = self._login()
            remarks += [f"LUN {lun} is {disk}" for lun, disk in sorted(disks.items())]
        for lun in LUNS:
            device = disks[str(lun)]
            with show.step(f"mkfs.ext4 on LUN {lun}"):
                vm.call("files.make_filesystem", device, f"/mnt/{lun}")
        with show.step(f"reading {tree}"):
            # Kept in the machine's memory: what is on the LUNs is compared with this.
            original = "/run/original"
            vm.call("files.copy_tree", tree, original, timeout=300)
        for lun in LUNS:
            with show.step(f"copying {tree} to LUN {lun}") as remarks:
                size = vm.call("files.copy_tree", original, f"/mnt/{lun}/copy", timeout=300)
                remarks.append(f"{size['files']} files, {size['bytes'] >> 20} MiB")
        with show.step("logging out and in again"):
            for lun in LUNS:
                vm.call("files.unmount", f"/mnt/{lun}")
            self._logout()
            vm.call("files.drop_caches")
            disks = self._login()
        for lun in LUNS:
            with show.step(f"verifying every checksum on LUN {lun}") as remarks:
                vm.call("files.mount", disks[str(lun)], f"/mnt/{lun}")
                seen = vm.call("files.compare_trees", original, f"/mnt/{lun}/copy", timeout=300)
                remarks.append(f"{seen['files']} files are the same")
                vm.call("files.unmount", f"/mnt/{lun}")
            with show.step(f"e2fsck on LUN {lun}") as remarks:
                vm.call("files.check_filesystem", disks[str(lun)], timeout=120)
                remarks.append("clean")
        with show.step("logging out and switching the initiator machine off"):
            self._logout()
            self._check()
            vm.stop()

    def _check(self) -> None:
        for vm in (self._target, self._initiator):
            vm.check()

    def look_from_here(self) -> None:
        """Reach the target from this machine through the forwarded port."""
        with self._show.step(f"libiscsi on this machine: 127.0.0.1:{self._port}") as remarks:
            for lun in LUNS:
                done = subprocess.run(
                    ["iscsi-inq", "-i", INITIATOR, f"{self.url}/{lun}"], text=True,
                    timeout=60, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                if done.returncode:
                    words = done.stdout.strip().splitlines() or ["no output"]
                    raise RigError(f"iscsi-inq {self.url}/{lun}: {words[-1]}")
                product = next(line for line in done.stdout.splitlines() if "Product:" in line)
                remarks.append(f"LUN {lun} {product.split(':', 1)[1].strip()}")

    def explain(self) -> None:
        """Print the configuration and how to use it."""
        with self._show.step("targetcli ls"):
            listing = targetcli(self._target, "ls").out
            self._check()
        print(f"""
{listing}
The target serves on 127.0.0.1:{self._port}, LUNs 0 (file), 1 (block device), 2 (memory).
It knows one initiator name, {INITIATOR}, with CHAP.

  {self.url}/0

Use it from this machine:
  iscsi-inq -i {INITIATOR} {self.url}/0
  iscsi-readcapacity16 -i {INITIATOR} {self.url}/1
  qemu-system-x86_64 -iscsi initiator-name={INITIATOR} -drive file={self.url}/0,format=raw ...
With open-iscsi (this host's name must be in /etc/iscsi/initiatorname.iscsi):
  iscsiadm -m node -T {TARGET} -p 127.0.0.1:{self._port} -o new
  iscsiadm ... -o update -n node.session.auth.authmethod -v CHAP   (then .username, .password)
  iscsiadm -m node -T {TARGET} -p 127.0.0.1:{self._port} --login
""", flush=True)

    def serve(self) -> None:
        """Keep the target up; end with an error if its kernel is unwell."""
        print("Serving.  Ctrl-C ends it.", flush=True)
        while True:
            time.sleep(1)
            self._check()
            if not self._target.running:
                raise RigError("the target machine ended by itself")

    def show_consoles(self) -> None:
        """After a failure, print what the kernels said last."""
        for vm in (self._target, self._initiator):
            print(f"--- console of the {vm.name} machine\n{vm.console.tail(25)}")

    def close(self) -> None:
        """Switch everything off."""
        self._target.close()
        self._initiator.close()
        self._cable.close()


class FcoeDemo(Demo):
    """The same over FCoE, with an initiator that was there first."""

    mtu = 2500
    how = "fcoe: the disks of the target port, with nothing done on the initiator"

    def boot(self) -> None:
        """Start both machines, and make them Fibre Channel ports.

        The driver is there before the port is, so that the port says from its
        first login on that it is a target.
        """
        super().boot()
        self._target.sh("modprobe tcm_fc")
        for vm in (self._initiator, self._target):
            with self._show.step(f"fcoe: the {vm.name} machine becomes a port") as remarks:
                remarks.append(vm.call("fcoe.start", CABLE))

    def _name(self, vm: Vm) -> str:
        found: str = vm.call("fcoe.wwpn", CABLE)
        return found

    def _commands(self) -> list[str]:
        wwpn = self._name(self._target)
        target = "/tcm_fc/naa." + wwpn.replace(":", "")
        return [*BACKSTORES, f"/tcm_fc create {wwpn}",
                *(f"{target}/luns create /backstores/{disk}"
                  for disk in ("fileio/disk0", "block/disk1", "ramdisk/disk2")),
                f"{target}/acls create {self._name(self._initiator)}"]

    def _prepare_initiator(self) -> None:
        """It is a port already."""

    def _login(self) -> dict[str, str]:
        if not self._initiator.call("fcoe.host", self._name(self._initiator)):
            self._initiator.call("fcoe.start", CABLE)
        disks: dict[str, str] = self._initiator.call(
            "fcoe.wait_disks", self._name(self._target), LUNS, timeout=90)
        return disks

    def _logout(self) -> None:
        self._initiator.call("fcoe.stop", CABLE)

    def look_from_here(self) -> None:
        """There is no Fibre Channel port on this machine."""

    def explain(self) -> None:
        """Print the configuration."""
        with self._show.step("targetcli ls"):
            listing = targetcli(self._target, "ls").out
            self._check()
        print(f"\n{listing}", flush=True)


DEMOS = {"iscsi": Demo, "fcoe": FcoeDemo}


def prepare(target: str) -> None:
    """Install the packages that are missing, and build the modules.

    Not below make: it has done both.
    """
    if "MAKELEVEL" in os.environ:
        return
    subprocess.run([str(TOP / "scripts" / "install_packages"), "run"], check=True)
    if target == "ours":
        subprocess.run(["make", "--no-print-directory", "-C", str(TOP), "modules"], check=True)


def demonstrate(options: argparse.Namespace) -> None:
    """Run all steps."""
    if not options.no_prepare:
        prepare(options.target)
    with tempfile.TemporaryDirectory(prefix="rig-demo-") as folder:
        demo = DEMOS[options.fabric](options.target, options.port, Path(folder))
        try:
            demo.boot()
            demo.configure()
            demo.use()
            demo.look_from_here()
            demo.explain()
            if options.once:
                print("That was once: it ends now.  make run alone keeps serving.")
            else:
                demo.serve()
        except RigError:
            demo.show_consoles()
            raise
        finally:
            demo.close()


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Export disks from a virtual machine, and use them.")
    parser.add_argument("--once", action="store_true", help="end after the last step")
    parser.add_argument("--target", choices=["ours", "stock"], default="ours",
                        help="the modules of this project (default), or the kernel's own")
    parser.add_argument("--fabric", choices=DEMOS, default="iscsi",
                        help="how the disks are exported (default: iscsi)")
    parser.add_argument("--port", type=int, help="TCP port of 127.0.0.1 "
                        "(default: 3260, or the next that is free)")
    parser.add_argument("--no-prepare", action="store_true",
                        help="neither install packages nor build modules")
    return parser.parse_args()


def main() -> int:
    """Run, and say in the last line how it went."""
    options = parse()
    try:
        demonstrate(options)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except (RigError, OSError, AssertionError, subprocess.SubprocessError) as error:
        first, _, rest = str(error).partition("\n")
        if rest:
            print(rest)
        print(f"FAILED: {first}", flush=True)
        return 1
    print("PASSED: exported, written, and read back the same.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
