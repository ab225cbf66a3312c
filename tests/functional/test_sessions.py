# SPDX-License-Identifier: GPL-2.0-only
"""Many sessions: eight to one target, two initiators on one LUN, a storm."""
from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from functional.lab import TARGET, Initiator, Target
from guest.raw_pdu import Wire

STORM = 200
LOGIN_AND_LOGOUT = 0


def test_eight_sessions(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk", megabytes=64))
    assert initiator.vm.call("initiator.login_many", TARGET, initiator.portal, 8) == 8
    initiator.vm.call("initiator.wait_disks", TARGET, [0])
    found = initiator.vm.call("initiator.wait_all_disks", TARGET, 8)
    devices = [disks["0"] for disks in found.values()]
    assert len(set(devices)) == 8
    # Each session writes its own eighth; each is then read through the next one.
    for number, device in enumerate(devices):
        initiator.vm.sh(f"head -c 8M /dev/urandom > /run/part{number}; "
                        f"dd if=/run/part{number} of={device} bs=1M seek={number * 8} oflag=direct")
    for number in range(8):
        device = devices[(number + 1) % 8]
        initiator.vm.sh(f"dd if={device} bs=1M skip={number * 8} count=8 iflag=direct "
                        f"| cmp - /run/part{number}")
    initiator.vm.sh("rm /run/part*")


def test_two_initiators_on_one_lun(target: Target, initiator: Initiator,
                                   second: Initiator) -> None:
    target.iscsi(target.disk("fileio"), attrib={"authentication": 0},
                 acls={initiator.name: {}, second.name: {}})
    first_disk = initiator.login([0])["0"]
    second_disk = second.login([0])["0"]
    jobs = [machine.vm.begin(
        f"fio --name=v --filename={disk} --offset={offset} --size=16M --rw=randwrite "
        "--bsrange=4k-64k --ioengine=libaio --iodepth=8 --direct=1 --verify=crc32c "
        "--do_verify=1 --verify_fatal=1", timeout=180)
        for machine, disk, offset in ((initiator, first_disk, "0"), (second, second_disk, "16M"))]
    for job in jobs:
        job.wait()
    # What the one wrote is what the other reads.
    sums = [machine.vm.sh(f"dd if={disk} bs=1M count=32 iflag=direct status=none | b2sum").out
            for machine, disk in ((initiator, first_disk), (second, second_disk))]
    assert sums[0] == sums[1]


def test_reinstatement(target: Target, initiator: Initiator) -> None:
    """The same initiator port logs in again after its power went: one session."""
    tpg = target.iscsi(target.disk("ramdisk"), attrib={"authentication": 0},
                       acls={initiator.name: {}})
    for _ in range(2):
        # its first session after a start always has the same ISID
        initiator.vm.reboot(power_cut=True)
        initiator.prepare()
        assert list(initiator.login([0])) == ["0"]
        assert target.read(f"{tpg}/sessions/list").count("initiator=") == 1
        assert initiator.name in target.read(f"{tpg}/acls/{initiator.name}/info")


def test_same_identity_many_times_at_once(target: Target) -> None:
    """Logins of one initiator port that overtake each other leave one session."""
    tpg = target.open_iscsi(target.disk("ramdisk"))
    until = time.monotonic() + 5 * target.vm.patience()

    def log_in(_: int) -> int:
        count = 0
        while time.monotonic() < until:
            with Wire(target.port) as wire:
                wire.login_pdu({"InitiatorName": wire.name, "SessionType": "Normal",
                                "TargetName": TARGET})
                count += wire.receive() is not None
        return count

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(log_in, number) for number in range(8)]
        while time.monotonic() < until:
            assert target.read(f"{tpg}/sessions/list").count("initiator=") <= 8
        assert sum(job.result() for job in jobs) > 20
    with Wire(target.port) as last:
        last.login(TARGET)
        assert last.answers()
        assert target.read(f"{tpg}/sessions/list").count("initiator=") == 1


def test_parallel_logins(target: Target) -> None:
    """200 logins and logouts, 20 at a time, none refused, none left."""
    target.open_iscsi(target.disk("ramdisk"))
    result = target.vm.call("storm.logins", TARGET, "127.0.0.1", 3260, STORM, 20, timeout=240)
    assert result == {"full_feature": STORM, "failed": 0}
    target.vm.call("storm.wait_no_connection", 3260)


def test_logins_that_overlap(target: Target) -> None:
    """200 initiators are in the login phase at the same time, and none waits for another."""
    tpg = target.open_iscsi(target.disk("ramdisk"))
    result = target.vm.call("storm.all_at_once", TARGET, "127.0.0.1", 3260, STORM, timeout=240)
    assert result == {"halfway": STORM, "full_feature": STORM, "alive": STORM}
    target.vm.call("storm.wait_no_connection", 3260)
    assert target.read(f"{tpg}/sessions/list") == ""


def test_new_lun_is_announced(target: Target, initiator: Initiator) -> None:
    """With async_events open-iscsi finds a LUN that comes, and nobody asks it to look."""
    tpg = target.open_iscsi(target.disk("ramdisk", megabytes=4))
    target.write(f"{tpg}/attrib/async_events", "1")
    initiator.login([0])
    target.vm.call("lio.link_lun", tpg, 7, target.disk("ramdisk", megabytes=4))
    assert set(initiator.vm.call("initiator.wait_disks", TARGET, [0, 7], 60.0)) == {"0", "7"}
    initiator.logout()
