# SPDX-License-Identifier: GPL-2.0-only
"""A setting does what it says, or is refused: none is kept and does nothing."""
from __future__ import annotations

from functional.lab import Plan, Target
from functional.settings import TABLE, VALUES, Table

NAME = "iqn.2003-01.org.example:raw"
# ENOTSUP is Python's name for EOPNOTSUPP
NOT_OFFERED = [
    ("attrib/default_erl", "1"), ("attrib/default_erl", "2"),
    ("attrib/fabric_prot_type", "1"), ("attrib/fabric_prot_type", "3"),
    ("attrib/t10_pi", "1"),
    ("param/ErrorRecoveryLevel", "1"), ("param/ErrorRecoveryLevel", "2"),
    ("param/MaxConnections", "2"), ("param/MaxConnections", "65535"),
    (f"acls/{NAME}/attrib/default_erl", "1"), (f"acls/{NAME}/attrib/default_erl", "2"),
]
INVALID = [("attrib/default_erl", "3"), ("attrib/fabric_prot_type", "2"),
           ("param/MaxConnections", "0"), ("param/ErrorRecoveryLevel", "3")]


def test_what_is_not_offered_is_refused(target: Target) -> None:
    tpg = target.iscsi(target.disk("ramdisk"), acls={NAME: {}})
    target.vm.sh("dmesg --clear")
    for errno, cases in (("ENOTSUP", NOT_OFFERED), ("EINVAL", INVALID)):
        for where, value in cases:
            before = target.read(f"{tpg}/{where}")
            assert target.vm.call("lio.try_write", f"{tpg}/{where}", value) == errno, where
            assert target.read(f"{tpg}/{where}") == before
            # a restore writes the saved value again
            assert target.vm.call("lio.try_write", f"{tpg}/{where}", before.strip()) == ""
    lines = target.vm.sh("dmesg | grep -c 'iSCSI: .* cannot be more than'").out
    assert int(lines) >= len(NOT_OFFERED)


def test_what_each_file_accepts(target: Target, plan: Plan) -> None:
    """Each file is given each value, and what it showed first, before export and after."""
    table = Table(TABLE.read_text(encoding="utf-8"))
    ours = plan.target == "ours"
    target.vm.call("settings.build")
    seen = [target.vm.call("settings.attempt", VALUES, timeout=120)]
    target.vm.call("settings.export")
    seen.append(target.vm.call("settings.attempt", VALUES, timeout=120))
    wrong = [line for phase, files in enumerate(seen)
             for line in table.differences(files, phase, ours)]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:60])
    assert table.idle(seen, ours) == []


def most_at_a_time(target: Target, depth: int | None) -> int:
    """Read four times at once; return how many reads the medium has at most."""
    disk = target.disk("iblock", device="/dev/nullb0",
                       attrib={"queue_depth": depth} if depth else None)
    device = target.loopback(disk)["0"]
    # direct, and not next to each other, so that none is merged
    most = target.vm.sh(
        f"for i in 1 2 3 4; do dd if={device} of=/dev/null bs=4k count=1 "
        "skip=$((i * 64)) iflag=direct status=none & done; most=0; n=0; "
        "while [ $n -lt 80 ]; do read now rest < /sys/block/nullb0/inflight; "
        "[ $now -le $most ] || most=$now; n=$((n + 1)); sleep 0.02; done; wait; echo $most",
        timeout=90).out
    target.vm.call("lio.clear", timeout=90)
    return int(most)


def test_queue_depth(target: Target) -> None:
    """Only so many commands run at a time; the default is no limit."""
    target.vm.sh("modprobe null_blk nr_devices=1 gb=1 irqmode=2 completion_nsec=1500000000 "
                 "submit_queues=1 hw_queue_depth=64")
    try:
        assert most_at_a_time(target, 1) == 1
        assert most_at_a_time(target, 2) == 2
        assert most_at_a_time(target, None) > 2
    finally:
        target.vm.call("lio.clear", timeout=90)
        target.vm.sh("rmmod null_blk")
