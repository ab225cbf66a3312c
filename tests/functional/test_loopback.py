# SPDX-License-Identifier: GPL-2.0-only
"""The loopback fabric: a queue for each CPU, no copies, and a medium that does not answer."""
from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from functional.lab import Plan, Target
from rig.job import Job
from rig.vm import Options, Vm

# ------------------------------------------------------------------------ two CPUs

TRACE = "/sys/kernel/tracing"
RESPOND = "outcome tcm_loop_cmd_respond"


@pytest.fixture(name="pair", scope="module")
def fixture_pair(plan: Plan) -> Iterator[Vm]:
    """A machine with two CPUs, and tracing."""
    with_two = Vm(Options(name="two-cpus", target=plan.target, kernel=plan.kernel, cpus=2),
                  plan.logs)
    try:
        with_two.start().call("lio.load")
        with_two.sh(f"mountpoint -q {TRACE} || mount -t tracefs t {TRACE}")
        yield with_two
        with_two.check()
    finally:
        with_two.close()


@pytest.fixture(name="device")
def fixture_device(pair: Vm) -> Iterator[str]:
    """A loopback disk on it."""
    disk = pair.call("lio.backstore", "ramdisk", "r", megabytes=16)
    yield pair.call("lio.loopback", [disk])["0"]
    pair.sh(f"echo 0 > {TRACE}/events/enable; echo > {TRACE}/kprobe_events")
    pair.call("lio.clear", timeout=90)


def outcomes(pair: Vm, device: str, reader: int) -> list[str]:
    """Read from one CPU; return the CPUs that brought the outcome."""
    pair.sh(f"echo > {TRACE}/trace; "
            f"taskset -c {reader} dd if={device} of=/dev/null bs=4k count=32 iflag=direct")
    lines = [line for line in pair.sh(f"cat {TRACE}/trace").out.splitlines()
             if "outcome:" in line]
    return [line.partition("[")[2].partition("]")[0] for line in lines]


def watch_outcomes(pair: Vm) -> None:
    """Trace where the fabric gets the outcome of a command."""
    pair.sh(f"cd {TRACE}; echo 'p:{RESPOND}' > kprobe_events; "
            "echo 1 > events/kprobes/outcome/enable")


def test_a_queue_for_each_cpu(pair: Vm, device: str) -> None:
    """A command goes from its CPU's queue, and comes back there: no thread between."""
    name = device.removeprefix("/dev/")
    cpus = pair.sh(f"cat /sys/block/{name}/mq/*/cpu_list").out.split()
    assert sorted(cpus) == ["0", "1"]
    watch_outcomes(pair)
    for cpu in (0, 1):
        seen = outcomes(pair, device, cpu)
        assert len(seen) >= 32 and set(seen) == {f"00{cpu}"}


def test_completion_affinity(pair: Vm, device: str) -> None:
    """The fabric gets the outcome on the CPU that was chosen, from the next command on."""
    param = "loopback/naa.5001405000000001/param/cmd_completion_affinity"
    watch_outcomes(pair)
    for chosen, reader in ((1, 0), (0, 1), (1, 1)):
        pair.call("lio.write", param, str(chosen))
        seen = outcomes(pair, device, reader)
        assert len(seen) >= 32 and set(seen) == {f"00{chosen}"}
    for value, error in (("2", "EINVAL"), ("-3", "EINVAL"), ("-1", ""), ("-2", "")):
        assert pair.call("lio.try_write", param, value) == error


PAGES = "p:bio submit_bio_noacct dev=bio->bi_bdev->bd_dev:u32 page=bio->bi_io_vec->bv_page:x64"


def test_no_copy(pair: Vm) -> None:
    """The medium's device reads into and writes from the pages of whoever has the disk."""
    pair.sh("modprobe null_blk nr_devices=1 gb=1 queue_mode=0")
    try:
        if not pair.sh(f"echo '{PAGES}' > {TRACE}/kprobe_events", check=False).ok:
            pytest.skip("this kernel has no types for probes")
        disk = pair.call("lio.backstore", "iblock", "n", device="/dev/nullb0")
        device = pair.call("lio.loopback", [disk])["0"]
        numbers = {int(major) << 20 | int(minor) for major, minor in (
            pair.sh(f"cat /sys/block/{name}/dev").out.strip().split(":")
            for name in ("nullb0", device.removeprefix("/dev/")))}
        for how in (f"if={device} of=/dev/null iflag=direct",
                    f"if=/dev/zero of={device} oflag=direct"):
            pair.sh(f"cd {TRACE}; echo > trace; echo 1 > events/kprobes/bio/enable; "
                    f"dd {how} bs=4k count=4 skip=64 seek=64; echo 0 > events/kprobes/bio/enable")
            rows = [dict(word.split("=") for word in line.split() if "=" in word)
                    for line in pair.sh(f"cat {TRACE}/trace").out.splitlines() if "bio:" in line]
            pages = {number: [row["page"] for row in rows if int(row["dev"]) == number]
                     for number in numbers}
            assert all(len(seen) >= 4 for seen in pages.values())
            assert len({tuple(seen[:4]) for seen in pages.values()}) == 1
    finally:
        pair.sh(f"echo > {TRACE}/kprobe_events")
        pair.call("lio.clear", timeout=90)
        pair.sh("rmmod null_blk")


# ------------------------------------------------------------------------ silence

# seconds until the initiator aborts a command, on a machine of usual speed
PATIENCE = 2
QUIET = "core/iblock_101/quiet"
STATISTICS = f"{QUIET}/statistics/scsi_tgt_dev"
# READ(10) of one block
READ = "28 00 00 00 08 00 00 00 01 00"
HOST = "/sys/class/scsi_host"


@pytest.fixture(name="disks")
def fixture_disks(target: Target) -> Iterator[dict[str, str]]:
    """LUN 0 on a device that can be made to answer no more, LUN 1 in memory."""
    vm = target.vm
    vm.sh("modprobe dm_mod; head -c 16M /dev/urandom > /dev/vdb; dmsetup create --noudevsync "
          "--noudevrules quiet --table '0 32768 linear /dev/vdb 0'; dmsetup mknodes --noudevsync")
    try:
        found = target.loopback(target.disk("iblock", "quiet", device="/dev/mapper/quiet"),
                                target.disk("ramdisk", "other", megabytes=16))
        for device in found.values():
            name = device.removeprefix("/dev/")
            vm.sh(f"echo {round(PATIENCE * vm.patience())} > /sys/block/{name}/device/timeout")
        yield found
    finally:
        vm.sh("dmsetup resume --noudevsync quiet")
        vm.call("lio.clear", timeout=90)
        vm.sh("dmsetup remove --noudevsync --noudevrules --retry quiet")


def silence(target: Target) -> None:
    """Let the device take requests, and answer none."""
    target.vm.sh("dmsetup suspend --nolockfs --noudevsync quiet")


def begin_read(target: Target, device: str) -> Job:
    """Read from the silent disk; return when the device has the command."""
    job = target.vm.begin(f"dd if={device} bs=1M count=1 skip=4 iflag=direct | md5sum")
    name = device.removeprefix("/dev/")
    target.vm.sh(f"until [ $(awk '{{print $1}}' /sys/block/{name}/inflight) -gt 0 ]; "
                 "do sleep 0.1; done", timeout=20)
    return job


def count(target: Target, name: str) -> int:
    """Return a statistic of the silent disk."""
    return int(target.read(f"{STATISTICS}/{name}"))


def test_medium_falls_silent(target: Target, disks: dict[str, str]) -> None:
    """Error handling ends while the medium is silent; commands do when it answers.

    Its device may still write to their pages, so they are nobody else's before.
    """
    vm, quiet, other = target.vm, disks["0"], disks["1"]
    silence(target)
    reader = begin_read(target, quiet)
    patience = round(PATIENCE * vm.patience())
    impatient = vm.begin(f"sg_raw -t {patience} -r 512 {quiet} {READ}")
    aborts, resets = count(target, "aborts_complete"), count(target, "resets")
    # a time of two seconds may be over after four, as the block layer counts
    until = time.monotonic() + 30 * patience
    while count(target, "aborts_complete") < aborts + 2 and time.monotonic() < until:
        # what needs no medium waits for none: it would wait for ever
        vm.sh(f"dd if={other} of=/dev/null bs=64k count=16 iflag=direct", timeout=20)
        vm.sh(f"sg_turs {quiet} || sg_turs {quiet}", timeout=20)
        time.sleep(0.5)
    assert count(target, "aborts_complete") >= aborts + 2, "nobody lost patience"
    vm.sh(f"sg_reset --no-esc --device {quiet}", timeout=20)
    assert count(target, "resets") == resets + 1
    assert reader.running and impatient.running
    where = f"/sys/block/{quiet.removeprefix('/dev/')}/device/../../scsi_host"
    assert vm.sh(f"cat {where}/host*/state").out == "running\n"
    vm.sh("dmsetup resume --noudevsync quiet")
    # the disk driver sends it again; for SCSI commands of a program nobody does
    good = vm.sh("dd if=/dev/vdb bs=1M count=1 skip=4 iflag=direct | md5sum").out
    assert reader.wait().out == good
    ended = impatient.wait(check=False)
    assert ended.code != 0 and "DID_SOFT_ERROR" in ended.out + ended.err
    vm.sh(f"dd if=/dev/zero of={quiet} bs=1M count=4 oflag=direct conv=fsync; "
          f"cmp -n 4M {quiet} /dev/zero")


def test_removed_while_silent(target: Target, disks: dict[str, str]) -> None:
    """All directories go at once; the host, and the claim of the device, with the medium."""
    vm = target.vm
    silence(target)
    reader = begin_read(target, disks["0"])
    hosts = vm.sh(f"ls {HOST}").out
    vm.call("lio.clear", timeout=30)
    assert reader.running and vm.sh(f"ls {HOST}").out == hosts
    vm.sh("! dmsetup remove --noudevsync --noudevrules quiet 2>/dev/null")
    vm.sh("dmsetup resume --noudevsync quiet")
    reader.wait(check=False)
    vm.sh(f"while [ \"$(ls {HOST})\" = '{hosts.strip()}' ]; do sleep 0.1; done", timeout=20)
    vm.sh("until [ $(dmsetup info -c --noheadings -o open quiet) = 0 ]; do sleep 0.1; done",
          timeout=20)


# ------------------------------------------------------------------------ numbers

def test_numbers_that_need_the_longest_form(target: Target) -> None:
    """A LUN above 16383 is a disk of its own, whatever the lower bits of its number are."""
    vm = target.vm
    disks = [target.disk("ramdisk", megabytes=size) for size in (4, 8, 12)]
    name = next(iter(target.loopback(disks[0]).values())).removeprefix("/dev/")
    port = "loopback/naa.5001405000000001/tpgt_1"
    for number, disk in ((3616, disks[1]), (16384 + 3616, disks[2])):
        vm.call("lio.link_lun", port, number, disk)
    host = vm.sh(f"basename $(readlink -f /sys/block/{name}/device) | cut -d: -f1").out.strip()
    sizes = f"cat /sys/class/scsi_disk/{host}:*/device/block/*/size"
    vm.sh(f"until [ $({sizes} | wc -l) -ge 3 ]; do sleep 0.2; done", timeout=60)
    assert sorted(int(size) >> 11 for size in vm.sh(sizes).out.split()) == [4, 8, 12]


# ------------------------------------------------------------------------ whose process

def test_limits_of_who_writes(target: Target) -> None:
    """What an initiator's process may write to files does not bound a disk."""
    where = "core/fileio_100/direct"
    target.vm.call("lio.make", where)
    target.write(f"{where}/control",
                 "fd_dev_name=/srv/direct.img,fd_dev_size=16777216,fd_async_io=1")
    target.write(f"{where}/enable", "1")
    device = target.loopback(where)["0"]
    write = f"dd if=/dev/zero of={device} bs=64k count=1 seek=8 conv=fsync"
    errors = f"cat /sys/block/{device.removeprefix('/dev/')}/device/ioerr_cnt"
    target.vm.sh(write)
    before = target.vm.sh(errors).out
    target.vm.sh(f"ulimit -f 64; {write}")
    assert target.vm.sh(errors).out == before
