# SPDX-License-Identifier: GPL-2.0-only
"""Who may log in: ACLs, demo mode, CHAP in one and in both directions."""
from __future__ import annotations

import hashlib

import pytest

from functional.lab import OPEN, TARGET, Initiator, Target
from guest.raw_pdu import LOGIN_RSP, Wire
from rig.errors import CommandFailed

SECRET, SECRET_BACK = "twelve-chars-or-more", "the-other-direction"
AUTH = {"userid": "alice", "password": SECRET}
MUTUAL = {**AUTH, "userid_mutual": "target", "password_mutual": SECRET_BACK}
# iscsiadm's codes for a login that the target refused.
LOGIN_FAILED, LOGIN_REFUSED = 19, 24
CHAP_ON = {"authentication": 1}


def acl(initiator: Initiator, auth: dict[str, str] | None = None) -> dict[str, dict[str, object]]:
    """Return the ACLs for one initiator."""
    return {initiator.name: {"auth": auth or {}}}


def sessions(initiator: Initiator) -> int:
    """Return how many sessions there are."""
    return len(initiator.vm.call("initiator.sessions", TARGET))


def test_acl_without_chap(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator), attrib={"authentication": 0})
    assert list(initiator.login([0])) == ["0"]
    assert sessions(initiator) == 1
    initiator.logout()
    assert sessions(initiator) == 0


def test_chap(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator, AUTH), attrib=CHAP_ON)
    assert list(initiator.login([0], settings=initiator.chap("alice", SECRET))) == ["0"]


def test_mutual_chap(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator, MUTUAL), attrib=CHAP_ON)
    settings = initiator.chap("alice", SECRET, "target", SECRET_BACK)
    assert list(initiator.login([0], settings=settings)) == ["0"]


def test_initiator_refuses_a_target_with_a_wrong_secret(target: Target,
                                                        initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator, MUTUAL), attrib=CHAP_ON)
    settings = initiator.chap("alice", SECRET, "target", "not-the-right-one")
    assert initiator.try_login(settings) != 0
    assert sessions(initiator) == 0


@pytest.mark.parametrize("pair", [("alice", "wrong-wrong-wrong"), ("mallory", SECRET),
                                  ("alice", SECRET + "x"), ("alice", SECRET[:-1])],
                         ids=["secret", "user", "longer", "shorter"])
def test_wrong_credentials(target: Target, initiator: Initiator, pair: tuple[str, str]) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator, AUTH), attrib=CHAP_ON)
    assert initiator.try_login(initiator.chap(*pair)) == LOGIN_REFUSED
    assert sessions(initiator) == 0


def test_chap_is_not_optional(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), acls=acl(initiator, AUTH), attrib=CHAP_ON)
    assert initiator.try_login() in (LOGIN_FAILED, LOGIN_REFUSED)


AUTH_FAILED = 0x0201
RAW = "iqn.2003-01.org.example:raw"


@pytest.mark.parametrize("param", ["CHAP,None", "None", "CHAP"])
@pytest.mark.parametrize("whose", ["group", "acl"])
def test_no_way_around_chap(target: Target, whose: str, param: str) -> None:
    """Whoever has to authenticate itself does, whatever else param/AuthMethod names."""
    tpg = target.iscsi(target.disk("ramdisk"), acls={RAW: {"auth": AUTH}},
                       attrib={"authentication": int(whose == "group")})
    target.write(f"{tpg}/param/AuthMethod", param)
    if whose == "acl":
        target.write(f"{tpg}/acls/{RAW}/attrib/authentication", "1")
    who = {"InitiatorName": RAW, "TargetName": TARGET, "SessionType": "Normal"}
    # security stage or operational stage first, each asking for full feature phase
    tries: list[tuple[int, dict[str, str]]] = [(0x83, {"AuthMethod": "None"}), (0x83, {}),
                                               (0x87, {})]
    for flags, keys in tries:
        with Wire(target.port, name=RAW) as wire:
            wire.login_pdu({**who, **keys}, flags)
            reply = wire.expect(LOGIN_RSP)
            done = reply.status == 0 and reply.flags & 0x83 == 0x83
            assert not done, f"logged in without a secret: flags {flags:#x}, {keys}"
            assert flags == 0x83 or reply.status == AUTH_FAILED
    with Wire(target.port, name=RAW) as wire:
        wire.login_pdu({**who, "AuthMethod": "None,CHAP"}, 0x83)
        reply = wire.expect(LOGIN_RSP)
        assert (reply.status, reply.pairs()["AuthMethod"]) == (0, "CHAP")
    assert target.read(f"{tpg}/sessions/list") == ""


# Number in CHAP_A (IANA, "PPP Authentication Algorithms"), and the response to challenge
# 00 01 .. 1f with identifier 5a and SECRET, as openssl dgst computes it.
ALGORITHMS = {
    "5": ("md5",
          "10c586669af40278d6d37f042b16b58c"),
    "6": ("sha1",
          "b46e2e067ab2b5c447bff3b35edc83640ef05e85"),
    "7": ("sha256",
          "52de4133cd5cd458e2536667c5227f2f657e35d7b3396633d354381618d9e9b0"),
    "8": ("sha3_256",
          "5fafa423b482a640f7c7a5671f1bbec8c8a705df6aa5a13026bc971574c02998"),
}


def chap_response(name: str, identifier: int, secret: str, challenge: bytes) -> bytes:
    """RFC 1994: the digest of identifier, secret and challenge."""
    return hashlib.new(name, bytes([identifier]) + secret.encode() + challenge).digest()


@pytest.mark.parametrize("number", list(ALGORITHMS))
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_chap_algorithms(target: Target, number: str, right: bool) -> None:
    """Each algorithm, in both directions, by a client that computes it for itself."""
    name, known = ALGORITHMS[number]
    assert chap_response(name, 0x5a, SECRET, bytes(range(32))).hex() == known
    target.iscsi(target.disk("ramdisk"), acls={RAW: {"auth": MUTUAL}}, attrib=CHAP_ON)
    with Wire(target.port, name=RAW) as wire:
        wire.login_pdu({"InitiatorName": RAW, "TargetName": TARGET, "SessionType": "Normal",
                        "AuthMethod": "CHAP"}, 0x00)
        assert wire.expect(LOGIN_RSP).pairs()["AuthMethod"] == "CHAP"
        wire.login_pdu({"CHAP_A": number}, 0x00)
        asked = wire.expect(LOGIN_RSP).pairs()
        assert asked["CHAP_A"] == number
        challenge = bytes.fromhex(asked["CHAP_C"].removeprefix("0x"))
        response = chap_response(name, int(asked["CHAP_I"]), SECRET, challenge)
        if not right:
            response = response[:-1] + bytes([response[-1] ^ 1])
        ours = bytes(range(64, 96))
        wire.login_pdu({"CHAP_N": "alice", "CHAP_R": f"0x{response.hex()}", "CHAP_I": "33",
                        "CHAP_C": f"0x{ours.hex()}"}, 0x83)
        reply = wire.expect(LOGIN_RSP)
        if not right:
            assert reply.status == AUTH_FAILED
            return
        said = reply.pairs()
        assert (reply.status, said["CHAP_N"]) == (0, "target")
        assert bytes.fromhex(said["CHAP_R"].removeprefix("0x")) == \
            chap_response(name, 33, SECRET_BACK, ours)
        assert reply.flags & 0x83 == 0x83
        assert wire.answers()


def test_the_strongest_algorithm_is_chosen(target: Target) -> None:
    target.iscsi(target.disk("ramdisk"), acls={RAW: {"auth": AUTH}}, attrib=CHAP_ON)
    for offer, wanted in (("5,6,7,8", "8"), ("5,7,6", "7"), ("5,6", "6"), ("99,5", "5")):
        with Wire(target.port, name=RAW) as wire:
            wire.login_pdu({"InitiatorName": RAW, "TargetName": TARGET, "SessionType": "Normal",
                            "AuthMethod": "CHAP"}, 0x00)
            wire.expect(LOGIN_RSP)
            wire.login_pdu({"CHAP_A": offer}, 0x00)
            assert wire.expect(LOGIN_RSP).pairs()["CHAP_A"] == wanted


def test_no_acl(target: Target, initiator: Initiator) -> None:
    others: dict[str, dict[str, object]] = {"iqn.2003-01.org.example:someone-else": {}}
    target.iscsi(target.disk("ramdisk"), acls=others, attrib={"authentication": 0})
    assert initiator.try_login() in (LOGIN_FAILED, LOGIN_REFUSED)
    assert sessions(initiator) == 0


def test_demo_mode_writes(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), attrib=OPEN)
    device = initiator.login([0])["0"]
    assert initiator.vm.sh(f"blockdev --getro {device}").out == "0\n"
    initiator.vm.sh(f"dd if=/dev/zero of={device} bs=64k count=1 oflag=direct")


def test_demo_mode_is_read_only_by_default(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"),
                 attrib={"authentication": 0, "generate_node_acls": 1})
    device = initiator.login([0])["0"]
    assert initiator.vm.sh(f"blockdev --getro {device}").out == "1\n"
    wrote = initiator.vm.sh(f"sg_dd if=/dev/zero of={device} bs=512 count=1 blk_sgio=1",
                            check=False)
    assert wrote.code != 0


def test_chap_of_the_group_in_demo_mode(target: Target, initiator: Initiator) -> None:
    target.iscsi(target.disk("ramdisk"), auth=AUTH, attrib={**OPEN, "authentication": 1})
    assert initiator.try_login(initiator.chap("alice", "wrong-wrong-wrong")) == LOGIN_REFUSED
    assert list(initiator.login([0], settings=initiator.chap("alice", SECRET))) == ["0"]


def test_disabled_group_refuses(target: Target, initiator: Initiator) -> None:
    tpg = target.open_iscsi(target.disk("ramdisk"))
    target.write(f"{tpg}/enable", "0")
    assert initiator.try_login() != 0
    target.write(f"{tpg}/enable", "1")
    assert initiator.try_login() == 0


def test_unknown_target(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"))
    assert initiator.try_login(target="iqn.2003-01.org.example:nobody") != 0
    assert not initiator.vm.call("initiator.sessions")


def test_an_initiator_sees_the_luns_of_its_acl(target: Target, initiator: Initiator) -> None:
    disks = [target.disk("ramdisk", megabytes=8 + number) for number in range(3)]
    target.iscsi(*disks, acls={initiator.name: {"luns": [0, 2]}}, attrib={"authentication": 0})
    found = initiator.login([0, 2])
    assert sorted(found) == ["0", "2"]
    sizes = initiator.vm.sh(f"blockdev --getsize64 {found['0']} {found['2']}").out.split()
    assert sizes == [str(8 << 20), str(10 << 20)]


def test_discovery(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"))
    found = initiator.vm.call("initiator.discover", initiator.portal)
    assert found == [f"{initiator.portal},1 {TARGET}"]


def test_discovery_chap(target: Target, initiator: Initiator) -> None:
    target.open_iscsi(target.disk("ramdisk"))
    for key, value in (*AUTH.items(), ("enforce_discovery_auth", "1")):
        target.write(f"iscsi/discovery_auth/{key}", value)
    prefix = "discovery.sendtargets.auth."
    wrong = {f"{prefix}authmethod": "CHAP", f"{prefix}username": "alice",
             f"{prefix}password": "wrong-wrong-wrong"}
    with pytest.raises(CommandFailed, match="iscsiadm.*exit"):
        initiator.vm.call("initiator.discover", initiator.portal, wrong)
    right = {**wrong, f"{prefix}password": SECRET}
    assert initiator.vm.call("initiator.discover", initiator.portal, right) == \
        [f"{initiator.portal},1 {TARGET}"]
