# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark's arithmetic: addresses to functions, counts to ratios."""
from __future__ import annotations

import json

import pytest
from bench.counts import Counts, parse_counts
from bench.plan import STACKS, WORKLOADS, choose
from bench.report import Results
from bench.symbols import DATA_GROUP, Function, Symbols

KALLSYMS = """\
ffffffff81000100 T __tcp_transmit_skb
ffffffff81000200 T try_to_wake_up
ffffffff81000300 t memcpy_orig
ffffffffc0000000 t target_execute\t[target_core_mod]
ffffffffc0001000 t iscsi_send\t[iscsi_tcp]
"""
# Address, instructions, entries, locked, rounds
DUMP = """\
0 4000 10 0 0
ffffffff81000100 600 20 4 0
ffffffff81000180 400 7 0 0
ffffffff81000300 5000 10 0 800
ffffffffc0000010 900 30 2 0
"""


def counts_of(dump: str = DUMP, ios: int = 10) -> Counts:
    """Return what the text says."""
    return parse_counts(dump, Symbols(KALLSYMS), ios)


def test_counts_are_for_one_io() -> None:
    counts = counts_of()
    assert counts.user == 400
    assert counts.kernel == 60 + 40 + 90
    assert counts.moved == 500 + 80
    assert counts.own == 90
    assert counts.locked == pytest.approx(0.6)


def test_only_entries_at_the_first_address_are_calls() -> None:
    counts = counts_of()
    assert counts.event("segments") == 2
    assert counts.event("wakeups") == 0
    function = next(f for f in counts.functions if f.module == "target_core_mod")
    assert counts.functions[function].calls == 0


def test_nothing_is_lost_between_groups() -> None:
    counts = counts_of()
    groups = counts.groups()
    assert groups[DATA_GROUP] == counts.moved
    assert sum(groups.values()) == counts.kernel + counts.moved
    assert groups["the target's own"] == 90


@pytest.mark.parametrize(("name", "moves"), [
    ("memcpy_orig", True), ("memset", True), ("rep_movs_alternative", True),
    ("clear_page_rep", True), ("csum_partial", True), ("crc_pcl", True),
    ("memcpy_page_flushcache_thing", False), ("skb_csum_hwoffload_help", False),
    ("tcp_sendmsg", False), ("copy_process", False)])
def test_loops_over_data(name: str, moves: bool) -> None:
    assert Function(name, "").moves_data is moves


def test_initiator_is_not_the_target() -> None:
    assert Function("x", "iscsi_target_mod").ours
    assert Function("x", "tcm_loop").ours
    assert not Function("x", "iscsi_tcp").ours
    assert Function("x", "iscsi_tcp").group == "iSCSI initiator"


def test_patterns_choose_work() -> None:
    assert len(choose([], False)) == len(STACKS)
    assert 0 < len(choose([], True)) < len(STACKS)
    plan = choose(["iscsi-ramdisk-1s:r1*", "loopback-nullio"], True)
    assert {stack.name: [load.name for load in loads] for stack, loads in plan.items()} == {
        "loopback-nullio": [load.name for load in WORKLOADS],
        "iscsi-ramdisk-1s": ["r128k", "r1m"]}
    assert not choose(["no-such-*"], False)


def test_counts_of_io_fill_whole_batches() -> None:
    for load in WORKLOADS:
        for devices in (["a"], ["a", "b", "c", "d"]):
            arguments = load.arguments("aio", devices, 0.25)
            count, warmup = int(arguments[6]), int(arguments[7])
            assert count > 0 and warmup > 0
            assert count % (load.depth * len(devices)) == 0
            assert warmup % (load.depth * len(devices)) == 0


def results() -> Results:
    """Return two points; the second is one that --limit must leave out."""
    found = Results()
    for load, ours in (("rr1", 1), ("rr32", 5)):
        work = next(item for item in WORKLOADS if item.name == load)
        found.point(STACKS[0], work, "stock").counts.append(counts_of(ios=10))
        found.point(STACKS[0], work, "ours").counts.append(counts_of(ios=20 // ours))
        found.point(STACKS[0], work, "stock").ns += [2000.0, 1000.0, 9000.0]
        found.point(STACKS[0], work, "ours").ns += [1000.0, 500.0, 1000.0]
    return found


def test_ratio_is_ours_by_stock() -> None:
    rows = json.loads(results().as_json({}, 0))["points"]
    assert rows[0]["ratio"] == {"kernel": 0.5, "iops": 2.0}
    assert rows[0]["stock"]["kernel"] == 190


def test_worst_leaves_out_what_measures_the_scheduler() -> None:
    assert results().worst() == (0.5, "loopback-nullio:rr1")


def test_a_point_without_a_measurement_is_a_dash() -> None:
    found = Results()
    found.point(STACKS[0], WORKLOADS[0], "stock").counts.append(counts_of())
    line = found.table().splitlines()[-1]
    assert line.split()[:5] == ["loopback-nullio", "rr1", "0.2", "-", "-"]
    assert found.worst() is None
