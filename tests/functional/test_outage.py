# SPDX-License-Identifier: GPL-2.0-only
"""The initiator or the network goes away in the middle of writes."""
from __future__ import annotations

import time

import pytest

from functional.lab import TARGET, Initiator, Target

WRITER = ("fio --name=w --filename={device} --size=32M --rw=randwrite --bsrange=4k-256k "
          "--ioengine=libaio --iodepth=16 --direct=1 --time_based --runtime=120")


def start_writes(initiator: Initiator, device: str) -> None:
    """Return when writes are under way."""
    initiator.vm.begin(WRITER.format(device=device), timeout=150)
    name = device.removeprefix("/dev/")
    initiator.vm.sh(f"until [ $(awk '{{print $5}}' /sys/block/{name}/stat) -gt 20 ]; "
                    "do sleep 0.1; done", timeout=60)


def prove(initiator: Initiator, device: str) -> None:
    """Show that the disk takes and returns data."""
    initiator.vm.sh(f"fio --name=p --filename={device} --size=8M --rw=randwrite --bs=16k "
                    "--ioengine=libaio --iodepth=8 --direct=1 --verify=crc32c --do_verify=1 "
                    "--verify_fatal=1", timeout=120)


@pytest.fixture(name="tpg")
def fixture_tpg(target: Target, initiator: Initiator, kind: str) -> str:
    """A target with one disk and an ACL for the initiator."""
    return target.iscsi(target.disk(kind), attrib={"authentication": 0},
                        acls={initiator.name: {}})


def test_initiator_loses_power(tpg: str, target: Target, initiator: Initiator) -> None:
    start_writes(initiator, initiator.login([0])["0"])
    initiator.vm.reboot(power_cut=True)
    initiator.prepare()
    began = time.monotonic()
    device = initiator.login([0])["0"]
    assert time.monotonic() - began < 30
    prove(initiator, device)
    assert initiator.name in target.read(f"{tpg}/acls/{initiator.name}/info")


def test_link_is_cut_and_comes_back(tpg: str, initiator: Initiator) -> None:
    assert tpg
    settings = {"node.conn[0].timeo.noop_out_interval": "2",
                "node.conn[0].timeo.noop_out_timeout": "2",
                "node.session.timeo.replacement_timeout": "120"}
    device = initiator.login([0], settings=settings)["0"]
    start_writes(initiator, device)
    initiator.vm.cut_link(initiator.nic)
    wait_state(initiator, "FAILED")
    initiator.vm.restore_link(initiator.nic)
    wait_state(initiator, "LOGGED_IN")
    initiator.end_writes()
    prove(initiator, device)


def wait_state(initiator: Initiator, state: str, seconds: float = 60.0) -> None:
    """Wait for the session's state."""
    deadline = time.monotonic() + seconds
    while True:
        found = initiator.vm.call("initiator.sessions", TARGET)
        if found and found[0]["state"] == state:
            return
        assert time.monotonic() < deadline, f"{state} expected, {found} seen"
        time.sleep(0.5)


def test_target_goes_with_sessions_and_returns(tpg: str, target: Target,
                                               initiator: Initiator) -> None:
    """enable=0 under writes ends; enable=1 lets the same session come back."""
    settings = {"node.conn[0].timeo.noop_out_interval": "2",
                "node.conn[0].timeo.noop_out_timeout": "2"}
    device = initiator.login([0], settings=settings)["0"]
    start_writes(initiator, device)
    target.vm.call("lio.write", f"{tpg}/enable", "0", timeout=30)
    wait_state(initiator, "FAILED")
    target.write(f"{tpg}/enable", "1")
    wait_state(initiator, "LOGGED_IN")
    initiator.end_writes()
    prove(initiator, device)
