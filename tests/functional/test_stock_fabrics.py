# SPDX-License-Identifier: GPL-2.0-only
"""Fabrics of the kernel itself, rebuilt on our core, serve their initiators."""
from __future__ import annotations

import os
import random
import struct
import subprocess
from pathlib import Path

import install_modules
import kernel_source
import pytest
from rig.vm import Vm

from functional.lab import Initiator, Plan, Target

BUILD = Path(os.environ.get("BUILD") or install_modules.TOP / "build")
SECONDS = 120
SECTORS = 96                    # as in boot_sector.S
BOOT_SECTOR = Path(__file__).resolve().parents[1] / "guest/boot_sector.S"


def built_for(plan: Plan) -> str:
    """Return the kernel that our modules are built for, if it is the one to test."""
    if plan.kernel or plan.target != "ours":
        pytest.skip("they are built for the installed kernel and this target")
    return (BUILD / "modules/.release").read_text(encoding="ascii").strip()


def stock(name: str, plan: Plan) -> str:
    """Build a stock fabric against our headers; return its module's path."""
    built = install_modules.build_fabric(name, kernel_source.headers(), BUILD.resolve(),
                                         built_for(plan))
    assert [path.name for path in built] == [f"{name}.ko"]
    return str(built[0])


def boot_sector(folder: Path) -> bytes:
    """Assemble the guest that fits into a sector."""
    made, linked = folder / "guest.o", folder / "guest.bin"
    subprocess.run(["gcc", "-m32", "-c", "-o", str(made), str(BOOT_SECTOR)], check=True)
    subprocess.run(["ld", "-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-e",
                    "_start", "-o", str(linked), str(made)], check=True)
    sector = linked.read_bytes()
    assert len(sector) == 512 and sector.endswith(b"\x55\xaa")
    return sector


def checksum(data: bytes) -> str:
    """Return the sum that the guest prints."""
    total = 0
    for (word,) in struct.iter_unpack("<I", data):
        total = ((total << 1 | total >> 31) + word) & 0xffffffff
    return f"{total:08x}"


def full_status(vm: Vm, device: str) -> bytes:
    """Register; return what READ FULL STATUS says, and unregister."""
    vm.sh(f"sg_persist -n --out --register --param-sark=0x5eed {device} || "
          f"sg_persist -n --out --register --param-sark=0x5eed {device}")
    vm.sh(f"sg_raw -r 256 -o /run/status {device} 5e 03 00 00 00 00 00 01 00 00")
    vm.sh(f"sg_persist -n --out --register --param-rk=0x5eed {device}")
    return vm.get("/run/status")


def test_srp_over_soft_roce(target: Target, initiator: Initiator, plan: Plan) -> None:
    module = stock("ib_srpt", plan)
    disk = target.disk("fileio", "srp", megabytes=64)
    nic = initiator.nic.name
    target.vm.call("srp.start", nic)
    # ib_srp's port identifier: no extension, and the device's part of its address.
    port = f"{0:016x}{initiator.vm.call('srp.start', nic)[-16:]}"
    guid = target.vm.call("srp.export", module, disk, f"0x{port}")
    device = initiator.vm.call("srp.login", guid, initiator.cable.ipv4(1), timeout=120)
    # The TransportID of SRP (SPC-4 7.6.4.6) is the last of the answer.
    assert full_status(initiator.vm, device)[32:].hex() == f"04{0:014x}{port}"
    initiator.vm.sh(f"mkfs.ext4 -q {device} && mkdir -p /mnt/srp && mount {device} /mnt/srp && "
                    "cp -r /usr/lib/python3/dist-packages/yaml /mnt/srp/ && "
                    "head -c 24M /dev/urandom > /mnt/srp/random && cd /mnt/srp && "
                    "find . -type f -exec sha256sum {} + > /run/sums && cd / && umount /mnt/srp",
                    timeout=180)
    initiator.vm.call("srp.logout")
    device = initiator.vm.call("srp.login", guid, initiator.cable.ipv4(1), timeout=120)
    initiator.vm.sh(f"mount {device} /mnt/srp && cd /mnt/srp && "
                    "sha256sum --quiet -c /run/sums && cd / && umount /mnt/srp", timeout=180)
    assert int(initiator.vm.sh("wc -l < /run/sums").out) > 5
    initiator.vm.call("srp.logout")
    initiator.vm.call("srp.stop", "ib_srp")
    target.vm.call("srp.stop", "ib_srpt")


def test_guest_on_vhost_scsi(target: Target, plan: Plan, tmp_path: Path) -> None:
    """A machine inside the machine boots from our logical unit, reads and writes it."""
    module = stock("vhost_scsi", plan)
    data = random.Random(1).randbytes(SECTORS * 512)
    changed = bytes(byte ^ 0x5a for byte in data)
    disk = target.disk("fileio", "vhost", megabytes=16)
    target.vm.put("/run/guest", boot_sector(tmp_path) + data)
    target.vm.sh("dd if=/run/guest of=/srv/vhost.img conv=notrunc status=none")
    target.vm.call("vhost.export", module, disk)
    said = target.vm.call("vhost.boot", SECONDS * target.vm.patience(), timeout=600)
    assert said.split() == [f"R{checksum(data)}", f"W{checksum(changed)}"]
    target.vm.call("vhost.remove")
    target.vm.sh(f"dd if=/srv/vhost.img of=/run/after bs=512 skip={1 + SECTORS} "
                 f"count={SECTORS} status=none")
    assert target.vm.get("/run/after") == changed


@pytest.mark.parametrize("name", ["vhost_scsi", "ib_srpt"])
def test_stock_fabric_is_installed_beside_ours(plan: Plan, tmp_path: Path, name: str) -> None:
    release = built_for(plan)
    folder = tmp_path / "lib/modules" / release
    folder.mkdir(parents=True)
    for each in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        (folder / each).touch()
    done = subprocess.run([str(install_modules.TOP / "scripts/install_modules.py"), "--build",
                           str(BUILD), "--root", str(tmp_path), name],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = (folder / "modules.dep").read_text().splitlines()
    row = next(line for line in rows if line.startswith(f"updates/target/{name}.ko:"))
    assert "updates/target/target_core_mod.ko" in row
    assert "warning" not in (done.stdout + done.stderr).lower()
