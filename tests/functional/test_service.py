# SPDX-License-Identifier: GPL-2.0-only
"""The configuration tool's service: applied at boot, with what comes late, removed in order."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from functional.lab import Target
from functional.test_config_tool import IQN, TOOL, config, dumped, group, run

FILE = "/etc/target/config.yaml"
LATE = "/srv/late"
SECONDS = 90.0


@pytest.fixture
def machine(target: Target) -> Iterator[Target]:
    """The target machine with the tool installed, and a configuration with a disk that is late."""
    target.vm.call("service.install", str(TOOL.parent))
    document = config()
    document["backstores"]["fileio/d1"]["options"]["fd_dev_name"] = f"{LATE}/d1.img"
    put(target, document)
    yield target
    target.vm.call("service.power_off", timeout=SECONDS)
    target.vm.sh(f"rm -rf {LATE} {FILE}")


def put(target: Target, document: dict[str, Any]) -> None:
    """Write the file that is applied at boot."""
    target.vm.sh("mkdir -p /etc/target")
    target.vm.put(FILE, yaml.safe_dump(document), 0o600)


def hurry(target: Target, name: str) -> None:
    """Wait a second for what is late, not a minute."""
    target.vm.sh(["sed", "-i", "s/--retry 60/--retry 1/", name])


def luns(target: Target) -> list[str]:
    """Return the numbers behind which there is a disk."""
    return sorted(str(number) for number, disk in group(dumped(target)).get("luns", {}).items()
                  if disk)


def test_systemd_waits_for_a_disk_that_is_late(machine: Target) -> None:
    vm = machine.vm
    vm.call("service.boot", timeout=SECONDS)
    vm.sh(f"until test -e /sys/kernel/config/target/iscsi/{IQN}/tpgt_1/lun/lun_2/d2; "
          "do sleep 0.1; done", timeout=SECONDS)
    assert vm.call("service.state") == "activating"
    vm.sh(["mkdir", LATE])
    vm.call("service.wait", "active", timeout=SECONDS)
    assert luns(machine) == ["0", "1", "2"]
    assert run(machine, "apply").out == "nothing to change\n"
    put(machine, config(2))
    assert vm.call("service.control", "reload", "targetcli-config", timeout=SECONDS)[0] == 0
    assert luns(machine) == ["0", "1"]
    assert vm.call("service.power_off", timeout=SECONDS) == []


def test_systemd_stops_what_was_not_complete(machine: Target) -> None:
    vm = machine.vm
    hurry(machine, "/usr/lib/systemd/system/targetcli-config.service")
    vm.call("service.boot", timeout=SECONDS)
    vm.call("service.wait", "active", timeout=SECONDS)
    assert luns(machine) == ["0", "2"]
    assert vm.call("service.control", "reload", "targetcli-config", timeout=SECONDS)[0] != 0
    assert vm.call("service.control", "stop", "targetcli-config", timeout=SECONDS)[0] == 0
    assert vm.call("service.state") == "inactive" and vm.call("service.left") == []


def test_openrc(machine: Target) -> None:
    vm = machine.vm
    hurry(machine, "/usr/share/targetcli-config/targetcli-config.openrc")
    code, said = vm.call("service.openrc", "start", timeout=SECONDS)
    assert code == 0 and "not everything could be applied" in said
    assert luns(machine) == ["0", "2"]
    vm.sh(["mkdir", LATE])
    assert vm.call("service.openrc", "reload", timeout=SECONDS)[0] == 0
    assert luns(machine) == ["0", "1", "2"]
    assert vm.call("service.openrc", "stop", timeout=SECONDS)[0] == 0
    assert vm.call("service.left") == []
    put(machine, {"format": "?"})
    assert vm.call("service.openrc", "start", timeout=SECONDS)[0] == 2
