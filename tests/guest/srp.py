# SPDX-License-Identifier: GPL-2.0-only
"""SRP over soft RoCE: the stock ib_srpt on our core, and the stock ib_srp."""
from __future__ import annotations

import glob
import os
import subprocess
import time

import lio

PORT = 5555
LINK = "rxe0"


def gid() -> str:
    """Return the RDMA device's first address, as SRP writes port identifiers."""
    with open(f"/sys/class/infiniband/{LINK}/ports/1/gids/0", encoding="ascii") as file:
        return "0x" + file.read().strip().replace(":", "")


def start(nic: str) -> str:
    """Make a network card, by its alias, an RDMA device; return its address."""
    subprocess.run(["modprobe", "-a", "rdma_rxe", "ib_cm", "rdma_cm"], check=True)
    for name in os.listdir("/sys/class/net"):
        with open(f"/sys/class/net/{name}/ifalias", encoding="utf-8") as file:
            if file.read().strip() == nic:
                subprocess.run(["rdma", "link", "add", LINK, "type", "rxe", "netdev", name],
                               check=True)
                return gid()
    raise OSError(f"no network card {nic}")


def export(module: str, disk: str, initiator: str) -> str:
    """Load ib_srpt and make its port a target; return what an initiator logs in to."""
    subprocess.run(["insmod", module], check=True)
    tpg = f"srpt/{gid()}/tpgt_1"
    lio.make(tpg)
    lio.link_lun(tpg, 0, disk)
    lio.make(f"{tpg}/acls/{initiator}")
    lio.map_lun(tpg, initiator, 0)
    lio.write(f"{tpg}/enable", "1")
    lio.write("srpt/discovery_auth/rdma_cm_port", str(PORT))
    with open("/sys/module/ib_srpt/parameters/srpt_service_guid", encoding="ascii") as file:
        return file.read().strip().removeprefix("0x")


def _connect(add: str, words: str) -> bool:
    """Write to add_target; False while a session that was deleted is still going."""
    fd = os.open(add, os.O_WRONLY)
    try:
        os.write(fd, words.encode())
    except FileExistsError:
        return False
    finally:
        os.close(fd)
    return True


def login(guid: str, address: str, seconds: float = 60.0) -> str:
    """Log in with ib_srp; return the disk."""
    subprocess.run(["modprobe", "-a", "ib_srp", "sd_mod"], check=True)
    add = glob.glob("/sys/class/infiniband_srp/srp-*/add_target")[0]
    deadline = time.monotonic() + seconds
    while not _connect(add, f"id_ext={guid},ioc_guid={guid},dest={address}:{PORT}"):
        if time.monotonic() > deadline:
            raise OSError(f"the session before lasts for {seconds:.0f} s")
        time.sleep(0.2)
    while time.monotonic() < deadline:
        for host in os.listdir("/sys/class/srp_remote_ports") \
                if os.path.isdir("/sys/class/srp_remote_ports") else []:
            disks = lio.scsi_disks(host.removeprefix("port-").split(":")[0])
            if "0" in disks:
                return disks["0"]
        time.sleep(0.2)
    raise OSError(f"no disk within {seconds:.0f} s")


def logout() -> None:
    """End every session."""
    for delete in glob.glob("/sys/class/srp_remote_ports/port-*/delete"):
        with open(delete, "w", encoding="ascii") as file:
            file.write("1")


def stop(*modules: str) -> None:
    """Remove the fabric's directory, if there is one, and the device."""
    if os.path.isdir(lio.path("srpt")):
        lio.write("srpt/discovery_auth/rdma_cm_port", "0")
        lio.clear_fabric("srpt")
    for name in modules:
        subprocess.run(["rmmod", name], check=True)
    subprocess.run(["rdma", "link", "delete", LINK], check=True)
