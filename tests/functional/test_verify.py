# SPDX-License-Identifier: GPL-2.0-only
"""fio writes random data in random sizes, reads it back, and compares."""
from __future__ import annotations

from functional.lab import Initiator, Plan, Target
from rig.vm import Vm

# serialize_overlap: without it fio reads back what it writes anew at that moment.
JOB = ("fio --name=verify --filename={device} --size=48M --rw=randrw --rwmixread=40 "
       "--bsrange=4k-1M --ioengine=libaio --iodepth=16 --direct=1 --randrepeat=0 "
       "--verify=crc32c --verify_fatal=1 --verify_backlog=64 --serialize_overlap=1 --time_based "
       "--runtime={seconds} --output-format=terse --terse-version=3")
# Fields of fio's terse format, version 3: KiB read, KiB written, error.
READ_KIB, WRITTEN_KIB, ERROR = 5, 46, 4


def run(vm: Vm, device: str, seconds: int) -> None:
    """Run the job and show that it moved data both ways."""
    result = vm.sh(JOB.format(device=device, seconds=seconds), timeout=seconds + 120)
    line = next(line for line in result.out.splitlines() if line.startswith("3;"))
    fields = line.split(";")
    assert fields[ERROR] == "0", line
    assert int(fields[WRITTEN_KIB]) > 1024 and int(fields[READ_KIB]) > 1024, line


def test_verify_over_iscsi(target: Target, initiator: Initiator, kind: str, plan: Plan) -> None:
    target.open_iscsi(target.disk(kind))
    run(initiator.vm, initiator.login([0])["0"], plan.seconds)


def test_verify_over_loopback(target: Target, kind: str, plan: Plan) -> None:
    run(target.vm, target.loopback(target.disk(kind))["0"], plan.seconds)


def test_verify_with_digests(target: Target, initiator: Initiator, plan: Plan) -> None:
    target.open_iscsi(target.disk("ramdisk"))
    settings = {"node.conn[0].iscsi.HeaderDigest": "CRC32C",
                "node.conn[0].iscsi.DataDigest": "CRC32C"}
    device = initiator.login([0], settings=settings)["0"]
    session = initiator.vm.call("initiator.sessions")[0]["name"]
    negotiated = initiator.vm.call("initiator.session_parameters", session)
    assert negotiated["header_digest"] == "1"
    assert negotiated["data_digest"] == "1"
    run(initiator.vm, device, plan.seconds)


def test_verify_without_immediate_data(target: Target, initiator: Initiator,
                                       plan: Plan) -> None:
    """Every write waits for its R2T."""
    target.open_iscsi(target.disk("ramdisk"))
    settings = {"node.session.iscsi.ImmediateData": "No",
                "node.session.iscsi.InitialR2T": "Yes"}
    device = initiator.login([0], settings=settings)["0"]
    session = initiator.vm.call("initiator.sessions")[0]["name"]
    negotiated = initiator.vm.call("initiator.session_parameters", session)
    assert (negotiated["immediate_data"], negotiated["initial_r2t"]) == ("0", "1")
    run(initiator.vm, device, plan.seconds)
