# SPDX-License-Identifier: GPL-2.0-only
"""Fibre Channel ports of this machine and what they see, as the kernel has it."""
from __future__ import annotations

import os
from collections.abc import Sequence

LOCAL = ("host", "port name", "port id", "state", "device")
REMOTE = ("path", "port name", "port id", "state", "roles")
CLASSES = "/sys/class"


def wwpn(text: str) -> str:
    """Write a name as the directories of the fabric are called: with colons."""
    digits = text.strip().removeprefix("0x")
    return ":".join(digits[place:place + 2] for place in range(0, len(digits), 2)) or "-"


def _read(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), encoding="ascii", errors="replace") as file:
            return file.read().strip() or "-"
    except OSError:
        return "-"


def _each(kind: str, classes: str) -> list[tuple[str, str]]:
    folder = os.path.join(classes, kind)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [(name, os.path.join(folder, name)) for name in names]


def device(name: str, classes: str = CLASSES) -> str:
    """Return the network interface or PCI address that a host sits on."""
    symbolic = _read(os.path.join(classes, "fc_host", name), "symbolic_name")
    if " over " in symbolic:
        # A virtual port's goes on with its own name.
        return symbolic.split(" over ", 1)[1].split(" : ", 1)[0]
    parts = os.path.realpath(os.path.join(classes, "fc_host", name, "device")).split("/")
    return parts[-2] if len(parts) > 2 else "-"


def local(classes: str = CLASSES) -> list[Sequence[str]]:
    """Return the table of local ports."""
    return [(name, wwpn(_read(folder, "port_name")), _read(folder, "port_id"),
             _read(folder, "port_state"), device(name, classes))
            for name, folder in _each("fc_host", classes)]


def remote(classes: str = CLASSES) -> list[Sequence[str]]:
    """Return the table of remote ports."""
    return [(name.removeprefix("rport-"), wwpn(_read(folder, "port_name")),
             _read(folder, "port_id"), _read(folder, "port_state"), _read(folder, "roles"))
            for name, folder in _each("fc_remote_ports", classes)]
