# SPDX-License-Identifier: GPL-2.0-only
"""FCoE with an adapter that puts data in place, which a module of the tests stands for."""
from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import kernel_source
import pytest
from kernel_build import clean_environment

from functional.lab import Plan
from functional.test_fcoe import CABLE, Fabric, fixture_fabric, prove  # noqa: F401
from functional.test_stock_fabrics import built_for

SOURCES = Path(__file__).resolve().parents[1] / "ddp"
PARAMETERS = "/sys/module/ddp/parameters"


@pytest.fixture(name="adapter")
def fixture_adapter(fabric: Fabric, plan: Plan, tmp_path: Path) -> Iterator[Fabric]:
    """The target's port has the offload."""
    built_for(plan)
    folder = shutil.copytree(SOURCES, tmp_path / "ddp")
    done = subprocess.run(["make", "-C", str(kernel_source.headers()), f"M={folder}", "W=1e"],
                          env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    vm = fabric.target.vm
    host = vm.call("fcoe.host", fabric.wwpn).removeprefix("host")
    vm.sh(f"insmod {folder}/ddp.ko host={host} interface={vm.call('fcoe.interface', CABLE)}")
    yield fabric
    if vm.running:
        fabric.initiator.vm.call("fcoe.stop", CABLE, timeout=60)
        vm.sh("rmmod ddp")


def count(fabric: Fabric, what: str) -> int:
    """Return one of the module's counters."""
    return int(fabric.target.vm.sh(["cat", f"{PARAMETERS}/{what}"]).out)


def test_data_are_put_in_place(adapter: Fabric) -> None:
    """A write of any length is one sequence; what is not whole is not taken for it."""
    adapter.export(adapter.target.disk("ramdisk"))
    adapter.join()
    device = adapter.disks([0])["0"]
    prove(adapter, device)
    asked, placed = count(adapter, "asked"), count(adapter, "placed")
    assert placed > asked >= 256 and count(adapter, "open") == 0
    adapter.initiator.vm.sh(f"head -c 8M /dev/urandom > /run/data && dd if=/run/data of={device} "
                            f"bs=1M oflag=direct && cmp -n 8388608 /run/data {device}")
    adapter.target.vm.sh(f"echo 3 > {PARAMETERS}/lose")
    prove(adapter, device)
    assert count(adapter, "lose") == 0 and count(adapter, "open") == 0
