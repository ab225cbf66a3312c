# SPDX-License-Identifier: GPL-2.0-only
"""Portals on IPv6, on single addresses, and on several ports."""
from __future__ import annotations

from functional.lab import OPEN, TARGET, Initiator, Target


def test_login_by_ipv6(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"), portals=["[::]:3260"])
    device = initiator.login([0], portal=initiator.portal6)["0"]
    initiator.vm.sh(f"dd if=/dev/urandom of={device} bs=1M count=8 oflag=direct")
    peers = target.vm.sh("ss -Htn state established sport = :3260").out
    assert initiator.cable.ipv6(2) in peers


def test_wildcard_ipv6_takes_ipv4_too(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"), portals=["[::]:3260"])
    assert list(initiator.login([0])) == ["0"]


def test_discovery_names_each_address(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"),
                      portals=[f"{initiator.cable.ipv4(1)}:3260", initiator.portal6,
                               f"{initiator.cable.ipv4(1)}:3261"])
    wanted = sorted(f"{where},1 {TARGET}" for where in (
        initiator.portal, initiator.portal6, f"{initiator.cable.ipv4(1)}:3261"))
    assert initiator.vm.call("initiator.discover", initiator.portal) == wanted
    assert initiator.vm.call("initiator.discover", initiator.portal6) == wanted


def test_discovery_names_what_can_be_reached(target: Target, initiator: Initiator) -> None:
    """Not an IPv4 port by the IPv6 address, nor what another network has."""
    tpg = target.open_iscsi(target.disk("ramdisk"), portals=["0.0.0.0:3261", initiator.portal6])
    target.vm.sh(f"unshare -n mkdir /sys/kernel/config/target/{tpg}/np/0.0.0.0:3262")
    four = f"{initiator.cable.ipv4(1)}:3261,1 {TARGET}"
    six = f"{initiator.portal6},1 {TARGET}"
    assert initiator.vm.call("initiator.discover", initiator.portal6) == [six]
    assert initiator.vm.call("initiator.discover",
                             f"{initiator.cable.ipv4(1)}:3261") == sorted([four, six])


def test_a_portal_serves_its_group_only(target: Target, initiator: Initiator) -> None:
    address = initiator.cable.ipv4(1)
    small, large = target.disk("ramdisk", megabytes=8), target.disk("ramdisk", megabytes=16)
    target.iscsi(small, attrib=OPEN, tag=1, portals=[f"{address}:3260"])
    target.iscsi(large, attrib=OPEN, tag=2, portals=[f"{address}:3261"])
    for port, size in ((3260, 8), (3261, 16)):
        device = initiator.login([0], portal=f"{address}:{port}")["0"]
        assert initiator.vm.sh(f"blockdev --getsize64 {device}").out == f"{size << 20}\n"
        initiator.logout()


def test_removed_portal_stops_listening(target: Target, initiator: Initiator) -> None:
    tpg = target.open_iscsi(target.disk("ramdisk"), portals=["0.0.0.0:3260", "0.0.0.0:3261"])
    target.vm.sh(f"rmdir /sys/kernel/config/target/{tpg}/np/0.0.0.0:3261")
    listening = target.vm.sh("ss -Htln").out
    assert ":3260" in listening and ":3261" not in listening
    assert list(initiator.login([0])) == ["0"]


def test_two_targets_on_one_link_local_address(target: Target) -> None:
    """The interface is part of the address; the portals share one socket."""
    words = target.vm.sh("ip -6 -o addr show scope link | head -1").out.split()
    portal = f"[{words[3].split('/')[0]}%{words[1]}]:3260"
    groups = [target.iscsi(target.disk("ramdisk", megabytes=4), target=name, attrib=OPEN,
                           portals=[portal]) for name in (TARGET, f"{TARGET}-2")]
    listening = "ss -Htln sport = :3260 | wc -l"
    assert target.vm.sh(listening).out == "1\n"
    remove = f"rmdir '/sys/kernel/config/target/{{}}/np/{portal}'; {listening}"
    assert target.vm.sh(remove.format(groups[0])).out == "1\n"
    assert target.vm.sh(remove.format(groups[1])).out == "0\n"
