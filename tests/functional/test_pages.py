# SPDX-License-Identifier: GPL-2.0-only
"""Pages of vital product data, mode pages and log pages, as the document has them."""
from __future__ import annotations

import re
from pathlib import Path

from functional.lab import Target

DOCUMENT = Path(__file__).resolve().parents[2] / "Documentation/target/pages.rst"
CONDITION = "only if"
UUID = "5f3c9a10-7d2e-4b61-8c55-0123456789ab"


def documented(title: str) -> dict[str, str]:
    """Return {page: rest of its row} of the first table of a section."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text.split(f"\n{title}\n{'=' * len(title)}\n", 1)[1]
    table = section.split(".. list-table::", 2)[1]
    rows = re.findall(r"^   \* - ``(\S+)``\n((?:     .*\n|\n(?=     ))*)", table, re.M)
    return dict(rows)


def answer(target: Target, device: str, cdb: str, length: int) -> bytes:
    """Send a command that reads and must not fail; return its data."""
    status, key, code, data = target.vm.call("scsi.command", device, cdb, "", length)
    assert (status, key, code) == (0, 0, 0), f"{cdb}: {status} {key:x}/{code:04x}"
    return bytes.fromhex(data)


def mode_pages(data: bytes) -> list[str]:
    """Return the pages of MODE SENSE(10) without block descriptor."""
    found, at = [], 8
    while at < 2 + int.from_bytes(data[:2], "big"):
        page = data[at] & 0x3f
        if data[at] & 0x40:
            found.append(f"{page:02x}/{data[at + 1]:02x}")
            at += 4 + int.from_bytes(data[at + 2:at + 4], "big")
        else:
            found.append(f"{page:02x}")
            at += 2 + data[at + 1]
    return found


def test_every_page_is_documented(target: Target) -> None:
    device = target.loopback(target.disk("fileio", megabytes=4))["0"]
    target.vm.call("scsi.settle", device)
    vital = [f"{page:02x}" for page in answer(target, device, "120100040000", 1024)[4:]]
    assert vital == [page for page, row in documented("Vital product data").items()
                     if CONDITION not in row]
    modes = mode_pages(answer(target, device, "5a083fff0000001000" + "00", 4096))
    assert modes == list(documented("Mode pages"))
    logs = [f"{page:02x}" for page in answer(target, device, "4d004000000000040000", 1024)[4:]]
    assert logs == list(documented("Log pages"))
    # those that are not there are refused, and the document says why
    text = DOCUMENT.read_text(encoding="utf-8").split("Not there:")[1]
    absent = re.findall(r"``([0-9a-f]{2})``", text.split("\n===")[0])
    assert {"8d", "b5", "b6"} <= set(absent)
    for page in absent:
        got = target.vm.call("scsi.command", device, f"1201{page}040000", "", 1024)
        assert got[:3] == [2, 5, 0x2400], page


def test_more_designators(target: Target) -> None:
    """An EUI-64 and a UUID, when asked for; hosts go by the same name as before."""
    names = []
    for more in (0, 1):
        disk = target.disk("ramdisk", "named", megabytes=4, serial=UUID,
                           attrib={"vpd_eui64": more, "vpd_uuid": more})
        device = target.loopback(disk)["0"]
        said = target.vm.sh(["sg_vpd", "-p", "di", device]).out
        assert (f"Locally assigned UUID: {UUID}" in said) == bool(more), said
        assert ("designator type: EUI-64 based" in said) == bool(more), said
        assert ("0x2e4b618c550123450014055f3c9a107d" in said.replace("\n", "")) == bool(more), said
        kernel = target.vm.sh(f"cat /sys/block/{device.split('/')[-1]}/device/wwid").out
        names.append(kernel.strip())
        # who it is cannot change while somebody sees it
        assert target.vm.call("lio.try_write", f"{disk}/attrib/vpd_uuid", "0") == "EINVAL"
        target.clear()
    assert names == ["naa.60014055f3c9a107d2e4b618c5501234"] * 2
    disk = target.disk("ramdisk", megabytes=4, serial="not-a-uuid")
    assert target.vm.call("lio.try_write", f"{disk}/attrib/vpd_uuid", "1") == "EINVAL"
    assert target.vm.call("lio.try_write", f"{disk}/attrib/vpd_eui64", "1") == ""


def test_predicted_failure(target: Target) -> None:
    """Mode page 1Ch: the failure that TEST makes, for those who ask and as a unit attention."""
    device = target.loopback(target.disk("ramdisk", megabytes=4))["0"]
    target.vm.call("scsi.settle", device)

    def select(flags: int, method: int) -> list[object]:
        page = f"1c0a{flags:02x}{method:02x}" + f"{1:08x}{1:08x}"
        got: list[object] = target.vm.call("scsi.command", device, "55100000000000001400",
                                           "00" * 8 + page)
        return got[:3]

    assert select(0x0c, 6) == [2, 5, 0x2600]
    assert select(0x04, 6) == [0, 0, 0]
    target.vm.sh(f"until sg_requests --hex {device} | grep -q '5d ff'; do sleep 0.1; done",
                 timeout=20)
    assert answer(target, device, "4d006f00000000010000", 256)[8:10] == b"\x5d\xff"
    assert select(0x04, 2) == [0, 0, 0]
    target.vm.sh(f"until sg_turs -v {device} 2>&1 | grep -qi 'threshold exceeded (false)'; "
                 "do sleep 0.1; done", timeout=20)
    for method, said in ((4, "recovered error"), (5, "no sense")):
        assert select(0x04, method) == [0, 0, 0]
        target.vm.sh(f"until sg_turs -vv {device} 2>&1 | tee /run/said | "
                     "grep -qi 'threshold exceeded (false)'; do sleep 0.1; done; "
                     f"grep -qi '{said}' /run/said || {{ cat /run/said; false; }}", timeout=20)
    assert select(0x00, 0) == [0, 0, 0]
    assert answer(target, device, "4d006f00000000010000", 256)[8:10] == b"\0\0"


def test_drive_is_passed_on(target: Target) -> None:
    """A SCSI disk below iblock: its form factor and what it prefers are the unit's."""
    target.vm.sh("modprobe scsi_debug dev_size_mb=8 opt_blks=96; "
                 "until grep -l scsi_debug /sys/block/sd*/device/model; do sleep 0.1; done",
                 timeout=30)
    name = target.vm.sh("grep -l scsi_debug /sys/block/sd*/device/model").out.split("/")[3]
    try:
        device = target.loopback(target.disk("iblock", device=f"/dev/{name}"))["0"]
        for page, words in (("bdc", ["1.8 inch",
                                     "Non-rotating medium"]),
                            ("bl", ["Optimal transfer length: 96 blocks"])):
            said = [target.vm.sh(["sg_vpd", "-p", page, each]).out
                    for each in (device, f"/dev/{name}")]
            for text in words:
                assert [text in each for each in said] == [True, True], said
    finally:
        target.clear()
        target.vm.sh("rmmod scsi_debug")
