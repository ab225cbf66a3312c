# SPDX-License-Identifier: GPL-2.0-only
"""Stock targetcli-fb and targetctl in a guest."""
from __future__ import annotations

from rig.job import Result
from rig.vm import Vm


def start_bus(vm: Vm) -> None:
    """Start the D-Bus system bus, without which targetcli ends at once."""
    vm.sh("test -S /run/dbus/system_bus_socket || dbus-daemon --system --fork")


def targetcli(vm: Vm, command: str, check: bool = True, timeout: float = 120.0) -> Result:
    """Run one targetcli command line as an administrator types it."""
    start_bus(vm)
    return vm.sh(["targetcli", *command.split()], check=check, timeout=timeout)


def targetcli_lines(vm: Vm, lines: list[str], timeout: float = 240.0) -> Result:
    """Run several commands in one targetcli; the first that fails is an error.

    The shell itself ends with 0 whatever its commands do, so its words count.
    """
    start_bus(vm)
    script = "\n".join(["set global auto_save_on_exit=false", *lines, "exit"]) + "\n"
    result = vm.sh(["targetcli"], data=script.encode(), timeout=timeout)
    for line in (result.out + result.err).splitlines():
        words = line.removeprefix("/> ").strip()
        if words.startswith(("Cannot", "Could not", "Invalid", "Wrong", "No such", "Missing",
                             "Unexpected", "[Errno", "Command not", "Not in", "Failed")) \
                and "preferences file" not in words:
            raise AssertionError(f"targetcli: {words}\n{result.out}")
    return result
