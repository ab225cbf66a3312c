# SPDX-License-Identifier: GPL-2.0-only
"""A guest's network cards: QEMU's user network, and cables between guests."""
from __future__ import annotations

import shutil
import socket
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

USER_ADDRESS = "10.0.2.15"


def free_port(first: int = 3260, tries: int = 100) -> int:
    """Return the first TCP port of 127.0.0.1 from a number on that is free."""
    for port in range(first, first + tries):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port in {first}..{first + tries - 1}")


@dataclass
class Nic:
    """One network card with its fixed addresses."""

    name: str
    mac: str
    backend: str
    addresses: list[str]
    gateway: str = ""
    mtu: int = 0
    device: str = "virtio-net-pci"

    def arguments(self) -> list[str]:
        """Return the QEMU options for it."""
        return ["-netdev", self.backend, "-device",
                f"{self.device},netdev={self.name},id={self.name}-card,mac={self.mac}"]

    def setup(self) -> str:
        """Return the shell lines that bring it up in the guest."""
        lines = [f'nic=$(grep -l "^{self.mac}$" /sys/class/net/*/address)',
                 'nic=${nic%/address}', 'nic=${nic##*/}',
                 f'ip link set "$nic" up alias {self.name}']
        if self.mtu:
            lines.append(f'ip link set "$nic" mtu {self.mtu}')
        for address in self.addresses:
            nodad = " nodad" if ":" in address else ""
            lines.append(f'ip addr add {address} dev "$nic"{nodad}')
        if self.gateway:
            lines.append(f"ip route add default via {self.gateway}")
        return "\n".join(lines)


def user_nic(number: int, forwards: dict[int, int]) -> Nic:
    """Return a card on QEMU's user network; forwards maps host to guest ports."""
    forward = "".join(f",hostfwd=tcp:127.0.0.1:{host}-:{guest}"
                      for host, guest in forwards.items())
    return Nic("user", f"52:54:00:00:{number:02x}:00", f"user,id=user{forward}",
               [f"{USER_ADDRESS}/24"], gateway="10.0.2.2")


@dataclass
class Cable:
    """An Ethernet link between two guests; ends are numbered 1 and 2."""

    number: int
    mtu: int = 0
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="rig-l-")))

    def ipv4(self, end: int) -> str:
        """Return the IPv4 address of an end."""
        return f"10.77.{self.number}.{end}"

    def ipv6(self, end: int) -> str:
        """Return the IPv6 address of an end."""
        return f"fd77:{self.number}::{end}"

    def end(self, end: int) -> Nic:
        """Return the network card to plug into a guest."""
        name = f"cable{self.number}"
        local, remote = (self.folder / f"end{which}" for which in (end, 3 - end))
        backend = (f"dgram,id={name},local.type=unix,local.path={local},"
                   f"remote.type=unix,remote.path={remote}")
        return Nic(name, f"52:54:00:77:{self.number:02x}:{end:02x}", backend,
                   [f"{self.ipv4(end)}/24", f"{self.ipv6(end)}/64"], mtu=self.mtu)

    def close(self) -> None:
        """Remove the sockets."""
        shutil.rmtree(self.folder, ignore_errors=True)
