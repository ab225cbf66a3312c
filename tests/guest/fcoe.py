# SPDX-License-Identifier: GPL-2.0-only
"""FCoE in a guest, with the stock driver: an interface becomes a Fibre Channel
port, and the disks behind it are found.  No switch, no daemon: VN2VN."""
from __future__ import annotations

import contextlib
import glob
import os
import subprocess
import time

MTU = 2500
BUS = "/sys/bus/fcoe"


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _until(what: str, seconds: float, ready: object) -> None:
    deadline = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise OSError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def interface(alias: str) -> str:
    """Return the interface that the rig plugged a cable into."""
    for path in glob.glob("/sys/class/net/*/ifalias"):
        if _read(path) == alias:
            return path.split("/")[4]
    raise OSError(f"no interface {alias}")


def colons(wwn: str) -> str:
    """Write 0x2000525400770101 as Fibre Channel does."""
    digits = wwn.removeprefix("0x")
    return ":".join(digits[i:i + 2] for i in range(0, 16, 2))


def wwpn(alias: str) -> str:
    """Return the port name that libfcoe gives an interface's port."""
    return "20:00:" + _read(f"/sys/class/net/{interface(alias)}/address")


def _controller(device: str) -> str:
    for path in glob.glob(f"{BUS}/devices/ctlr_*"):
        with contextlib.suppress(FileNotFoundError):    # it is going
            if f"/{device}/" in os.path.realpath(path):
                return path
    return ""


def begin(alias: str, mode: str = "VN2VN", address: str = "", seconds: float = 30.0) -> None:
    """Make an interface a port, which may be up later; without a mode that is automatic."""
    device = interface(alias)
    subprocess.run(["modprobe", "-a", "fcoe", "sd_mod", "sg"], check=True)
    if address:
        # other tests of this machine need its IPv6 addresses
        _write(f"/proc/sys/net/ipv6/conf/{device}/keep_addr_on_down", "1")
        subprocess.run(["ip", "link", "set", device, "down"], check=True)
        subprocess.run(["ip", "link", "set", device, "address", address], check=True)
    subprocess.run(["ip", "link", "set", device, "mtu", str(MTU), "up"], check=True)
    # the default queue, fq_codel, drops frames of a sender that is fast
    subprocess.run(["tc", "qdisc", "replace", "dev", device, "root", "pfifo", "limit", "10000"],
                   check=True)
    _write(f"{BUS}/ctlr_create", device)
    _until(f"{device}: controller", seconds, lambda: _controller(device))
    if mode:
        _write(f"{_controller(device)}/mode", mode)
    _write(f"{_controller(device)}/enabled", "1")


def start(alias: str, mode: str = "VN2VN", seconds: float = 30.0) -> str:
    """Make an interface a port and return its name when it is up."""
    begin(alias, mode, seconds=seconds)
    device = interface(alias)
    name = wwpn(alias)
    _until(f"{device}: online", seconds, lambda: state(name) == "Online")
    return name


def stop(alias: str, seconds: float = 30.0) -> None:
    """Make it an ordinary interface again."""
    device = interface(alias)
    if not _controller(device):
        return
    _write(f"{BUS}/ctlr_destroy", device)
    _until(f"{device}: gone", seconds, lambda: not _controller(device))
    subprocess.run(["ip", "link", "set", device, "mtu", "1500"], check=True)


def host(name: str) -> str:
    """Return the SCSI host of a local port."""
    for path in glob.glob("/sys/class/fc_host/host*"):
        if colons(_read(f"{path}/port_name")) == name:
            return os.path.basename(path)
    return ""


def state(name: str) -> str:
    """Return the state of a local port."""
    return _read(f"/sys/class/fc_host/{host(name)}/port_state")


def remote_ports() -> dict[str, dict[str, str]]:
    """Return the remote ports, by name."""
    found = {}
    for path in glob.glob("/sys/class/fc_remote_ports/rport-*"):
        found[colons(_read(f"{path}/port_name"))] = {
            "path": os.path.basename(path), "port_id": _read(f"{path}/port_id"),
            "state": _read(f"{path}/port_state"), "roles": _read(f"{path}/roles")}
    return found


def disks(target: str) -> dict[str, str]:
    """Return {lun: device} of a target port."""
    rport = remote_ports().get(target, {}).get("path", "none")
    found = {}
    for path in glob.glob(f"/sys/class/fc_remote_ports/{rport}/device/target*/*:*/block/*"):
        found[path.split("/block/")[0].rsplit(":", 1)[1]] = "/dev/" + os.path.basename(path)
    return found


def wait_disks(target: str, luns: list[int], seconds: float = 60.0) -> dict[str, str]:
    """Wait until the disks of all luns are there."""
    deadline = time.monotonic() + seconds
    while True:
        found = disks(target)
        if sorted(found) == sorted(map(str, luns)) and \
                all(os.path.exists(path) for path in found.values()):
            return found
        if time.monotonic() > deadline:
            raise OSError(f"LUNs {luns} expected, {sorted(found)} seen in {seconds:.0f} s; "
                          f"remote ports: {remote_ports()}")
        time.sleep(0.05)
