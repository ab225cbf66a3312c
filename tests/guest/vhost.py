# SPDX-License-Identifier: GPL-2.0-only
"""A virtual machine inside the virtual machine, with a disk by vhost-scsi."""
from __future__ import annotations

import subprocess

import lio

WWN = "naa.5001405000000009"
CONSOLE = "/run/console"


def export(module: str, disk: str) -> None:
    """Load vhost_scsi and make a target of it."""
    subprocess.run(["modprobe", "vhost"], check=True)
    subprocess.run(["insmod", module], check=True)
    tpg = f"vhost/{WWN}/tpgt_1"
    lio.make(tpg)
    lio.write(f"{tpg}/nexus", WWN[:-1] + "a")
    lio.link_lun(tpg, 0, disk)


def boot(seconds: float) -> str:
    """Boot a machine from the target's disk; return what it says."""
    command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-display",
               "none", "-no-reboot", "-serial", f"file:{CONSOLE}",
               "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
               "-device", f"vhost-scsi-pci,wwpn={WWN},boot_tpgt=1,bootindex=1"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds, check=False)
        words = "" if done.returncode == 1 else f"exit code {done.returncode} {done.stderr}"
    except subprocess.TimeoutExpired:
        words = f"still running after {seconds} s"
    with open(CONSOLE, encoding="utf-8", errors="replace") as file:
        return file.read() + words


def remove() -> None:
    """Take the target and the module away."""
    lio.clear_fabric("vhost")
    subprocess.run(["rmmod", "vhost_scsi"], check=True)
