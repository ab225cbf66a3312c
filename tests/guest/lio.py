# SPDX-License-Identifier: GPL-2.0-only
"""The target's configfs tree by hand: what an administrator does with mkdir,
echo and ln -s, without any tool between the test and the kernel."""
from __future__ import annotations

import glob
import os
import subprocess
import time
from errno import errorcode
from typing import Any

ROOT = "/sys/kernel/config/target"
MODULES = ["target_core_mod", "target_core_file", "target_core_iblock",
           "iscsi_target_mod", "tcm_loop"]
HBAS = {"fileio": "fileio_100", "iblock": "iblock_101", "ramdisk": "rd_mcp_102"}


def load(modules: list[str] | None = None) -> None:
    """Load the target's modules and what a SCSI host needs."""
    subprocess.run(["modprobe", "-a", "sd_mod", "sg", *(modules or MODULES)], check=True)
    write("dbroot", "/etc/rtslib-fb-target", check=False)


def unload(modules: list[str] | None = None) -> None:
    """Unload the target's modules, those that use others first."""
    loaded = loaded_modules()
    for _ in range(len(loaded)):
        for name in list(loaded):
            if name in (modules or loaded) and \
                    subprocess.run(["rmmod", name], check=False,
                                   stderr=subprocess.DEVNULL).returncode == 0:
                loaded.remove(name)
    if loaded and not modules:
        raise OSError(f"modules do not unload: {' '.join(loaded)}")


def loaded_modules() -> list[str]:
    """Return the loaded modules of the target."""
    with open("/proc/modules", encoding="ascii") as file:
        names = [line.split()[0] for line in file]
    return [name for name in names
            if name.startswith(("target_core_", "iscsi_target_", "tcm_", "vhost_scsi"))]


def path(*parts: str) -> str:
    """Return a path below the target's root."""
    return os.path.join(ROOT, *parts)


def make(*parts: str) -> str:
    """Make a directory and those above it; return its path."""
    where = path(*parts)
    os.makedirs(where, exist_ok=True)
    return where


def write(where: str, value: str, check: bool = True) -> None:
    """Write an attribute in one piece."""
    try:
        fd = os.open(path(where), os.O_WRONLY)
        try:
            os.write(fd, str(value).encode())
        finally:
            os.close(fd)
    except OSError as error:
        if check:
            raise OSError(error.errno, f"{where} <- {value!r}: {error.strerror}") from error


def try_write(where: str, value: str) -> str:
    """Write an attribute; return the name of the error, or nothing."""
    try:
        write(where, value)
    except OSError as error:
        return errorcode.get(error.errno or 0, "?")
    return ""


def read(where: str) -> str:
    """Read an attribute."""
    with open(path(where), encoding="utf-8", errors="replace") as file:
        return file.read()


# -- backstores

def backstore(kind: str, name: str, megabytes: int = 64, device: str = "",
              serial: str = "", attrib: dict[str, Any] | None = None,
              write_back: bool = True, nullio: bool = False) -> str:
    """Make a backstore and switch it on; return its path below the root."""
    where = f"core/{HBAS[kind]}/{name}"
    make(where)
    if kind == "fileio":
        device = device or f"/srv/{name}.img"
        write(f"{where}/control",
              f"fd_dev_name={device},fd_dev_size={megabytes << 20}"
              + (",fd_buffered_io=1" if write_back else ""))
    elif kind == "iblock":
        write(f"{where}/control", f"udev_path={device}")
    else:
        write(f"{where}/control", f"rd_pages={megabytes << 8}" + (",rd_nullio=1" if nullio else ""))
    if kind != "ramdisk":
        write(f"{where}/udev_path", device)
    write(f"{where}/enable", "1")
    if serial:
        write(f"{where}/wwn/vpd_unit_serial", serial)
    for key, value in (attrib or {}).items():
        write(f"{where}/attrib/{key}", str(value))
    return where


# -- fabrics

def link_lun(tpg: str, lun: int, disk: str) -> str:
    """Export a backstore as a LUN of a target portal group."""
    where = f"{tpg}/lun/lun_{lun}"
    make(where)
    os.symlink(path(disk), path(where, os.path.basename(disk)))
    return where


def link_luns(tpg: str, first: int, count: int, disk: str) -> None:
    """Export a backstore as many LUNs, numbered one after another."""
    for lun in range(first, first + count):
        link_lun(tpg, lun, disk)


def map_lun(tpg: str, initiator: str, lun: int, mapped: int | None = None,
            write_protect: bool = False) -> str:
    """Show a LUN to an initiator."""
    where = f"{tpg}/acls/{initiator}/lun_{lun if mapped is None else mapped}"
    make(where)
    os.symlink(path(tpg, f"lun/lun_{lun}"), path(where, "lun"))
    if write_protect:
        write(f"{where}/write_protect", "1")
    return where


def iscsi(target: str, disks: list[str], acls: dict[str, dict[str, Any]] | None = None,
          attrib: dict[str, Any] | None = None, auth: dict[str, str] | None = None,
          param: dict[str, str] | None = None, portals: list[str] | None = None,
          tag: int = 1, luns: list[int] | None = None) -> str:
    """Make an iSCSI target with LUNs 0 and up; return its portal group's path.

    acls maps an initiator name to {"auth": {...}, "luns": [...]}; without
    luns it sees all.
    """
    tpg = f"iscsi/{target}/tpgt_{tag}"
    make(tpg)
    for key, value in (attrib or {}).items():
        write(f"{tpg}/attrib/{key}", str(value))
    for key, value in (param or {}).items():
        write(f"{tpg}/param/{key}", value)
    for key, value in (auth or {}).items():
        write(f"{tpg}/auth/{key}", value)
    numbers = luns or list(range(len(disks)))
    for lun, disk in zip(numbers, disks):
        link_lun(tpg, lun, disk)
    for name, acl in (acls or {}).items():
        make(f"{tpg}/acls/{name}")
        for key, value in acl.get("auth", {}).items():
            write(f"{tpg}/acls/{name}/auth/{key}", value)
        for lun in acl.get("luns", numbers):
            map_lun(tpg, name, lun)
    for portal in portals or ["0.0.0.0:3260"]:
        make(f"{tpg}/np/{portal}")
    write(f"{tpg}/enable", "1")
    return tpg


def loopback(disks: list[str], wwn: str = "naa.5001405000000001",
             seconds: float = 60.0) -> dict[str, str]:
    """Make a loopback target; return {lun: block device} when all are there."""
    before = set(os.listdir("/sys/class/scsi_host"))
    tpg = f"loopback/{wwn}/tpgt_1"
    make(tpg)
    write(f"{tpg}/nexus", wwn[:-1] + "f")
    for lun, disk in enumerate(disks):
        link_lun(tpg, lun, disk)
    host = (set(os.listdir("/sys/class/scsi_host")) - before).pop()
    deadline = time.monotonic() + seconds
    while True:
        found = scsi_disks(host.removeprefix("host"))
        if len(found) == len(disks):
            return found
        if time.monotonic() > deadline:
            raise OSError(f"{len(disks)} disks expected on {host}, {sorted(found)} seen")
        time.sleep(0.1)


def fc(wwpn: str, disks: list[str], initiators: list[str],
       luns: list[int] | None = None) -> str:
    """Make a Fibre Channel target; return its portal group's path."""
    tpg = f"fc/{wwpn}/tpgt_1"
    make(tpg)
    numbers = luns or list(range(len(disks)))
    for lun, disk in zip(numbers, disks):
        link_lun(tpg, lun, disk)
    for initiator in initiators:
        make(f"{tpg}/acls/{initiator}")
        for lun in numbers:
            map_lun(tpg, initiator, lun)
    return tpg


def scsi_disks(host: str) -> dict[str, str]:
    """Return {lun: device} of a SCSI host."""
    found = {}
    for name in os.listdir("/sys/class/scsi_disk"):
        where = name.split(":")
        if where[0] != host:
            continue
        for path in glob.glob(f"/sys/class/scsi_disk/{name}/device/block/*"):
            device = "/dev/" + os.path.basename(path)
            if os.path.exists(device):
                found[where[3]] = device
    return found


# -- removal

def _folders(where: str) -> list[str]:
    if not os.path.isdir(where):
        return []
    return sorted(os.path.join(where, name) for name in os.listdir(where)
                  if os.path.isdir(os.path.join(where, name))
                  and not os.path.islink(os.path.join(where, name)))


def _unlink_all(where: str) -> None:
    for name in os.listdir(where):
        if os.path.islink(os.path.join(where, name)):
            os.unlink(os.path.join(where, name))


def _remove_tpg(tpg: str) -> None:
    relative = os.path.relpath(tpg, ROOT)
    write(f"{relative}/enable", "0", check=False)
    for acl in _folders(f"{tpg}/acls"):
        for mapped in _folders(acl):
            if os.path.basename(mapped).startswith("lun_"):
                _unlink_all(mapped)
                os.rmdir(mapped)
        os.rmdir(acl)
    for lun in _folders(f"{tpg}/lun"):
        _unlink_all(lun)
        os.rmdir(lun)
    for portal in _folders(f"{tpg}/np"):
        os.rmdir(portal)
    write(f"{relative}/nexus", "NULL", check=False)
    os.rmdir(tpg)


def _reset_discovery() -> None:
    """Let discovery sessions in without a secret, as after loading."""
    where = "iscsi/discovery_auth"
    if os.path.isdir(path(where)):
        write(f"{where}/enforce_discovery_auth", "0")
        for name in ("userid", "password", "userid_mutual", "password_mutual"):
            write(f"{where}/{name}", "NULL")


def _remove_targets(fabric: str) -> None:
    for wwn in _folders(fabric):
        for tpg in _folders(wwn):
            if os.path.basename(tpg).startswith("tpgt_"):
                _remove_tpg(tpg)
        # discovery_auth is the fabric's own folder, not a target.
        if os.path.basename(wwn) != "discovery_auth":
            os.rmdir(wwn)


def clear_fabric(name: str) -> None:
    """Remove the targets of one fabric and its folder."""
    _remove_targets(path(name))
    os.rmdir(path(name))


def clear() -> None:
    """Remove every target, backstore and group, in the right order."""
    _reset_discovery()
    for fabric in _folders(ROOT):
        if os.path.basename(fabric) != "core":
            _remove_targets(fabric)
    for hba in _folders(f"{ROOT}/core"):
        if os.path.basename(hba) == "alua":
            continue
        for device in _folders(hba):
            for group in _folders(f"{device}/alua"):
                if os.path.basename(group) != "default_tg_pt_gp":
                    os.rmdir(group)
            os.rmdir(device)
        os.rmdir(hba)
    for group in _folders(f"{ROOT}/core/alua/lu_gps"):
        if os.path.basename(group) != "default_lu_gp":
            os.rmdir(group)


def remove_fabrics() -> None:
    """Remove the empty fabrics' folders, so that their modules can unload."""
    for fabric in _folders(ROOT):
        if os.path.basename(fabric) != "core":
            os.rmdir(fabric)


# -- the tree as a table

def walk(top: str = "") -> list[list[Any]]:
    """Return [path, mode, value] of everything below a path, sorted.

    The value of a directory is None and of a link its target; of an attribute
    its text, or the name of the error that reading it gives.
    """
    rows: list[list[Any]] = []
    for base, folders, files in os.walk(path(top)):
        folders.sort()
        relative = os.path.relpath(base, ROOT)
        rows.append([relative + "/", f"{os.stat(base).st_mode & 0o7777:04o}", None])
        for name in sorted(folders):
            if os.path.islink(os.path.join(base, name)):
                rows.append([f"{relative}/{name}", "link",
                             os.path.relpath(os.path.realpath(os.path.join(base, name)), ROOT)])
        for name in sorted(files):
            where = os.path.join(base, name)
            mode = os.stat(where).st_mode & 0o7777
            rows.append([f"{relative}/{name}", f"{mode:04o}", _value(where, mode)])
    return sorted(rows)


def _value(where: str, mode: int) -> str | None:
    if not mode & 0o444:
        return None
    try:
        with open(where, "rb") as file:
            return file.read().decode("utf-8", errors="replace")
    except OSError as error:
        return f"!{error.errno}"
