# SPDX-License-Identifier: GPL-2.0-only
"""A tree of files is read as the kernel's would be, and the commands work on it."""
from __future__ import annotations

from pathlib import Path

import pytest
from targetconfig import cli, history, lock, sessions
from targetconfig.live import Tree
from targetconfig.problem import Problem

TPG = "iscsi/iqn.x:t/tpgt_1"
FILES = {
    "schema": 'dbroot text 1..255 default="/var/target" write=unused\n',
    "core/fileio_3/schema": "hba_info text - default=- write=never\n",
    "core/fileio_3/disk/schema":
        'alias text 0..511 default="" write=always\n'
        'alua_lu_gp text 1..255 default="default_lu_gp" write=always\n'
        "enable number 1..1 default=- write=new\n"
        "attrib/hw_block_size number 0..4096 default=- write=never\n"
        "attrib/emulate_tpu bool 0..1 default=0 write=always\n"
        "pr/state action - default=- write=always\n"
        "wwn/vpd_unit_serial text 1..253 default=- write=unexported\n"
        "control:fd_dev_name text 0..511 default=- write=new\n",
    "core/fileio_3/disk/alias": "\n",
    "core/fileio_3/disk/alua_lu_gp": "LU Group Alias: default_lu_gp\nLU Group ID: 0\n",
    "core/fileio_3/disk/enable": "1\n",
    "core/fileio_3/disk/options": "fd_dev_name=/srv/a=b\n",
    "core/fileio_3/disk/attrib/hw_block_size": "512\n",
    "core/fileio_3/disk/attrib/emulate_tpu": "1\n",
    "core/fileio_3/disk/pr/state": "generation 0\n",
    "core/fileio_3/disk/wwn/vpd_unit_serial": "T10 VPD Unit Serial Number: abc\n",
    "core/fileio_3/disk/statistics/scsi_dev/schema": "x text - default=- write=always\n",
    "iscsi/discovery_auth/schema": "lio_version text - default=- write=never\n",
    "iscsi/discovery_auth/userid": "\n",
    "iscsi/iqn.x:t/schema": "",
    f"{TPG}/schema": "enable bool 0..1 default=0 write=always\n"
                     "rtpi number 1..65535 default=- write=disabled\n"
                     'auth/password secret 0..255 default="" write=always\n',
    f"{TPG}/enable": "1\n",
    f"{TPG}/rtpi": "0x10\n",
    f"{TPG}/auth/password": "swordfish\n",
    f"{TPG}/sessions/list":
        "session 7 initiator=iqn.x:i isid=0x80 tsih=1 state=TARG_SESS_STATE_LOGGED_IN seconds=3\n"
        "  window depth=64 expcmdsn=1 maxcmdsn=64\n  luns 0\n"
        "  connection cid=0 state=x transport=TCP peer=[::1]:4711 local=[::1]:3260 statsn=1\n"
        "session 9 initiator=iqn.x:guest isid=0x80 tsih=2 state=TARG_SESS_STATE_FREE seconds=9\n",
    f"{TPG}/sessions/force_close": "",
    "iscsi/iqn.x:t/tpgt_2/schema": "rtpi number 1..65535 default=- write=disabled\n"
                                   "enable bool 0..1 default=0 write=always\n",
    "iscsi/iqn.x:t/tpgt_2/rtpi": "0x0\n",
    "iscsi/iqn.x:t/tpgt_2/enable": "0\n",
    "fc/discovery_auth/schema": "",
    "fc/20:00:00:00:00:00:00:01/schema": "",
    "fc/20:00:00:00:00:00:00:01/tpgt_1/schema": "enable bool 0..1 default=1 write=always\n",
    "fc/20:00:00:00:00:00:00:01/tpgt_1/enable": "1\n",
    "fc/20:00:00:00:00:00:00:01/tpgt_1/acls/20:00:00:00:00:00:00:02/schema": "",
    "fc/20:00:00:00:00:00:00:01/tpgt_1/sessions/list":
        "session 0x00a1b2 initiator=20:00:00:00:00:00:00:02 node=20:00:00:00:00:00:00:03 "
        "max_payload=2048 state=logged_in roles=FCP Initiator\n",
    "fc/20:00:00:00:00:00:00:01/tpgt_1/sessions/force_close": "",
    f"{TPG}/lun/lun_0/schema":
        'alua_tg_pt_gp text 1..255 default="default_tg_pt_gp" write=linked\n',
    f"{TPG}/lun/lun_0/alua_tg_pt_gp": "TG Port Alias: default_tg_pt_gp\nTG Port Group ID: 0\n",
    f"{TPG}/acls/iqn.x:i/schema": "",
}
DOCUMENT = """format: 1
backstores:
  fileio/disk:
    options:
      fd_dev_name: /srv/a=b
    attrib:
      emulate_tpu: 1
    wwn:
      vpd_unit_serial: abc
fabrics:
  fc:
    targets:
      '20:00:00:00:00:00:00:01':
        groups:
          '1':
            acls:
              '20:00:00:00:00:00:00:02': {}
  iscsi:
    targets:
      iqn.x:t:
        groups:
          '1':
            enable: 1
            rtpi: 16
            luns:
              '0': fileio/disk
            acls:
              iqn.x:i: {}
          '2': {}
"""


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder that looks like the kernel's tree."""
    top = tmp_path / "target"
    for name, text in FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (top / TPG / "lun/lun_0/link").symlink_to(top / "core/fileio_3/disk")
    monkeypatch.setattr(lock, "LOCK", str(tmp_path / "lock"))
    monkeypatch.setattr(history, "FOLDER", str(tmp_path / "history"))
    return str(top)


def test_dump(root: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--root", root, "dump"]) == 0
    lines = capsys.readouterr().out.splitlines(keepends=True)
    assert lines[1].startswith("generation: ")
    assert "".join(lines[:1] + lines[2:]) == DOCUMENT


def test_what_is_there_needs_no_step(root: str, tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "c.yaml")
    assert cli.main(["--root", root, "dump", "-o", file]) == 0
    assert cli.main(["--root", root, "diff", file]) == 0
    assert capsys.readouterr().out == "no difference\n"
    assert "swordfish" not in Path(file).read_text(encoding="utf-8")
    text = Path(file).read_text(encoding="utf-8").replace("rtpi: 16", "rtpi: 17")
    Path(file).write_text(text, encoding="utf-8")
    assert cli.main(["--root", root, "diff", file]) == 1
    assert capsys.readouterr().out.splitlines()[1] == f"echo 17 > {root}/{TPG}/rtpi"


def test_sessions(root: str) -> None:
    rows = [session.row() for session in sessions.listed(Tree(root))]
    assert rows == [("20:00:00:00:00:00:00:02", "20:00:00:00:00:00:00:01", "1", "0x00a1b2",
                     "logged_in"),
                    ("iqn.x:i", "iqn.x:t", "1", "[::1]:4711", "logged_in"),
                    ("iqn.x:guest", "iqn.x:t", "1", "-", "free")]
    assert sessions.kick(Tree(root), "iqn.x:guest") == 1
    assert Tree(root).read(f"{TPG}/sessions/force_close") == "9\n"
    with pytest.raises(Problem, match="not logged in"):
        sessions.kick(Tree(root), "iqn.x:nobody")
    assert sessions.kick(Tree(root), "20:00:00:00:00:00:00:02") == 1
    assert Tree(root).read("fc/20:00:00:00:00:00:00:01/tpgt_1/sessions/force_close") == \
        "0x00a1b2\n"


def test_check_says_who_would_notice(root: str, tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.yaml"
    wwpn = "20:00:00:00:00:00:00:02"
    for old, new, words in (
            ("vpd_unit_serial: abc", "vpd_unit_serial: abd",
             [f"interrupts users of {TPG}/lun/lun_0 (iqn.x:guest, iqn.x:i): rm "]),
            (f"              '{wwpn}': {{}}\n", "",
             [f"interrupts users of fc/20:00:00:00:00:00:00:01/tpgt_1/acls/{wwpn} ({wwpn}): "]),
            ("              iqn.x:i: {}\n", "",
             [f"interrupts users of {TPG}/acls/iqn.x:i (iqn.x:i): rmdir "]),
            ("          '2': {}\n", "", ["tpgt_2 (nobody is logged in): "])):
        assert old in DOCUMENT
        text = DOCUMENT.replace(old, new).replace("            acls:\n  iscsi", "  iscsi")
        file.write_text(text, encoding="utf-8")
        assert cli.main(["--root", root, "check", str(file)]) == 0
        said = capsys.readouterr().out
        assert all(word in said for word in words), said


def test_no_kernel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--root", str(tmp_path / "none"), "dump"]) == 2
    assert "modprobe target_core_mod" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["apply", "check", "diff"])
def test_a_file_that_is_not_there_is_the_reason(tmp_path: Path, command: str,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    """Also where there is no kernel to compare it with."""
    assert cli.main(["--root", str(tmp_path / "none"), command, "/nonexistent.yaml"]) == 2
    assert capsys.readouterr().err == \
        "targetcli-config: /nonexistent.yaml: No such file or directory\n"


def test_write(root: str) -> None:
    tree = Tree(root)
    tree.write(f"{TPG}/rtpi", "18")
    assert (tree.read(f"{TPG}/rtpi") or "").startswith("18\n")
    with pytest.raises(OSError):
        tree.write(f"{TPG}/none", "1")
