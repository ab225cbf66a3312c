# SPDX-License-Identifier: GPL-2.0-only
"""Protection information of NVMe namespaces: in one piece for each command, always checked."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functional.lab import Plan, Target
from functional.test_protection import (ABORTED, GUARD, REFERENCE, errors, protected, rw, seen,
                                        send)
from rig.disk import make_disk
from rig.vm import Options, Vm

# Protection type and bytes of a block of each
NAMESPACES = [(1, 512), (3, 4096), (1, 4096)]


@pytest.fixture(name="machine", scope="module")
def fixture_machine(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A target machine with an NVMe controller."""
    folder = tmp_path_factory.mktemp("nvme")
    vm = Vm(Options(name="nvme", target=plan.target, kernel=plan.kernel,
                    arguments=["-device", "nvme,id=controller,serial=1",
                               *(word for number in range(len(NAMESPACES))
                                 for word in namespace(folder, number))]), plan.logs)
    try:
        vm.start().call("lio.load")
        vm.sh("modprobe nvme; "
              f"until test $(ls -d /sys/block/nvme*n* | wc -l) = {len(NAMESPACES)}; "
              "do sleep 0.1; done", timeout=60)
        # QEMU keeps what nobody has written from being checked only far from what is written
        vm.sh("for name in /dev/nvme*n*; do "
              "dd if=/dev/zero of=$name bs=1M oflag=direct status=none || true; done", timeout=120)
        yield Target(vm, {"iscsi": 0})
        vm.check()
    finally:
        vm.close()


def namespace(folder: Path, number: int) -> list[str]:
    """Return QEMU's options for a namespace."""
    type_, block = NAMESPACES[number]
    disk = make_disk(folder, f"n{number}", 32)
    return ["-drive", f"if=none,id={disk.name},format=raw,file={disk.path},cache=unsafe",
            "-device", f"nvme-ns,drive={disk.name},bus=controller,nsid={number + 1},ms=8,"
                       f"pi={type_},logical_block_size={block},physical_block_size={block}"]


@pytest.fixture(name="unit", params=range(len(NAMESPACES)),
                ids=[f"type {type_}, {block}" for type_, block in NAMESPACES])
def fixture_unit(machine: Target, request: pytest.FixtureRequest) -> Iterator[tuple[int, str, str]]:
    """Export a namespace; its number, the unit's path and device."""
    disk = machine.disk("iblock", device=name_of(machine, request.param))
    yield request.param, disk, seen(machine, disk)
    machine.vm.call("lio.clear", timeout=90)


def name_of(machine: Target, number: int) -> str:
    """Return a namespace's block device: they are found in any order."""
    found = machine.vm.sh(f"grep -lx {number + 1} /sys/block/nvme*n*/nsid").out
    return f"/dev/{found.split('/')[3]}"


def test_what_was_sent_is_there(machine: Target, unit: tuple[int, str, str]) -> None:
    number, disk, device = unit
    type_, block = NAMESPACES[number]
    assert machine.read(f"{disk}/attrib/pi_prot_type").strip() == str(type_)
    data = b"".join(protected(bytes([i + 1]) * block, 20 + i, 0x4711) for i in range(8))
    assert send(machine, device, rw(0x2a, 20, 8, 1), data)[:2] == (0, 0)
    assert send(machine, device, rw(0x28, 20, 8, 1), length=len(data)) == (0, 0, data)
    # what the block layer has made before
    blank = protected(bytes(block), 1000 if type_ == 1 else 0)
    assert send(machine, device, rw(0x28, 1000, 1, 1), length=len(blank)) == (0, 0, blank)
    assert not errors(machine, disk)


def test_what_is_wrong_the_device_refuses(machine: Target, unit: tuple[int, str, str]) -> None:
    """Even if it is sent as not to be checked; where and what it is, is found out."""
    number, disk, device = unit
    type_, block = NAMESPACES[number]
    guard = protected(b"a" * block, 30) + protected(b"a" * block, 31, wrong=1)
    assert send(machine, device, rw(0x2a, 30, 2, 3), guard)[:2] == (ABORTED, GUARD)
    reference = protected(b"a" * block, 31)
    expected = (ABORTED, REFERENCE) if type_ == 1 else (0, 0)
    assert send(machine, device, rw(0x2a, 30, 1, 3), reference)[:2] == expected
    found = {"pi_medium_guard_errors": 1, "pi_medium_ref_errors": 1}
    assert errors(machine, disk) == {key: count for key, count in found.items()
                                     if type_ == 1 or "ref" not in key}


def test_it_is_made_for_who_sends_none(machine: Target, unit: tuple[int, str, str]) -> None:
    """More of it than a request may have: each has its own in one piece."""
    number, disk, device = unit
    machine.vm.sh(f"head -c 12M /dev/urandom > /run/random; dd if=/run/random of={device} "
                  f"bs=4M oflag=direct,sync; dd if={device} bs=4M count=3 iflag=direct | "
                  f"cmp - /run/random && dd if={name_of(machine, number)} bs=4M count=3 "
                  "iflag=direct | cmp - /run/random", timeout=120)
    assert not errors(machine, disk)
