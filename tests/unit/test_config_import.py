# SPDX-License-Identifier: GPL-2.0-only
"""Imports, scstadmin's commands, and what the tables of the tool are made from."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from targetconfig import doctor, edit, fc, saveconfig, scst, sessions, table
from targetconfig.arguments import parse
from targetconfig.document import to_state
from targetconfig.problem import Problem

SAVED: dict[str, Any] = {
    "storage_objects": [
        {"plugin": "fileio", "name": "f", "dev": "/srv/f", "size": 1048576, "write_back": True,
         "wwn": "11111111-2222", "attributes": {"emulate_tpu": 1, "queue_depth": 64},
         "alua_tpgs": [{"name": "g", "tg_pt_gp_id": 7, "preferred": 1},
                       {"name": "default_tg_pt_gp", "tg_pt_gp_id": 0}]},
        {"plugin": "block", "name": "b", "dev": "/dev/vdb", "readonly": True, "wwn": "3"},
        {"plugin": "ramdisk", "name": "r", "size": 8192, "nullio": True},
        {"plugin": "pscsi", "name": "p", "dev": "/dev/sg0"}],
    "targets": [{"fabric": "iscsi", "wwn": "iqn.x:t", "tpgs": [{
        "tag": 1, "enable": True, "attributes": {"authentication": 0},
        "portals": [{"ip_address": "::1", "port": 3261, "iser": False},
                    {"ip_address": "10.0.0.1", "port": 3260, "iser": True}],
        "luns": [{"index": 0, "storage_object": "/backstores/fileio/f",
                  "alua_tg_pt_gp_name": "g"},
                 {"index": 1, "storage_object": "/backstores/block/b"}],
        "node_acls": [{"node_wwn": "iqn.x:i", "chap_userid": "u", "chap_password": "p",
                       "chap_mutual_userid": "mu", "chap_mutual_password": "mp",
                       "mapped_luns": [{"index": 5, "tpg_lun": 1, "write_protect": True}]}]}]}],
    "fabric_modules": [{"fabric": "iscsi", "discovery_enable_auth": True,
                        "discovery_userid": "d", "discovery_password": "dp",
                        "discovery_mutual_userid": "md"}],
}


def test_saveconfig() -> None:
    found = saveconfig.convert(SAVED)
    assert len(found.lost) == 2 and "only TCP" in found.lost[1]
    document = found.document()
    state = to_state(document)
    unit = state["core/fileio_0/f"].values
    assert unit["wwn/vpd_unit_serial"] == "11111111-2222"
    assert unit["control:fd_buffered_io"] == "1" and unit["attrib/queue_depth"] == "64"
    assert state["core/iblock_0/b"].values["control:readonly"] == "1"
    assert state["core/rd_mcp_0/r"].values["control:rd_pages"] == "2"
    tpg = "iscsi/iqn.x:t/tpgt_1"
    assert {f"{tpg}/np/[::1]:3261", f"{tpg}/np/10.0.0.1:3260"} <= set(state)
    assert state[f"{tpg}/lun/lun_0"].values["alua_tg_pt_gp"] == "g"
    assert state[f"{tpg}/acls/iqn.x:i"].values["auth/password_mutual"] == "mp"
    mapped = state[f"{tpg}/acls/iqn.x:i/lun_5"]
    assert mapped.link == f"{tpg}/lun/lun_1" and mapped.values["write_protect"] == "1"
    assert state["iscsi"].values == {
        "discovery_auth/userid": "d", "discovery_auth/password": "dp",
        "discovery_auth/userid_mutual": "md", "discovery_auth/enforce_discovery_auth": "1"}


def test_what_is_no_saveconfig() -> None:
    with pytest.raises(Problem, match="no storage_objects and no targets"):
        saveconfig.convert({"format": 1})
    assert not saveconfig.convert({"storage_objects": [], "targets": []}).backstores


def test_saveconfig_of_fibre_channel() -> None:
    """Port names get colons; a file that knows nothing of enabling means a group that is."""
    document = saveconfig.convert({"targets": [{
        "fabric": "tcm_fc", "wwn": "naa.2000525400123456", "tpgs": [{
            "tag": 1, "node_acls": [{"node_wwn": "naa.2000525400654321"}]}]}]}).document()
    assert document["fabrics"]["fc"]["targets"] == {"20:00:52:54:00:12:34:56": {
        "groups": {1: {"enable": 1, "acls": {"20:00:52:54:00:65:43:21": {}}}}}}


SCST = """# scst.conf
HANDLER vdisk_fileio {
	DEVICE disk01 {
		filename /vdisks/disk01
		read_only 1
		usn abcd0001
		t10_dev_id 0x0001
		naa_id 0x6000000000000001
		rotational 0
		removable 1
		cluster_mode 0
	}
	DEVICE disk02 {
		filename "/vdisks/disk 02"
		blocksize 4096
		nv_cache 1
		usn abcd0002
		something 7
	}
}
HANDLER vdisk_blockio {
	DEVICE blk {
		filename /dev/sdb
	}
}
HANDLER vdisk_nullio {
	DEVICE null {
		size_mb 100
	}
}
HANDLER vcdrom {
	DEVICE cd {
	}
}
TARGET_DRIVER iscsi {
	enabled 1
	TARGET iqn.x:t {
		enabled 1
		rel_tgt_id 3
		IncomingUser "joe 12charsecret"
		InitialR2T No
		LUN 0 disk01
		GROUP g1 {
			LUN 0 disk02 {
				read_only 0
			}
			LUN 1 disk01
			INITIATOR iqn.x:i1
			INITIATOR iqn.x:*
		}
	}
}
TARGET_DRIVER copy_manager {
}
"""


def test_scst() -> None:
    found = scst.convert(SCST)
    lost = "\n".join(found.lost)
    for words in ("vcdrom", "something 7", "iqn.x:*", "copy_manager", "naa_id 0x6",
                  "removable 1", "disk02: no t10_dev_id"):
        assert words in lost
    assert "cluster_mode" not in lost and "rotational" not in lost
    state = to_state(found.document())
    one = state["core/fileio_0/disk01"].values
    assert {key: value for key, value in one.items() if key.startswith("wwn/")} == {
        "wwn/vpd_unit_serial": "abcd0001", "wwn/t10_dev_id": "0x0001", "wwn/naa_id": "none",
        "wwn/vendor_id": "SCST_FIO", "wwn/product_id": "disk01"}
    assert state["core/fileio_0/disk01"].values["attrib/is_nonrot"] == "1"
    two = state["core/fileio_0/disk02"].values
    assert two["attrib/block_size"] == "4096" and "control:fd_buffered_io" not in two
    assert two["control:fd_dev_name"] == "/vdisks/disk 02"
    assert state["core/rd_mcp_0/null"].values["control:rd_pages"] == str(100 << 8)
    tpg = "iscsi/iqn.x:t/tpgt_1"
    assert state[tpg].values["rtpi"] == "3"
    assert state[tpg].values["auth/password"] == "12charsecret"
    assert state[tpg].values["attrib/generate_node_acls"] == "1"
    assert state[tpg].values["attrib/demo_mode_write_protect"] == "1"
    assert state[f"{tpg}/lun/lun_0"].link == "core/fileio_0/disk01"
    mapped = state[f"{tpg}/acls/iqn.x:i1/lun_1"]
    assert mapped.link == f"{tpg}/lun/lun_0" and mapped.values["write_protect"] == "1"
    first = state[f"{tpg}/acls/iqn.x:i1/lun_0"].link
    assert first and state[first].link == "core/fileio_0/disk02"


def test_scst_mixed_default() -> None:
    """A disk that was read-only for everybody stays so, and what that costs is said."""
    found = scst.convert(SCST.replace("LUN 0 disk01\n\t\tGROUP",
                                      "LUN 0 disk01\n\t\tLUN 5 disk02\n\t\tGROUP"))
    values = to_state(found.document())["iscsi/iqn.x:t/tpgt_1"].values
    assert values["attrib/demo_mode_write_protect"] == "1"
    assert any("LUN 5: disk02 is read-only" in line for line in found.lost)


@pytest.mark.parametrize("word, text, kept", [
    ("naa_id", "0x6001405abcdef12345678901234567890", "none"),
    ("naa_id", "0x6001405ABCDEF1234567890123456789", "6001405abcdef1234567890123456789"),
    ("naa_id", "5001405abcdef123", "5001405abcdef123"),
    ("naa_id", "0x4001405abcdef123", "none"),
    ("eui64_id", "0x020000fffe000001", "020000fffe000001"),
    ("eui64_id", "0x0200", None)])
def test_scst_identifiers(word: str, text: str, kept: str | None) -> None:
    """An identifier stays what it is; one that is none is said to be none."""
    found = scst.convert("HANDLER vdisk_blockio {\n\tDEVICE d {\n\t\tfilename /dev/d\n\t\t"
                         f"{word} {text}\n\t}}\n}}\n")
    values = to_state(found.document())["core/iblock_0/d"].values
    assert values.get(f"wwn/{word}") == kept and values["wwn/vendor_id"] == "SCST_BIO"
    assert any(word in line for line in found.lost) == (kept in (None, "none"))


def test_scst_read_only_in_one_group() -> None:
    """A LUN that is read-only for some is not for others."""
    group = "\t\tGROUP {0} {{\n\t\t\tLUN 0 disk02 {{\n\t\t\t\tread_only {1}\n\t\t\t}}\n" \
            "\t\t\tINITIATOR iqn.x:{0}\n\t\t}}\n"
    start = SCST.index("\t\tGROUP g1"), SCST.index("\t}\n}\nTARGET_DRIVER copy")
    state = to_state(scst.convert(SCST[:start[0]] + group.format("a", 1) + group.format("b", 0)
                                  + SCST[start[1]:]).document())
    acls = "iscsi/iqn.x:t/tpgt_1/acls"
    assert state[f"{acls}/iqn.x:a/lun_0"].values["write_protect"] == "1"
    assert state[f"{acls}/iqn.x:b/lun_0"].values.get("write_protect", "0") == "0"


def test_scst_users() -> None:
    """An initiator with an ACL proves itself as before; so does who asks for names."""
    found = scst.convert(SCST.replace(
        'IncomingUser "joe 12charsecret"', 'IncomingUser "joe 12charsecret"\n\t\t'
        'IncomingUser "jim othersecret1"\n\t\tOutgoingUser "me mysecret1234"').replace(
        "iscsi {\n\tenabled 1", 'iscsi {\n\tenabled 1\n\tIncomingUser "ask askssecret12"'))
    state = to_state(found.document())
    wanted = {"auth/userid": "joe", "auth/password": "12charsecret",
              "auth/userid_mutual": "me", "auth/password_mutual": "mysecret1234"}
    for path in ("iscsi/iqn.x:t/tpgt_1", "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i1"):
        assert wanted.items() <= state[path].values.items()
    assert state["iscsi/iqn.x:t/tpgt_1"].values["attrib/authentication"] == "1"
    assert state["iscsi"].values == {
        "discovery_auth/userid": "ask", "discovery_auth/password": "askssecret12",
        "discovery_auth/enforce_discovery_auth": "1"}
    assert "TARGET iqn.x:t: IncomingUser jim: there is one user, the first" in found.lost


def test_scst_initiator_in_two_groups() -> None:
    """The first counts, and who comes later can be added to it by its name."""
    found = scst.convert(SCST.replace("GROUP g1 {", "GROUP g0 {\n\t\t\tLUN 7 disk01\n\t\t\t"
                                      "INITIATOR iqn.x:i1\n\t\t}\n\t\tGROUP g1 {"))
    acls = edit.group(found.document(), "iqn.x:t")["acls"]
    assert acls["iqn.x:i1"]["tag"] == "g0" and list(acls["iqn.x:i1"]["luns"]) == [7]
    assert "GROUP g1: INITIATOR iqn.x:i1: it is in another group already" in found.lost
    assert edit.members({"fabrics": found.fabrics}, "iqn.x:t", "g0") == ["iqn.x:i1"]


def test_scst_nothing_is_lost_without_a_word() -> None:
    more = SCST.replace("GROUP g1 {", "GROUP g1 {\n\t\t\tblack_hole 1").replace(
        "iscsi {\n\tenabled 1", "iscsi {\n\tenabled 1\n\tlink_local 0")
    before = scst.convert(SCST).lost
    lost = scst.convert(f"setup_id 5\nDEVICE_GROUP dg {{\n\tDEVICE disk01\n}}\n{more}").lost
    assert [line for line in lost if line not in before] == [
        "setup_id 5: no equivalent", "DEVICE_GROUP dg: no equivalent",
        "TARGET_DRIVER iscsi: link_local 0: no equivalent", "GROUP g1: black_hole 1: no equivalent"]


def test_scst_driver_that_is_off() -> None:
    state = to_state(scst.convert(SCST.replace("iscsi {\n\tenabled 1", "iscsi {\n\tenabled 0"))
                     .document())
    assert state["iscsi/iqn.x:t/tpgt_1"].values["enable"] == "0"


@pytest.mark.parametrize("text, words", [
    ("", "no HANDLER and no TARGET_DRIVER"), ("setup_id 1\n", "no HANDLER and no TARGET_DRIVER"),
    ("HANDLER x {\n", "has no }"), ("}\n", "scst.conf:1"), ("A 'b\n", "scst.conf:1"),
    (SCST.replace("rel_tgt_id 3", "rel_tgt_id x"), "rel_tgt_id 'x' is no number"),
    (SCST.replace("LUN 0 disk01\n\t\tGROUP", "LUN y disk01\n\t\tGROUP"), "LUN 'y'"),
    (SCST.replace("size_mb 100", "size_mb big"), "size_mb 'big'")])
def test_scst_mistakes(text: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        scst.convert(text)


# -- scstadmin's habits

def test_edits() -> None:
    document: dict[str, Any] = {}
    edit.add_device(document, "d1", "fileio", "filename=/a,size=1M,read_only")
    edit.add_device(document, "d2", "vdisk_blockio", "filename=/dev/sdb,blocksize=4096")
    edit.add_target(document, "iscsi", "iqn.x:t")
    edit.add_lun(document, "iqn.x:t", 0, "d1")
    edit.add_initiator(document, "iqn.x:t", "iqn.i:1", "g1")
    edit.add_initiator(document, "iqn.x:t", "iqn.i:2")
    edit.add_lun(document, "iqn.x:t", 1, "d2", edit.members(document, "iqn.x:t", "g1"))
    with pytest.raises(Problem, match="did you mean g1"):
        edit.members(document, "iqn.x:t", "g11")
    state = to_state(document)
    acl = "iscsi/iqn.x:t/tpgt_1/acls/iqn.i:1"
    assert state[f"{acl}/lun_0"].values == {"write_protect": "1"}
    assert state[f"{acl}/lun_1"].values == {} and state[acl].values == {"tag": "g1"}
    assert f"{acl[:-1]}2/lun_0" in state and f"{acl[:-1]}2/lun_1" not in state
    assert state["core/fileio_0/d1"].values["control:fd_dev_size"] == str(1 << 20)
    with pytest.raises(Problem, match="did you mean d1"):
        edit.add_lun(document, "iqn.x:t", 2, "dd1")
    with pytest.raises(Problem, match="did you mean fileio"):
        edit.add_device(document, "x", "filio", "")
    with pytest.raises(Problem, match="filename=PATH"):
        edit.add_device(document, "x", "fileio", "size=1M")
    with pytest.raises(Problem, match="did you mean iqn.x:t"):
        edit.group(document, "iqn.x:tt")


def test_read_only_holds_for_those_who_come_later() -> None:
    document: dict[str, Any] = {}
    edit.add_device(document, "d", "fileio", "filename=/a,size=1M")
    edit.add_target(document, "iscsi", "iqn.x:t")
    with pytest.raises(Problem, match="read-only for whom"):
        edit.add_lun(document, "iqn.x:t", 0, "d", read_only=True)
    edit.add_initiator(document, "iqn.x:t", "iqn.i:1")
    edit.add_lun(document, "iqn.x:t", 0, "d", read_only=True)
    edit.add_initiator(document, "iqn.x:t", "iqn.i:2")
    acls = edit.group(document, "iqn.x:t")["acls"]
    assert acls["iqn.i:2"]["luns"] == {"0": {"lun": 0, "write_protect": 1}}
    acls["iqn.i:1"]["luns"]["0"] = 0
    edit.add_initiator(document, "iqn.x:t", "iqn.i:3")
    assert acls["iqn.i:3"]["luns"] == {"0": 0}


def test_a_new_member_sees_what_its_group_sees() -> None:
    document: dict[str, Any] = {}
    edit.add_target(document, "iscsi", "iqn.x:t")
    for name in ("d0", "d1"):
        edit.add_device(document, name, "fileio", f"filename=/{name},size=1M")
    for name, tag in (("iqn.i:1", "g1"), ("iqn.i:2", "g2")):
        edit.add_initiator(document, "iqn.x:t", name, tag)
    for device, tag in (("d0", "g1"), ("d1", "g2")):
        edit.add_lun(document, "iqn.x:t", 0, device, edit.members(document, "iqn.x:t", tag))
    edit.add_initiator(document, "iqn.x:t", "iqn.i:3", "g2")
    acls = edit.group(document, "iqn.x:t")["acls"]
    assert acls["iqn.i:3"]["luns"] == acls["iqn.i:2"]["luns"] == {"0": 1}
    assert acls["iqn.i:1"]["luns"] == {"0": 0}


@pytest.mark.parametrize("text, size", [("512", 512), ("1k", 1024), ("2G", 2 << 30)])
def test_sizes(text: str, size: int) -> None:
    assert edit.parse_size(text) == size


def test_command_line() -> None:
    options = parse(["add-lun", "3", "--target", "t", "--device", "d", "-n"])
    assert (options.number, options.dry_run) == (3, True)
    with pytest.raises(SystemExit) as caught:
        parse(["nonsense"])
    assert caught.value.code == 2


# -- what is there

def test_sessions() -> None:
    text = ("session 4 initiator=iqn.i isid=0x800000000001 tsih=1 "
            "state=TARG_SESS_STATE_LOGGED_IN seconds=12\n  luns 0 1\n"
            "  connection cid=0 state=x transport=TCP peer=10.0.0.2:4711 local=10.0.0.1:3260\n"
            "session 5 initiator=iqn.j isid=0x800000000002 tsih=2 state=x seconds=1\n")
    first, second = sessions.parse_list("iscsi/iqn.t/tpgt_3", text)
    assert first.row() == ("iqn.i", "iqn.t", "3", "10.0.0.2:4711", "logged_in")
    assert (first.number, second.number, second.address) == ("4", "5", "-")
    assert sessions.parse_list("iscsi/iqn.t/tpgt_3", "") == []
    nexus, = sessions.parse_list("fc/20:00/tpgt_1", "session 0x00a1b2 initiator=21:00 node=20:00 "
                                 "max_payload=2048 state=logged_in roles=FCP Initiator\n")
    assert nexus.row() == ("21:00", "20:00", "1", "0x00a1b2", "logged_in")


def test_fc_tables(tmp_path: Path) -> None:
    host, port = tmp_path / "fc_host/host3", tmp_path / "fc_remote_ports/rport-3:0-1"
    for folder, files in ((host, {"port_name": "0x2000001122334455\n", "port_id": "0x01\n",
                                  "port_state": "Online\n",
                                  "symbolic_name": "fcoe v0.1 over eth1 : vport\n"}),
                          (port, {"port_name": "0x2000001122334466\n", "port_id": "0x02\n",
                                  "port_state": "Online\n", "roles": "FCP Initiator\n"})):
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="ascii")
    assert fc.local(str(tmp_path)) == [
        ("host3", "20:00:00:11:22:33:44:55", "0x01", "Online", "eth1")]
    assert fc.remote(str(tmp_path)) == [
        ("3:0-1", "20:00:00:11:22:33:44:66", "0x02", "Online", "FCP Initiator")]
    assert fc.local(str(tmp_path / "none")) == []
    text = table.render(fc.LOCAL, fc.local(str(tmp_path)))
    assert text.splitlines()[0].startswith("host   port name")


def test_doctor() -> None:
    assert doctor.addresses("2: eth0    inet 10.0.0.1/24 brd x\n3: eth1    inet6 fe80::1/64 s\n") \
        == {"10.0.0.1": "eth0", "fe80::1": "eth1"}
    assert doctor.offloads("tcp-segmentation-offload: off\ngeneric-receive-offload: on\n") == \
        ["tcp-segmentation-offload"]
    crypto = ("name         : crc32c\ndriver       : crc32c-generic\npriority     : 100\n\n"
              "name         : crc32c\ndriver       : crc32c-intel\npriority     : 200\n")
    assert doctor.crc32c(crypto) == ("crc32c-intel", True)
    assert doctor.crc32c(crypto.split("\n\n", maxsplit=1)[0])[1] is False
    assert doctor.log_lines("a\n[1] target: x\n[2] iscsi_target_mod: y\nb\n") == \
        ["[1] target: x", "[2] iscsi_target_mod: y"]


PROGRAMS = {
    "ip": "2: eth0    inet 10.0.0.1/24 brd x\n",
    "ethtool": "tcp-segmentation-offload: off\ngeneric-receive-offload: on\n",
    "nft": "chain input { policy drop; tcp dport 22 accept }",
    "ss": 'LISTEN 0 5 0.0.0.0:3261 0.0.0.0:* users:(("other",pid=1,fd=3))\n',
    "dmesg": "",
}
DOCTORED = {
    "format": 1, "backstores": {}, "fabrics": {"iscsi": {"targets": {"iqn.x:t": {"groups": {1: {
        "portals": ["10.0.0.1:3260", "10.0.0.9:3261"]}}}}}}}


@pytest.mark.parametrize("missing, words", [
    ("", ["ok    portal 10.0.0.1:3260", "WRONG portal 10.0.0.9:3261: no interface",
          "slow  eth0: tcp-segmentation-offload off", "WRONG firewall: .* port 3260 is in no rule",
          "WRONG port 0.0.0.0:3261: .*other"]),
    ("ip", [r"\?     portals: ip does not say"]),
    ("ethtool", [r"\?     eth0: offloads: ethtool does not say"]),
    ("nft", [r"\?     firewall: port 3260: neither nft nor iptables says"]),
    ("ss", [r"\?     ports: ss does not say"])])
def test_doctor_says_what_it_could_not_look_at(monkeypatch: pytest.MonkeyPatch, missing: str,
                                               words: list[str]) -> None:
    monkeypatch.setattr(doctor, "run", lambda name, *_: PROGRAMS.get(name)
                        if name != missing else None)
    lines = doctor.report(to_state(DOCTORED))
    for word in words:
        assert [line for line in lines if re.match(word, line)], lines
    assert not missing or not [line for line in lines if "eth0: offloads" in line
                               and line.startswith("ok")]
