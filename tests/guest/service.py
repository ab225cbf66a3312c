# SPDX-License-Identifier: GPL-2.0-only
"""The configuration tool's service, run by systemd, or as OpenRC would run it.

Systemd is process 1 of a namespace of its own and knows only the units that the
service names, so that no other program of this machine is started.
"""
from __future__ import annotations

import os
import subprocess
import time

from lio import ROOT

UNIT = "targetcli-config.service"
SYSTEM = "/usr/lib/systemd/system"
UNITS = "/var/tmp/units"
NEEDED = (UNIT, "sys-kernel-config.mount", "modprobe@.service", "network.target",
          "local-fs.target", "sysinit.target", "basic.target", "multi-user.target",
          "shutdown.target", "umount.target", "final.target", "poweroff.target",
          "systemd-poweroff.service")
SCRIPT = """
mount -t tmpfs run /run
mkdir -p /sys/fs/cgroup
mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup /sys/fs/cgroup
exec env -i container=rig PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH={units} \
    SYSTEMD_GENERATOR_PATH=/none SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/none \
    /usr/lib/systemd/systemd --system --unit=multi-user.target --log-target=null --show-status=no
"""
# What OpenRC gives a script, as far as this one uses it.
OPENRC = """
ebegin() { echo "* $1"; }
ewarn() { echo "* $1"; }
eend() { return $1; }
. /usr/share/targetcli-config/targetcli-config.openrc
"$1"
"""


def install(tool: str) -> None:
    """Install the tool and its unit on this machine."""
    subprocess.run(["make", "-s", "-C", tool, "install"], check=True)
    wants = f"{UNITS}/multi-user.target.wants"
    os.makedirs(wants, exist_ok=True)
    for folder, names in ((UNITS, NEEDED), (wants, (UNIT,))):
        for name in names:
            if not os.path.lexists(f"{folder}/{name}"):
                os.symlink(f"{SYSTEM}/{name}", f"{folder}/{name}")


def process() -> int:
    """Return the number of the process that is systemd, or 0."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/comm", encoding="ascii") as file:
                if file.read() == "systemd\n":
                    return int(name)
        except OSError:
            continue
    return 0


def boot() -> None:
    """Start systemd; return when it answers."""
    subprocess.Popen(  # pylint: disable=consider-using-with
        ["unshare", "--fork", "--pid", "--mount", "--mount-proc", "sh", "-c",
         SCRIPT.format(units=UNITS)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True)
    while not process() or not state():
        time.sleep(0.2)


def control(*words: str) -> tuple[int, str]:
    """Run systemctl; return its exit code and what it says."""
    done = subprocess.run(["nsenter", f"--target={process()}", "--mount", "--pid", "systemctl",
                           *words], check=False, capture_output=True, text=True)
    return done.returncode, done.stdout.strip()


def state() -> str:
    """Return the service's state."""
    return control("is-active", UNIT)[1]


def wait(wanted: str) -> None:
    """Return when the service is in a state."""
    while state() != wanted:
        time.sleep(0.2)


def power_off() -> list[str]:
    """Shut down; return what is left of the configuration when systemd has ended."""
    control("poweroff")
    while process():
        time.sleep(0.2)
    return left()


def left() -> list[str]:
    """Return the objects that are configured."""
    return [name for top in ("core", "iscsi") if os.path.isdir(f"{ROOT}/{top}")
            for name in os.listdir(f"{ROOT}/{top}")
            if os.path.isdir(f"{ROOT}/{top}/{name}") and name not in ("alua", "discovery_auth")]


def openrc(verb: str) -> tuple[int, str]:
    """Call a function of the script for OpenRC; return its exit code and output."""
    done = subprocess.run(["sh", "-c", OPENRC, "sh", verb], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout
