# SPDX-License-Identifier: GPL-2.0-only
"""Reservations as two nodes of a cluster use them, and what is kept of them."""
from __future__ import annotations

import random
import re
import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from functional.lab import TARGET, Initiator, Plan, Target
from guest.raw_pdu import DATA_IN, FINAL, READ, SCSI_RSP, WRITE, Wire
from rig.disk import make_disk
from rig.network import free_port, user_nic
from rig.vm import Options, Vm

FAST = {"node.session.timeo.replacement_timeout": "5",
        "node.session.err_timeo.abort_timeout": "5",
        "node.session.err_timeo.lu_reset_timeout": "5"}
CONFLICT = 24
KEY_1, KEY_2 = "0xa1", "0xb2"


class Node:
    """A node of the cluster, and its name of the shared disk."""

    def __init__(self, machine: Initiator) -> None:
        self.machine = machine
        self.disk = machine.login([0], settings=FAST)["0"]

    def out(self, *arguments: str) -> int:
        """PERSISTENT RESERVE OUT; returns sg_persist's exit code."""
        code: int = self.machine.vm.sh(["sg_persist", "--out", "--no-inquiry", *arguments,
                                        self.disk], check=False).code
        # A unit attention is said once.
        if code == 6:
            code = self.machine.vm.sh(["sg_persist", "--out", "--no-inquiry", *arguments,
                                       self.disk], check=False).code
        return code

    def read(self, what: str) -> str:
        """PERSISTENT RESERVE IN."""
        found: str = self.machine.vm.sh(["sg_persist", "--in", "--no-inquiry", f"--{what}",
                                         self.disk]).out
        return found

    def keys(self) -> set[str]:
        """Return the registered keys."""
        return set(re.findall(r"^\s+(0x[0-9a-f]+)$", self.read("read-keys"), re.M))

    def turs(self) -> int:
        """TEST UNIT READY; returns sg_turs' exit code."""
        code: int = self.machine.vm.sh(["sg_turs", self.disk], check=False).code
        return code

    def attention(self) -> str:
        """Return the unit attention that waits."""
        found: str = self.machine.vm.sh(["sg_turs", "-v", self.disk], check=False).err
        return found

    def can_write(self, byte: str = "x") -> bool:
        """Write a block, past the page cache."""
        # The kernel of the node tries again after a unit attention.
        done = self.machine.vm.sh(
            f"head -c 4096 /dev/zero | tr '\\0' {byte} | "
            f"dd of={self.disk} bs=4k count=1 oflag=direct 2>&1", check=False)
        return bool(done.code == 0)

    def can_read(self) -> bool:
        """Read a block, past the page cache."""
        return bool(self.machine.vm.sh(f"dd if={self.disk} of=/dev/null bs=4k count=1 "
                                       "iflag=direct 2>&1", check=False).code == 0)


@pytest.fixture(name="disk")
def fixture_disk(target: Target) -> str:
    """A shared disk."""
    return target.disk("ramdisk")


@pytest.fixture(name="tpg")
def fixture_tpg(target: Target, disk: str, initiator: Initiator, second: Initiator) -> str:
    """A target with the shared disk for both nodes."""
    return target.iscsi(disk, attrib={"authentication": 0},
                        acls={initiator.name: {}, second.name: {}})


@pytest.fixture(name="nodes")
def fixture_nodes(tpg: str, initiator: Initiator, second: Initiator) -> tuple[Node, Node]:
    """Both nodes, logged in."""
    assert tpg
    return Node(initiator), Node(second)


def register_both(first: Node, second: Node) -> None:
    """Give each its key."""
    assert first.out("--register", f"--param-sark={KEY_1}") == 0
    assert second.out("--register", f"--param-sark={KEY_2}") == 0
    assert first.keys() == {KEY_1, KEY_2}


def test_failover(nodes: tuple[Node, Node], target: Target, disk: str) -> None:
    """Register, reserve, fence a node in the middle of its writes, take over."""
    one, two = nodes
    register_both(one, two)
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=5") == 0
    assert two.out("--reserve", f"--param-rk={KEY_2}", "--prout-type=5") == CONFLICT
    assert one.can_write() and two.can_write(), "both are registered"
    assert "Write Exclusive, registrants only" in two.read("read-reservation")
    full = two.read("read-full-status")
    assert one.machine.name in full and two.machine.name in full
    assert target.read(f"{disk}/pr/res_pr_type") == \
        "SPC-3 Reservation Type: Write Exclusive Access, Registrants Only\n"
    assert one.machine.name in target.read(f"{disk}/pr/res_holder")

    writer = one.machine.vm.begin(
        f"fio --name=w --filename={one.disk} --offset=1M --size=8M --rw=randwrite --bs=4k "
        "--ioengine=libaio --iodepth=16 --direct=1 --time_based --runtime=60", timeout=120)
    one.machine.vm.sh(f"until [ $(awk '{{print $5}}' /sys/block/{Path(one.disk).name}/stat) "
                      "-gt 20 ]; do sleep 0.1; done", timeout=60)
    assert two.out("--preempt-abort", f"--param-rk={KEY_2}", f"--param-sark={KEY_1}",
                   "--prout-type=5") == 0
    # What is fenced does not come through, now or later.
    two.machine.vm.sh(f"head -c 8M /dev/zero | tr '\\0' Z | dd of={two.disk} bs=1M seek=1 "
                      "oflag=direct 2>&1", timeout=60)
    assert writer.wait(check=False).code != 0, "a fenced node still writes"
    assert not one.can_write()
    assert two.machine.vm.sh(f"dd if={two.disk} bs=1M skip=1 count=8 iflag=direct 2>/dev/null | "
                             "tr -d Z | wc -c", timeout=60).out.strip() == "0"
    assert two.keys() == {KEY_2}
    assert one.can_read(), "write exclusive"
    assert one.out("--register", f"--param-sark={KEY_1}") == 0
    assert one.can_write()


def test_exclusive_access_and_unit_attentions(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    register_both(one, two)
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=6") == 0
    assert two.out("--register", f"--param-rk={KEY_2}", "--param-sark=0") == 0
    assert not two.can_write() and not two.can_read()
    assert two.turs() == 0, "TEST UNIT READY is allowed"
    assert two.out("--register", f"--param-sark={KEY_2}") == 0
    assert two.can_read()
    assert one.out("--release", f"--param-rk={KEY_1}", "--prout-type=5") == 5, "another type"
    assert one.out("--release", f"--param-rk={KEY_1}", "--prout-type=6") == 0
    assert "Reservations released" in two.attention()
    assert two.out("--clear", f"--param-rk={KEY_2}") == 0
    assert "Reservations preempted" in one.attention()
    assert one.keys() == set()
    register_both(one, two)
    assert two.out("--preempt", f"--param-rk={KEY_2}", f"--param-sark={KEY_1}",
                   "--prout-type=1") == 0
    assert "Registrations preempted" in one.attention()


def test_node_dies(nodes: tuple[Node, Node]) -> None:
    """A dead node's reservation stays until it is taken away; the node comes back a stranger."""
    one, two = nodes
    register_both(one, two)
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=3") == 0
    one.machine.vm.reboot(power_cut=True)
    assert two.keys() == {KEY_1, KEY_2}
    assert not two.can_read()
    assert two.out("--preempt-abort", f"--param-rk={KEY_2}", f"--param-sark={KEY_1}",
                   "--prout-type=3") == 0
    assert two.can_write()
    one.machine.prepare()
    back = Node(one.machine)
    assert back.keys() == {KEY_2}
    assert not back.can_write() and not back.can_read()


def test_others_are_named(nodes: tuple[Node, Node], target: Target, disk: str,
                          tpg: str) -> None:
    """SPEC_I_PT and REGISTER AND MOVE: initiators that an ACL knows, and no others."""
    one, two = nodes
    unknown = "--transport-id=iqn.2003-01.org.example:nobody"
    named = f"--transport-id={two.machine.name}"
    assert one.out("--register", f"--param-sark={KEY_1}", unknown) == 5
    assert one.keys() == set(), "all or nothing"
    assert one.out("--register", f"--param-sark={KEY_1}", named) == 0
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=6") == 0
    assert two.can_write(), "registered by the other"
    rtpi = int(target.read(f"{tpg}/rtpi"), 0)
    full = two.read("read-full-status")
    found = re.search(rf"{re.escape(two.machine.name)},i,0x[0-9a-f]+", full)
    assert not found, "named without an ISID"
    assert f"0x{rtpi:x}" in full or str(rtpi) in full
    isid = re.search(rf"initiator={re.escape(two.machine.name)}\b.*? isid=(0x[0-9a-f]+)",
                     target.read(f"{tpg}/sessions/list"), re.S)
    assert isid
    move = ("--register-move", f"--param-rk={KEY_1}", f"--param-sark={KEY_2}",
            f"--transport-id={two.machine.name},i,{isid.group(1)}")
    assert one.out(*move, f"--relative-target-port={rtpi + 77}") == 5
    assert one.out(*move, f"--relative-target-port={rtpi}") == 0
    assert KEY_2 in one.read("read-reservation")
    assert two.machine.name in target.read(f"{disk}/pr/res_holder")


def test_capabilities(nodes: tuple[Node, Node]) -> None:
    said = nodes[0].read("report-capabilities")
    for line in ("Compatible Reservation Handling(CRH): 1",
                 "Specify Initiator Ports Capable(SIP_C): 1",
                 "All Target Ports Capable(ATP_C): 1",
                 "Persist Through Power Loss Capable(PTPL_C): 1",
                 "Replace Lost Reservation Capable(RLR_C): 1",
                 "Persist Through Power Loss Active(PTPL_A): 0",
                 "Write Exclusive, all registrants: 1",
                 "Exclusive Access, all registrants: 1"):
        assert line in said, said


def test_reserve_of_spc2(nodes: tuple[Node, Node]) -> None:
    """RESERVE(6) and RELEASE(6): until the holder releases, is reset, or goes."""
    one, two = nodes
    reserve = "sg_raw {} 16 00 00 00 00 00"
    release = "sg_raw {} 17 00 00 00 00 00"

    def run(node: Node, command: str) -> int:
        code: int = node.machine.vm.sh(command.format(node.disk), check=False).code
        return code

    for node in nodes:
        node.turs()     # the unit attention of the login
    assert run(one, reserve) == 0
    assert run(two, reserve) == CONFLICT
    assert not two.can_read() and one.can_write()
    assert run(two, release) == 0, "of another's it does nothing"
    assert not two.can_read()
    assert run(one, release) == 0
    assert two.can_read()
    assert run(one, reserve) == 0
    one.machine.logout()
    assert two.can_write(), "the nexus is lost"
    back = Node(one.machine)
    assert back.out("--register", f"--param-sark={KEY_1}") == 0
    assert run(two, reserve) == CONFLICT
    assert back.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=1") == 0
    assert run(back, reserve) == 0, "CRH: the holder is told that all is well"


def test_state_is_read_watched_and_restored(nodes: tuple[Node, Node], target: Target,
                                            disk: str) -> None:
    one, two = nodes
    state = f"/sys/kernel/config/target/{disk}/pr/state"
    watcher = target.vm.begin_call("watch.change", state, "/run/watching", timeout=60)
    target.vm.sh("until [ -e /run/watching ]; do sleep 0.1; done; rm /run/watching")
    register_both(one, two)
    assert watcher.value(), "nobody was told of a registration"
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=3") == 0
    saved = target.vm.get(state).decode()
    assert saved.startswith("target-pr 1\n") and saved.count("registration ") == 2
    assert one.out("--clear", f"--param-rk={KEY_1}") == 0
    assert two.can_write()
    target.vm.sh(f"cat > {state}", data=saved.replace("generation", "generation x").encode())
    assert "registration " not in target.vm.get(state).decode(), "nonsense was taken"
    target.vm.sh(f"cat > {state}", data=saved.encode())
    assert target.vm.get(state).decode() == saved
    assert two.keys() == {KEY_1, KEY_2}
    assert not two.can_write() and one.can_write()


def test_switched_off(nodes: tuple[Node, Node], target: Target, disk: str) -> None:
    """emulate_pr=0: no command, no conflict."""
    one, two = nodes
    assert one.out("--register", f"--param-sark={KEY_1}") == 0
    assert one.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=3") == 0
    assert not two.can_write()
    target.write(f"{disk}/attrib/emulate_pr", "0")
    assert two.can_write()
    assert one.out("--release", f"--param-rk={KEY_1}", "--prout-type=3") == 9, "invalid opcode"
    target.write(f"{disk}/attrib/emulate_pr", "1")
    assert not two.can_write()


def test_passed_on_to_the_backing_disk(target: Target, initiator: Initiator) -> None:
    """pgr_support=0: the disk behind an iblock backstore keeps the reservations."""
    inner = target.disk("ramdisk")
    with pytest.raises(Exception, match="pgr_support"):
        target.write(f"{inner}/attrib/pgr_support", "0")
    outer = target.disk("iblock", device=target.loopback(inner)["0"])
    target.write(f"{outer}/attrib/pgr_support", "0")
    target.open_iscsi(outer)
    node = Node(initiator)
    assert node.out("--register", f"--param-sark={KEY_1}") == 0
    assert node.out("--reserve", "--param-rk=0x77", "--prout-type=3") == CONFLICT
    assert node.out("--reserve", f"--param-rk={KEY_1}", "--prout-type=3") == 0
    assert node.keys() == {KEY_1}
    assert "Exclusive Access" in node.read("read-reservation")
    assert KEY_1[2:] in target.read(f"{inner}/pr/res_pr_registered_i_pts")
    assert target.read(f"{inner}/pr/res_pr_type") == \
        "SPC-3 Reservation Type: Exclusive Access\n"
    assert node.can_write()
    assert node.out("--clear", f"--param-rk={KEY_1}") == 0
    assert node.keys() == set()
    assert "None" in target.read(f"{inner}/pr/res_pr_registered_i_pts")


# -- through power loss

SERIAL = "12345678-aptpl"
KEPT = "core/rd_mcp_102/kept"
REGISTER, RESERVE, REPLACE_LOST = 0, 1, 8
READ_10 = bytes([0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0])
# QERR 11b of the control mode page, saved
SELECT, SENSE = bytes([0x15, 0x11, 0, 0, 16, 0]), bytes([0x1a, 0x08, 0x0a, 0, 16, 0])
CONTROL = bytes([0, 0, 0, 0, 0x0a, 10, 2, 0x16, 0, 0x40, 0, 0, 0xff, 0xff, 0, 30])


def export(vm: Vm) -> None:
    """Make a disk whose reservations are kept on the machine's own disk."""
    disk = vm.call("lio.backstore", "ramdisk", "kept", serial=SERIAL)
    vm.call("lio.iscsi", TARGET, [disk], attrib={"authentication": 0, "generate_node_acls": 1,
                                                 "demo_mode_write_protect": 0})


@pytest.fixture(name="keeper")
def fixture_keeper(plan: Plan, tmp_path: Path) -> Any:
    """A target of its own, whose disk never lies about what is written."""
    port = free_port(33270)
    vm = Vm(Options(name="keeper", target=plan.target, kernel=plan.kernel, memory=768,
                    disks=[make_disk(tmp_path, "keep", 64, cache="none")],
                    nics=[user_nic(1, {port: 3260})]), plan.logs)
    try:
        vm.start()
        vm.sh("mkfs.ext4 -q /dev/vda")
        yield vm, port
    finally:
        vm.close()


def power_up(vm: Vm) -> None:
    """Mount, load, export."""
    vm.sh("mount /dev/vda /srv; mkdir -p /srv/db")
    vm.call("lio.load")
    vm.call("lio.write", "dbroot", "/srv/db")
    export(vm)


def reserve_out(wire: Wire, action: int, key: int, sa_key: int, kind: int = 0) -> int:
    """PERSISTENT RESERVE OUT with APTPL; returns the status."""
    data = struct.pack(">QQIBBH", key, sa_key, 0, 1, 0, 0)
    cdb = struct.pack(">BBBHIB", 0x5f, action, kind, 0, len(data), 0)
    wire.command(cdb, FINAL | WRITE, length=len(data), data=data)
    status: int = wire.expect(SCSI_RSP).header[3]
    return status


def session(port: int, name: str = "one") -> Wire:
    """Log in and take the unit attention."""
    wire = Wire(port, name=f"iqn.2003-01.org.example:{name}")
    wire.login(TARGET)
    assert wire.answers()
    return wire


def kept(vm: Vm) -> dict[str, str]:
    """Return what pr/state says, by the first word of its lines."""
    text = vm.get(f"/sys/kernel/config/target/{KEPT}/pr/state").decode()
    return dict(line.split(" ", 1) for line in text.splitlines())


def key_of(state: dict[str, str]) -> int:
    """Return the only registration's key."""
    return int(re.findall(r"key=(0x[0-9a-f]+)", state["registration"])[0], 0)


def test_kept_through_power_loss(keeper: tuple[Vm, int]) -> None:
    """What was acknowledged is there after a power cut; what is damaged is not made up."""
    vm, port = keeper
    power_up(vm)
    with session(port) as wire:
        assert reserve_out(wire, REGISTER, 0, 0xa) == 0
        assert reserve_out(wire, RESERVE, 0xa, 0, kind=3) == 0
        wire.command(SELECT, FINAL | WRITE, length=16, data=CONTROL)
        assert wire.expect(SCSI_RSP).header[3] == 0
    before = kept(vm)
    vm.reboot(power_cut=True)
    power_up(vm)
    assert kept(vm) == before
    assert before["type"] == "3" and before["aptpl"] == "1" and key_of(before) == 0xa
    with session(port, "two") as wire:
        assert reserve_out(wire, RESERVE, 0xa, 0, kind=3) == CONFLICT
        wire.command(READ_10, length=512)
        assert wire.expect(SCSI_RSP).header[3] == CONFLICT
    with session(port) as wire:
        wire.command(SENSE, FINAL | READ, length=16)
        assert wire.expect(DATA_IN).data[5:] == CONTROL[5:], "saved mode pages"
        assert reserve_out(wire, REGISTER, 0xa, 0xb) == 0

    # The last copy is damaged: the one before counts.
    name = f"/srv/db/pr/state_{SERIAL}"
    vm.call("lio.clear", timeout=90)
    vm.sh(f"sed -i s/key=0x0000/key=0x1000/ {name}")
    export(vm)
    assert key_of(kept(vm)) == 0xa

    # Both are: nobody writes until the reservation is replaced.
    vm.call("lio.clear", timeout=90)
    vm.sh(f"sed -i s/key=0x0000/key=0x1000/ {name} {name}.old")
    export(vm)
    with session(port, "two") as wire:
        wire.command(READ_10, length=512)
        assert b"\x44\x01" in wire.expect(SCSI_RSP).data
        assert reserve_out(wire, REGISTER, 0, 0xc) == 2
        assert reserve_out(wire, REPLACE_LOST, 0, 0xc, kind=3) == 0
    assert key_of(kept(vm)) == 0xc and kept(vm)["lost"] == "0"


class Changes(threading.Thread):
    """Changes its key as fast as it is acknowledged, until the power fails."""

    def __init__(self, port: int, key: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged = self.asked = key
        self.count = 0
        self._wire = session(port)

    def run(self) -> None:
        """Count on."""
        try:
            while True:
                self.asked = self.acknowledged + 1
                if reserve_out(self._wire, REGISTER, self.acknowledged, self.asked):
                    return
                self.acknowledged = self.asked
                self.count += 1
        except (OSError, AssertionError):
            self._wire.close()


def test_power_cuts_while_reservations_change(keeper: tuple[Vm, int], plan: Plan) -> None:
    """30 times the power fails in the middle of changes; nothing acknowledged is lost."""
    if plan.seconds <= 15:
        pytest.skip("30 boots: make test-long")
    vm, port = keeper
    power_up(vm)
    key, total = 0, 0
    rng = random.Random(4)
    for cut in range(30):
        changes = Changes(port, key)
        changes.start()
        time.sleep(rng.uniform(0.3, 2.0))
        vm.reboot(power_cut=True)
        changes.join(60)
        power_up(vm)
        if changes.count or key:
            key = key_of(kept(vm))
        assert key in (changes.acknowledged, changes.asked), \
            f"cut {cut}: {changes.acknowledged:#x} acknowledged, {key:#x} found"
        total += changes.count
    print(f"{total} changes acknowledged, 30 power cuts")
    assert total > 30
