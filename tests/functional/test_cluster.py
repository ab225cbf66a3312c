# SPDX-License-Identifier: GPL-2.0-only
"""Two nodes of a failover cluster, each with two paths to the disk that they share.

What a cluster's fence agent does by mpathpersist: one key a node, on each of its
paths.
"""
from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from functional.lab import OPEN, TARGET, Initiator, Target

PORTS = {1: 3260, 2: 3261}
# Paths that fail are given up soon.
FAST = {"node.session.timeo.replacement_timeout": "3",
        "node.conn[0].timeo.noop_out_interval": "1",
        "node.conn[0].timeo.noop_out_timeout": "2"}
# MPATH_PR_RESERV_CONFLICT of libmpathpersist
CONFLICT = 11
KEY_1, KEY_2 = "0xa1", "0xb2"
REGISTRANTS_ONLY = "--prout-type=5"


class Node:
    """A node of the cluster."""

    def __init__(self, machine: Initiator) -> None:
        self.machine, self.vm = machine, machine.vm
        address = machine.portal.rsplit(":", 1)[0]
        for tag, port in PORTS.items():
            self.vm.call("initiator.login", TARGET, f"{address}:{port},{tag}", FAST, [], 60.0)
        self.vm.call("initiator.wait_all_disks", TARGET, len(PORTS))
        self.vm.call("multipath.start")
        self.disk = self.wait_paths(len(PORTS))

    def wait_paths(self, count: int) -> str:
        """Wait until the shared disk has a number of active paths."""
        disk: str = self.vm.call("multipath.wait_paths", count, 60.0 * self.vm.patience(),
                                 timeout=90)
        return disk

    def out(self, action: str, *arguments: str) -> int:
        """PERSISTENT RESERVE OUT by all paths; returns mpathpersist's exit code."""
        code: int = self.vm.sh(["mpathpersist", "--out", f"--{action}", *arguments, self.disk],
                               check=False).code
        return code

    def keys(self) -> list[str]:
        """Return the registered keys: one for each path of each node."""
        found = self.vm.sh(["mpathpersist", "--in", "--read-keys", self.disk]).out
        return sorted(re.findall(r"^\s+(0x[0-9a-f]+)$", found, re.M))

    def reservation(self) -> str:
        """Return what READ RESERVATION says."""
        found: str = self.vm.sh(["mpathpersist", "--in", "--read-reservation", self.disk]).out
        return found

    def can_write(self) -> bool:
        """Write a block, past the page cache."""
        return bool(self.vm.sh(f"dd if=/dev/zero of={self.disk} bs=4k count=1 oflag=direct 2>&1",
                               check=False).code == 0)

    def writes(self) -> int:
        """Return how many writes the multipath disk has ended."""
        name = self.vm.sh(f"readlink -f {self.disk}").out.strip().removeprefix("/dev/")
        return int(self.vm.sh(f"cat /sys/block/{name}/stat").out.split()[4])

    def wait_writes(self) -> None:
        """Wait until there are new ones."""
        goal = self.writes() + 50
        name = self.vm.sh(f"readlink -f {self.disk}").out.strip().removeprefix("/dev/")
        self.vm.sh(f"until [ $(awk '{{print $5}}' /sys/block/{name}/stat) -gt {goal} ]; "
                   "do sleep 0.1; done", timeout=60)


@pytest.fixture(name="tpgs")
def fixture_tpgs(target: Target) -> dict[int, str]:
    """A disk by two portals, each in a target portal group of its own."""
    disk = target.disk("ramdisk", megabytes=32)
    return {tag: target.iscsi(disk, tag=tag, portals=[f"0.0.0.0:{port}"], attrib=OPEN)
            for tag, port in PORTS.items()}


@pytest.fixture(name="nodes")
def fixture_nodes(tpgs: dict[int, str], initiator: Initiator,
                  second: Initiator) -> Iterator[tuple[Node, Node]]:
    """Both nodes, with their multipath disks."""
    assert tpgs
    try:
        yield Node(initiator), Node(second)
    finally:
        for machine in (initiator, second):
            machine.end_writes()
            machine.vm.call("multipath.stop", timeout=60)


def register(one: Node, two: Node) -> None:
    """Give each node its key, and the first one the disk."""
    assert one.out("register", f"--param-sark={KEY_1}") == 0
    assert two.out("register", f"--param-sark={KEY_2}") == 0
    assert one.keys() == two.keys() == [KEY_1, KEY_1, KEY_2, KEY_2]
    assert one.out("reserve", f"--param-rk={KEY_1}", REGISTRANTS_ONLY) == 0
    assert two.out("reserve", f"--param-rk={KEY_2}", REGISTRANTS_ONLY) == CONFLICT
    assert KEY_1 in two.reservation()
    assert "Write Exclusive, registrants only" in two.reservation()
    assert one.can_write() and two.can_write(), "both are registered"


def test_node_is_fenced_while_a_path_is_down(nodes: tuple[Node, Node], target: Target,
                                             tpgs: dict[int, str]) -> None:
    """A path goes and comes back under I/O, with its key; then the other node takes over."""
    one, two = nodes
    register(one, two)
    writer = one.vm.begin(
        f"fio --name=w --filename={one.disk} --offset=1M --size=8M --rw=randwrite --bs=4k "
        "--ioengine=libaio --iodepth=16 --direct=1 --time_based --runtime=600", timeout=300)
    one.wait_writes()
    target.write(f"{tpgs[1]}/enable", "0")
    one.wait_paths(1)
    one.wait_writes()
    target.write(f"{tpgs[1]}/enable", "1")
    one.wait_paths(2)
    one.wait_writes()
    two.wait_paths(2)
    assert one.keys() == [KEY_1, KEY_1, KEY_2, KEY_2]
    assert two.out("preempt-abort", f"--param-rk={KEY_2}", f"--param-sark={KEY_1}",
                   REGISTRANTS_ONLY) == 0
    assert writer.wait(check=False).code != 0, "a fenced node still writes"
    assert two.keys() == [KEY_2, KEY_2] and KEY_2 in two.reservation()
    two.vm.sh(f"head -c 8M /dev/zero | tr '\\0' Z | dd of={two.disk} bs=1M seek=1 "
              "oflag=direct 2>&1", timeout=60)
    assert not one.can_write()
    assert two.vm.sh(f"dd if={two.disk} bs=1M skip=1 count=8 iflag=direct 2>/dev/null | "
                     "tr -d Z | wc -c", timeout=60).out.strip() == "0"
    assert one.out("register", f"--param-sark={KEY_1}") == 0
    assert one.can_write(), "it joined again"


def test_node_dies(nodes: tuple[Node, Node]) -> None:
    """Its reservation stays until the other takes it; what comes back is a stranger."""
    one, two = nodes
    register(one, two)
    one.vm.reboot(power_cut=True)
    assert two.keys() == [KEY_1, KEY_1, KEY_2, KEY_2]
    assert two.out("preempt-abort", f"--param-rk={KEY_2}", f"--param-sark={KEY_1}",
                   REGISTRANTS_ONLY) == 0
    assert two.keys() == [KEY_2, KEY_2] and two.can_write()
    one.machine.prepare()
    back = Node(one.machine)
    assert not back.can_write()
    assert back.out("register", f"--param-sark={KEY_1}") == 0
    assert back.can_write()
    assert two.out("release", f"--param-rk={KEY_2}", REGISTRANTS_ONLY) == 0
    assert back.out("clear", f"--param-rk={KEY_1}") == 0
    assert two.keys() == [] and two.can_write()
