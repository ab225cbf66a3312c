# SPDX-License-Identifier: GPL-2.0-only
"""multipathd in a guest, with the udev that it looks at disks through."""
from __future__ import annotations

import os
import subprocess
import time

CONFIGURATION = """\
defaults {
    find_multipaths no
    user_friendly_names no
    polling_interval 1
    max_polling_interval 1
    reservation_key file
}
blacklist {
    devnode "^(vd|sr|loop|ram)"
}
"""
UDEVD = "/lib/systemd/systemd-udevd"


def _run(*command: str, check: bool = True) -> str:
    done = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise OSError(f"{' '.join(command)}: exit {done.returncode}: {done.stdout.strip()}")
    return done.stdout


def start() -> None:
    """Start udevd and multipathd; disks that are there are looked at."""
    _run("modprobe", "-a", "dm_mod", "dm_multipath", "dm_round_robin", "dm_service_time",
         "scsi_dh_alua")
    _run(UDEVD, "--daemon")
    _run("udevadm", "trigger", "--action=add", "--subsystem-match=block")
    _run("udevadm", "settle", "--timeout=30")
    os.makedirs("/etc/multipath", exist_ok=True)
    with open("/etc/multipath.conf", "w", encoding="ascii") as file:
        file.write(CONFIGURATION)
    _run("multipathd")


def stop() -> None:
    """End both, with the multipath disks and the keys of their reservations."""
    _run("multipathd", "shutdown", check=False)
    deadline = time.monotonic() + 30
    while not subprocess.run(["pgrep", "-x", "multipathd"], check=False,
                             stdout=subprocess.DEVNULL).returncode:
        if time.monotonic() > deadline:
            raise OSError("multipathd does not end")
        time.sleep(0.1)
    _run("multipath", "-F", check=False)
    _run("udevadm", "control", "--exit", check=False)
    for name in ("prkeys", "wwids", "bindings"):
        if os.path.exists(f"/etc/multipath/{name}"):
            os.unlink(f"/etc/multipath/{name}")


def active_paths() -> dict[str, list[str]]:
    """Return {multipath disk: the disks of its active paths}."""
    found: dict[str, list[str]] = {}
    shown = _run("multipathd", "show", "paths", "raw", "format", "%m %d %t %T", check=False)
    for line in shown.splitlines():
        words = line.split()
        if len(words) == 4 and words[2] == "active" and words[3] == "ready":
            found.setdefault("/dev/mapper/" + words[0], []).append("/dev/" + words[1])
    return found


def wait_paths(count: int, seconds: float = 60.0) -> str:
    """Wait until a multipath disk has a number of active paths; return its name."""
    deadline = time.monotonic() + seconds
    while True:
        found = active_paths()
        for disk, paths in found.items():
            if len(paths) == count and os.path.exists(disk):
                return disk
        if time.monotonic() > deadline:
            raise OSError(f"{count} active paths expected, seen: {found}\n"
                          + _run("multipathd", "show", "topology", check=False))
        time.sleep(0.2)
