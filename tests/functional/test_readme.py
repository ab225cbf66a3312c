# SPDX-License-Identifier: GPL-2.0-only
"""What README and the documents tell a reader to type does what they say."""
from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from functional.lab import Target
from guest.raw_pdu import (DATA_IN, FINAL, LOGIN_RSP, READ, READ10, SCSI_RSP, WRITE, WRITE10, Wire,
                           cdb10)
from rig.targetcli import start_bus

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text(encoding="utf-8")
IQN = "iqn.2003-01.org.example:box"
CLIENT = "iqn.1993-08.org.debian:01:client"
WHO = {"InitiatorName": CLIENT, "TargetName": IQN, "SessionType": "Normal"}
AUTH_FAILED = 0x0201
SHA256 = "7"


def text_of(name: str) -> str:
    """Return a document's text."""
    return (TOP / "Documentation/target" / name).read_text(encoding="utf-8")


def lines_behind(words: str, text: str = README) -> list[str]:
    """Return the first indented lines that follow some words."""
    behind = re.search(r"^[ \t]+.*\n(?:(?:[ \t]+.*)?\n)*", text[text.index(words):], re.M)
    assert behind, words
    return textwrap.dedent(behind.group()).strip().splitlines()


def type_in(target: Target, lines: list[str]) -> None:
    """Type them; the first that fails is an error."""
    target.vm.sh("\n".join(["set -e", *lines]), timeout=120)


def unload(target: Target) -> None:
    """Remove all modules."""
    target.clear()
    target.vm.call("lio.remove_fabrics")
    target.vm.call("lio.unload", timeout=60)


@pytest.fixture(name="fresh")
def fixture_fresh(target: Target) -> Iterator[Target]:
    """A machine on which README's `modprobe` was typed, and nothing else."""
    unload(target)
    install, modprobe = lines_behind("## On this machine")
    assert install.startswith("make install")
    type_in(target, [modprobe])
    yield target
    unload(target)
    target.vm.call("lio.load")


def check_disk(wire: Wire) -> None:
    """Write to a disk of the session and read it back."""
    assert wire.answers()
    wire.command(cdb10(WRITE10, 8, 1), FINAL | WRITE, 512, b"README  " * 64)
    assert wire.expect(SCSI_RSP).header[3] == 0
    wire.command(cdb10(READ10, 8, 1), FINAL | READ, 512)
    assert wire.expect(DATA_IN).data == b"README  " * 64


def test_by_hand(fresh: Target) -> None:
    """Everybody may read and write."""
    type_in(fresh, lines_behind("A file, exported to everybody"))
    with Wire(fresh.port, name=CLIENT) as wire:
        wire.login(IQN, ImmediateData="Yes")
        check_disk(wire)


def chap(wire: Wire, secret: str, user: str = "u", target: str = IQN) -> int:
    """Log in with a name and a secret; return the status."""
    wire.login_pdu({**WHO, "TargetName": target, "AuthMethod": "CHAP"}, 0x00)
    assert wire.expect(LOGIN_RSP).pairs()["AuthMethod"] == "CHAP"
    wire.login_pdu({"CHAP_A": SHA256}, 0x00)
    asked = wire.expect(LOGIN_RSP).pairs()
    said = bytes([int(asked["CHAP_I"])]) + secret.encode() + \
        bytes.fromhex(asked["CHAP_C"].removeprefix("0x"))
    wire.login_pdu({"CHAP_N": user, "CHAP_R": f"0x{hashlib.sha256(said).hexdigest()}"}, 0x81)
    reply = wire.expect(LOGIN_RSP)
    if not reply.status:
        wire.login_pdu({"ImmediateData": "Yes"}, 0x87)
        reply = wire.expect(LOGIN_RSP)
    return reply.status


def test_with_targetcli(fresh: Target) -> None:
    """One initiator, and not without the secret."""
    lines = lines_behind("Or with targetcli")
    assert lines[0].endswith(" /dev/vg0/disk2")
    fresh.vm.sh("mkdir -p /dev/vg0; ln -sf ../vdb /dev/vg0/disk2")
    start_bus(fresh.vm)
    type_in(fresh, lines)
    secret = lines[-2].rpartition("password=")[2]
    # with the right name alone, from each stage that a login can begin in
    for flags in (0x83, 0x87):
        with Wire(fresh.port, name=CLIENT) as wire:
            wire.login_pdu({**WHO, "AuthMethod": "None"} if flags == 0x83 else WHO, flags)
            reply = wire.expect(LOGIN_RSP)
            assert reply.status == AUTH_FAILED
            assert wire.closed()
    with Wire(fresh.port, name=CLIENT) as wire:
        assert chap(wire, secret[:-1] + "x") == AUTH_FAILED
    with Wire(fresh.port, name=CLIENT) as wire:
        assert chap(wire, secret) == 0
        check_disk(wire)


def test_usage_by_hand(target: Target) -> None:
    """One initiator; then all of it goes, in the opposite order."""
    lines = lines_behind("exported over iSCSI to one initiator", text_of("usage.rst"))
    type_in(target, lines)
    with Wire(target.port, name=CLIENT) as wire:
        wire.login(IQN)
    with Wire(target.port, name=CLIENT + "2") as wire:
        wire.login_pdu({**WHO, "InitiatorName": wire.name}, 0x87)
        assert wire.expect(LOGIN_RSP).status >> 8 == 2
    # it is refused before what refers to it is gone
    folder = "/sys/kernel/config/target/"
    for what in ("core/fileio_0/disk1", f"iscsi/{IQN}/tpgt_1/lun/lun_0"):
        refused = target.vm.sh(f"rmdir {folder}{what}", check=False).err
        assert "busy" in refused or "not empty" in refused


def test_usage_with_targetcli(target: Target) -> None:
    """As far as the first block goes everybody with the name gets in; then not."""
    text = text_of("usage.rst")
    # as large as the disk of this machine, which targetcli would fill with it
    target.vm.sh("truncate -s 1G /srv/disk1.img")
    start_bus(target.vm)
    type_in(target, lines_behind("With targetcli\n===", text))
    with Wire(target.port, name=CLIENT) as wire:
        wire.login(IQN)
    type_in(target, lines_behind("To ask for a secret", text))
    with Wire(target.port, name=CLIENT) as wire:
        wire.login_pdu({**WHO}, 0x87)
        assert wire.expect(LOGIN_RSP).status == AUTH_FAILED
    with Wire(target.port, name=CLIENT) as wire:
        assert chap(wire, "secret123456") == 0


def test_iscsi_by_hand(target: Target) -> None:
    """By folders alone a group asks for the secret from the start."""
    target.vm.call("lio.make", "core/fileio_0/disk0")
    target.write("core/fileio_0/disk0/control", "fd_dev_name=/srv/disk0.img,fd_dev_size=1048576")
    target.write("core/fileio_0/disk0/enable", "1")
    lines = lines_behind("by hand or with targetcli::", text_of("iscsi.rst"))
    assert lines[0] == "cd /sys/kernel/config/target/iscsi"
    type_in(target, lines)
    name = "iqn.2003-01.org.example:disks"
    with Wire(target.port, name=CLIENT) as wire:
        wire.login_pdu({**WHO, "TargetName": name}, 0x87)
        assert wire.expect(LOGIN_RSP).status == AUTH_FAILED
    with Wire(target.port, name=CLIENT) as wire:
        assert chap(wire, "twelve-or-more", "client", name) == 0
        check_disk(wire)


def group_of(document: dict[str, Any], target: str) -> dict[str, Any]:
    """Return the only group of a target."""
    (found,) = document["fabrics"]["iscsi"]["targets"][target]["groups"].values()
    group: dict[str, Any] = found
    return group


def test_config_tool(target: Target) -> None:
    """Installed as the document says, the tool does what is typed there."""
    text = text_of("config-tool.rst")
    target.vm.sh(f"make -C {TOP}/tools/targetcli-config install && mkdir -p /vdisks")
    type_in(target, lines_behind("A first configuration\n===", text))
    name = "iqn.2003-01.org.example:disks"
    group = f"iscsi/{name}/tpgt_1"
    with Wire(target.port, name=CLIENT) as wire:
        wire.login(name)
        check_disk(wire)
    check, dry_run, apply, rollback = lines_behind("From then on one edits the file", text)
    timeout = f"{group}/attrib/login_timeout"
    file = "/etc/target/config.yaml"
    edited = yaml.safe_load(target.vm.get(file).decode())
    group_of(edited, name)["attrib"]["login_timeout"] = 20
    target.vm.put(file, yaml.safe_dump(edited), 0o600)
    type_in(target, [check, dry_run])
    assert target.read(timeout) == "15\n"
    type_in(target, [apply])
    assert target.read(timeout) == "20\n"
    type_in(target, [rollback])
    assert target.read(timeout) == "15\n"
