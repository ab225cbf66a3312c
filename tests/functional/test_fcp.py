# SPDX-License-Identifier: GPL-2.0-only
"""FCP exchanges by hand: what an initiator sends and what the target answers, as frames."""
from __future__ import annotations

import time
from typing import Any

import pytest

from functional.lab import Plan
from functional.test_fcoe import CABLE, Fabric, fixture_fabric  # noqa: F401

TEST_UNIT_READY, INQUIRY = "00" * 6, "120000006000"
WRITE, READ = 1, 2
RESIDUAL_OVER, RESIDUAL_UNDER, CONFIRM, BIDI, BIDI_UNDER = 0x04, 0x08, 0x10, 0x80, 0x40
XFER_RDY, SOLICITED_DATA, STATUS, ACCEPT, REJECT = 0x05, 0x01, 0x07, 0x84, 0x85
BURST = 256 << 10
# one block at 0
READ_32 = "7f" + "00" * 6 + "180009" + "00" * 18 + "00000001"
BUSY = 8
# FCP_RSP_INFO (FCP-4 table 32)
COMPLETE, REJECTED, NO_LUN, SUCCEEDED = 0, 4, 9, 8
# Sense data: additional sense code and its qualifier, in hexadecimal digits
NO_LOGICAL_UNIT, POWER_ON = "2500", "2900"


def rw10(opcode: int, lba: int, blocks: int) -> str:
    """Return READ(10) or WRITE(10)."""
    return f"{opcode:02x}00{lba:08x}00{blocks:04x}00"


class Wire:
    """Both ports, logged in, and a disk of 64 MiB."""

    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric
        self.tpg = fabric.export(fabric.target.disk("ramdisk"))
        fabric.join()
        fabric.disks([0])

    def command(self, cdb: str, **options: Any) -> dict[str, Any]:
        """Send a command."""
        seen: dict[str, Any] = self.fabric.initiator.vm.call(
            "fcp_raw.command", CABLE, self.fabric.wwpn, cdb, options, timeout=120)
        return seen

    def service(self, body: str, fcp: bool = False) -> str:
        """Send a link service."""
        answer: str = self.fabric.initiator.vm.call(
            "fcp_raw.service", CABLE, self.fabric.wwpn, body, fcp, timeout=60)
        return answer

    def until_new_nexus(self) -> None:
        """Return when there is one: the first command is told so."""
        deadline = time.monotonic() + 10
        while code_of(self.command(TEST_UNIT_READY, seconds=2)) != POWER_ON:
            assert time.monotonic() < deadline


def code_of(seen: dict[str, Any]) -> str:
    """Return the additional sense code, if there is one."""
    code: str = seen.get("sense", "")[24:28]
    return code


@pytest.fixture(name="wire")
def fixture_wire(fabric: Fabric) -> Wire:  # noqa: F811
    """Make the disk and log in."""
    return Wire(fabric)


def test_commands(wire: Wire) -> None:
    """Attributes and priorities, residuals both ways, sense that is confirmed, a long CDB."""
    for attr in (0x00, 0x01, 0x02, 0x78):
        seen = wire.command(INQUIRY, flags=READ, length=0x100, attr=attr)
        assert seen["frames"] == [SOLICITED_DATA, STATUS] and seen["status"] == 0
        assert 36 <= len(seen["data"]) // 2 <= 0x60
        assert (seen["flags"], seen["residual"]) == \
            (RESIDUAL_UNDER, 0x100 - len(seen["data"]) // 2)
    seen = wire.command(rw10(0x28, 0, 8), flags=READ, length=512)
    assert (len(seen["data"]), seen["flags"] & 0x0c, seen["residual"]) == \
        (1024, RESIDUAL_OVER, 3584)
    for confirm in (True, False):       # and one that does not confirm keeps nothing
        seen = wire.command(rw10(0x28, 1 << 30, 8), flags=READ, length=4096, confirm=confirm)
        assert seen["frames"] == [STATUS] and seen["status"] == 2
        assert seen["flags"] & CONFIRM and seen["sense"][4:6] == "05"
        assert seen["sense"][24:28] == "2100"
    seen = wire.command(READ_32, flags=READ, length=512)
    assert (seen["status"], len(seen["data"]), seen["flags"]) == (0, 1024, 0)
    # a CDB that says it is longer than it is: FCP_CMND fields invalid
    seen = wire.command(READ_32[:48], flags=READ, length=512)
    assert seen["frames"] == [STATUS] and seen["info"][6:8] == "02"


def test_writes(wire: Wire) -> None:
    """Bursts have a limit and come in order; a command in both directions has its residual."""
    data = bytes(range(256)) * 2560     # 640 KiB
    blocks = len(data) // 512
    seen = wire.command(rw10(0x2a, 64, blocks), flags=WRITE, length=len(data), data=data.hex())
    assert seen["ready"] == [[0, BURST], [BURST, BURST], [2 * BURST, len(data) - 2 * BURST]]
    assert seen["frames"] == [XFER_RDY] * 3 + [STATUS] and seen["status"] == 0
    assert seen["flags"] == 0
    seen = wire.command(rw10(0x28, 64, blocks), flags=READ, length=len(data))
    assert bytes.fromhex(seen["data"]) == data
    assert seen["offsets"] == list(range(0, len(data), seen["offsets"][1]))
    seen = wire.command(rw10(0x2a, 0, 1), flags=READ | WRITE, length=512, read=1024,
                        data=data[:512].hex())
    assert seen["ready"] == [[0, 512]] and seen["status"] == 0
    assert seen["flags"] == BIDI | BIDI_UNDER and seen["read residual"] == 1024


def test_task_management(wire: Wire) -> None:
    """Each flag is its function; none or several are rejected."""
    for flag, code in ((0x02, COMPLETE), (0x04, COMPLETE), (0x10, COMPLETE), (0x20, COMPLETE),
                       (0x40, COMPLETE), (0x01, SUCCEEDED), (0x08, COMPLETE), (0x06, REJECTED),
                       (0x80, REJECTED)):
        seen = wire.command("", manage=flag)
        assert seen["frames"] == [STATUS] and seen["flags"] == 1, (flag, seen)
        assert int(seen["info"][6:8], 16) == code, (flag, seen)
    assert int(wire.command("", manage=0x10, lun=9)["info"][6:8], 16) == NO_LUN


def test_exchanges_that_go_wrong(wire: Wire, plan: Plan) -> None:
    """ABTS, frames that are lost, REC, and an initiator that says no more."""
    data = (b"\x5a" * 16384).hex()
    write: dict[str, Any] = {"flags": WRITE, "length": 16384, "data": data}
    lost = wire.command(rw10(0x2a, 0, 32), lose=3, **write)
    assert lost["frames"] == [XFER_RDY, STATUS] and lost["status"] == 2
    assert lost["sense"][4:6] == "0b" and lost["sense"][24:28] == "4b00"
    aborted = wire.command(rw10(0x2a, 0, 32), stop="ABTS", seconds=3, **write)
    assert aborted["frames"] == [XFER_RDY, ACCEPT]
    asked = wire.command(rw10(0x2a, 0, 32), stop="REC", **write)
    assert asked["frames"] == [XFER_RDY, STATUS] and asked["status"] == 0
    # LS_ACC: nothing was transferred yet, it is the initiator's turn, and goes on
    assert asked["answer"][:8] == "02000000" and asked["answer"][32:48] == "0000000080000000"
    if plan.seconds > 15:
        silent = wire.command(rw10(0x2a, 0, 32), stop="silence", seconds=60, **write)
        assert silent["frames"][0] == XFER_RDY and STATUS not in silent["frames"]
    assert wire.command(TEST_UNIT_READY)["status"] == 0


def test_link_services(wire: Wire) -> None:
    """PRLI that only asks is answered, and leaves the nexus; SRR is refused.

    What libfc answers, which has an initiator on this port too, hides refusals of PRLI.
    """
    page = "0800" + "00" * 10 + "{params:08x}"
    answer = wire.service("20100014" + page.format(params=0x22))
    # accepted: target, initiator, confirmed completion, no XFER_RDY for reads
    assert answer[:2] == "02" and int(answer[13], 16) in (1, 7) and answer[32:40] == "000000b2"
    assert wire.service("14000000" + "00" * 12, fcp=True)[:2] == "01"
    assert wire.command(TEST_UNIT_READY)["status"] == 0


def test_port_logs_in_again(wire: Wire) -> None:
    """PLOGI ends the nexus that was there; the next one comes of libfc's PRLI."""
    names = wire.fabric.client.replace(":", "") + "10" + wire.fabric.client.replace(":", "")[2:]
    assert wire.service("03000000" + "00" * 16 + names + "00" * 80)[:2] == "02"
    wire.until_new_nexus()


@pytest.mark.parametrize("what", ["PRLO", "LOGO"])
def test_logout_amid_a_command(wire: Wire, what: str) -> None:
    """The command ends without status, as all of its nexus do (FCP-4 4.9)."""
    seen = wire.command(rw10(0x2a, 0, 32), flags=WRITE, length=16384, data="00" * 16384,
                        stop=what, seconds=3)
    assert seen["ready"] == [[0, 16384]] and STATUS not in seen["frames"]
    assert seen["answer"][:2] == "02"
    if what == "PRLO":
        wire.until_new_nexus()
    else:
        assert wire.fabric.sessions(wire.tpg) == ""
        seen = wire.command(TEST_UNIT_READY)
        assert seen["status"] == BUSY or code_of(seen) == NO_LOGICAL_UNIT
        # sense data in the answer to a LUN reset is an oops of Linux' initiator
        reset = wire.command("", manage=0x10)
        assert (reset["flags"], reset["sense"]) == (1, "")


def test_numbers_of_exchanges(wire: Wire) -> None:
    """One that an initiator still sends in is not another one's meanwhile."""
    data = bytes(16384).hex()
    first, second = wire.fabric.initiator.vm.call(
        "fcp_raw.numbers_of_writes", CABLE, wire.fabric.wwpn, rw10(0x2a, 0, 32), data,
        timeout=60)
    assert 0xffff not in (first, second) and first != second
    assert wire.command(TEST_UNIT_READY)["status"] == 0


def test_logout_waits_for_data(wire: Wire) -> None:
    """The target does not log out while data is to come, but for E_D_TOV at most.

    libfc uses the numbers of exchanges again at once when it logs out.  Until then no
    command fails.
    """
    seen = wire.command(rw10(0x2a, 0, 32), flags=WRITE, length=16384, stop="silence",
                        seconds=1)
    assert seen["frames"] == [XFER_RDY]
    vm = wire.fabric.initiator.vm
    heard = vm.begin_call("fcp_raw.hear_logout", CABLE, 30.0)
    vm.sh("until grep -qw 8914 /proc/net/packet; do sleep 0.1; done")
    fc_id = wire.fabric.logged_in(wire.tpg)
    began = time.monotonic()
    wire.fabric.target.write(f"{wire.tpg}/sessions/force_close", fc_id)
    assert wire.command(TEST_UNIT_READY, seconds=1)["status"] == BUSY
    body: str = heard.value()
    assert body[:8] == "05000000"
    assert time.monotonic() - began > 1.9


@pytest.mark.parametrize("how", ["enable", "acl"])
def test_target_logs_out(wire: Wire, how: str) -> None:
    """Disabled, or without the ACL: the initiator hears LOGO with the port's name."""
    fabric, vm = wire.fabric, wire.fabric.initiator.vm
    heard = vm.begin_call("fcp_raw.hear_logout", CABLE, 10.0)
    vm.sh("until grep -qw 8914 /proc/net/packet; do sleep 0.1; done")
    if how == "enable":
        fabric.target.write(f"{wire.tpg}/enable", "0")
    else:
        fabric.target.vm.sh(f"cd /sys/kernel/config/target/{wire.tpg}/acls/{fabric.client}; "
                            "rm lun_0/lun; rmdir lun_0 $PWD")
    body: str = heard.value()
    assert body[:8] == "05000000" and body[16:32] == fabric.wwpn.replace(":", "")
