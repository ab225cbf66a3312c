# SPDX-License-Identifier: GPL-2.0-only
"""Documents: what they say, what is wrong with them, and how they are kept."""
from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from targetconfig import check, history, lock, secret, store
from targetconfig import state as st
from targetconfig.document import to_document, to_state
from targetconfig.problem import BUSY, Problem
from targetconfig.schema import Field, parse
from unit.config_model import SCHEMAS, TPG, apply
from unit.test_config_plan import BASE, changed

KNOWN = {"backstore fileio": SCHEMAS["backstore"], "tpg iscsi": SCHEMAS["tpg"],
         "lun iscsi": SCHEMAS["lun"], "acl iscsi": SCHEMAS["acl"]}


def mistakes(document: dict[str, Any]) -> list[str]:
    """Return what check says."""
    return check.problems(to_state(document), KNOWN)


# -- schema

def test_schema_lines() -> None:
    fields = parse('auth/password secret 0..255 default="" write=always # its secret\n'
                   "attrib/nopin_timeout number 0,3..60 default=15 write=always\n"
                   "later kind\n").fields
    assert fields["auth/password"] == Field("auth/password", "secret", "0..255", "", "always",
                                            "its secret")
    assert fields["attrib/nopin_timeout"].spans() == [(0, 0), (3, 60)]
    assert len(fields) == 2


@pytest.mark.parametrize("kind, values, value, good", [
    ("number", "0,3..60", "0", True), ("number", "0,3..60", "2", False),
    ("number", "0..1,3", "0x3", True), ("number", "0..1,3", "x", False),
    ("power", "512..4096", "1024", True), ("power", "512..4096", "1000", False),
    ("bool", "0..1", "yes", True), ("bool", "0..1", "2", False),
    ("word", "Yes|No", "Yes", True), ("word", "Yes|No", "yes", False),
    ("words", "CHAP|None", "CHAP,None", True), ("words", "CHAP|None", "CHAP,X", False),
    ("text", "1..4", "", False), ("text", "1..4", "abcd", True), ("text", "-", "x" * 999, True),
])
def test_values(kind: str, values: str, value: str, good: bool) -> None:
    assert (Field("f", kind, values).refuses(value) is None) == good


def test_what_is_shown_is_what_is_written() -> None:
    assert Field("wwn/vpd_unit_serial").shown("T10 VPD Unit Serial Number: ab\n") == "ab"
    assert Field("alua_lu_gp").shown("LU Group Alias: g\nLU Group ID: 1\n") == "g"
    assert Field("alua_tg_pt_gp").shown("TG Port Alias: g\nTG Port Group ID: 1\n") == "g"
    assert Field("alua_access_type").shown("Implicit and Explicit\n") == "3"
    assert Field("rtpi", "number", "1..65535").shown("0x10\n") == "16"


# -- documents

def test_round_trip() -> None:
    state, _ = apply({}, to_state(BASE))
    again = to_state(to_document(state), state)
    assert again.keys() == {path for path in state if not path.endswith("default_tg_pt_gp")}
    assert {path: node.link for path, node in again.items()} == \
        {path: state[path].link for path in again}


@pytest.mark.parametrize("document, words", [
    ({"backstore": {}}, "did you mean backstores"),
    ({"backstores": {"disk": {}}}, "fileio/disk"),
    ({"backstores": {"fileio/a": {"attribs": {"x": 1}}}}, "did you mean attrib"),
    ({"format": 99}, "update it"),
    ({"backstores": 3}, "no list of names"),
])
def test_mistakes_in_form(document: dict[str, Any], words: str) -> None:
    with pytest.raises(Problem, match=words):
        to_state(document)


@pytest.mark.parametrize("document, words", [
    (changed(a__attrib={"emulate_tpo": 1}), "did you mean attrib/emulate_tpu"),
    (changed(a__attrib={"block_size": 1000}), "a power of two, 512..4096"),
    (changed(a__attrib={"hw_block_size": 512}), "is no setting"),
    (changed(b__wwn={"vpd_unit_serial": "aaaa"}), "is also that of core/fileio_0/a"),
    (changed(b__options={"fd_dev_name": "/srv/a"}), "destroy each other's data"),
    (changed(b__options={"fd_dev_name": "/srv/b,c"}), "comma for the end of an option"),
    (changed(t__luns={0: "fileio/aa"}), "did you mean core/fileio_0/a"),
    (changed(t__luns={0: {"backstore": "fileio/a", "alua_tg_pt_gp": "g9"}}), "no group g9"),
    (changed(t__acls={"iqn.x:1": {"luns": {0: 5}}}), "there is no .*lun_5"),
    (changed(t__auth={"password": "x" * 300}), "'?a secret'? is refused"),
])
def test_mistakes_in_content(document: dict[str, Any], words: str) -> None:
    import re
    found = "\n".join(mistakes(document))
    assert re.search(words, found), found
    assert "x" * 300 not in found


def test_no_mistakes() -> None:
    assert mistakes(BASE) == []


# -- files

SECRET = changed(t__auth={"userid": "u", "password": "swordfish"})


@pytest.mark.parametrize("name", ["c.yaml", "c.json"])
def test_secrets_are_apart(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    store.write(str(path), SECRET)
    assert "swordfish" not in path.read_text(encoding="utf-8")
    apart = [file for file in tmp_path.iterdir() if file != path]
    assert len(apart) == 1 and stat.S_IMODE(apart[0].stat().st_mode) == 0o600
    assert to_state(store.read(str(path))) == to_state(SECRET)
    store.write(str(path), changed(t__auth={"userid": "u", "password": "other"}))
    assert len(list(tmp_path.iterdir())) == 2
    os.chmod(next(file for file in tmp_path.iterdir() if file != path), 0o644)
    with pytest.raises(Problem, match="chmod 600"):
        store.read(str(path))


def test_secrets_of_what_is_gone_are_dropped() -> None:
    public, secrets = secret.take_out(SECRET)
    assert not secret.has_any(public) and secret.has_any(secrets)
    assert secret.put_back(public, secrets) == SECRET or \
        to_state(secret.put_back(public, secrets)) == to_state(SECRET)
    assert secret.put_back({"format": 1}, secrets) == {"format": 1}


def test_an_empty_configuration_replaces_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "c.yaml")
    store.write(path, BASE)
    with pytest.raises(Problem, match="allow-empty"):
        store.write(path, {"format": 1, "fabrics": {"iscsi": {}}})
    assert to_state(store.read(path)) == to_state(BASE)
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Problem, match="is empty"):
        store.read(str(tmp_path / "empty.yaml"))


class PowerCut(BaseException):
    """The machine is off."""


@pytest.mark.parametrize("moment", range(14))
def test_a_power_cut_leaves_the_old_or_the_new_file(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    path = str(tmp_path / "c.yaml")
    new = changed(t__auth={"userid": "u", "password": "new"})
    store.write(path, SECRET)
    left = moment

    def cut(name: str) -> None:
        real = getattr(os, name)

        def stop(*words: Any, **options: Any) -> Any:
            nonlocal left
            if not left:
                raise PowerCut
            left -= 1
            return real(*words, **options)
        monkeypatch.setattr(os, name, stop)

    for name in ("open", "fsync", "rename", "unlink"):
        cut(name)
    try:
        store.write(path, new)
    except PowerCut:
        pass
    monkeypatch.undo()
    assert to_state(store.read(path)) in (to_state(SECRET), to_state(new))


def test_links_modes_and_writers(tmp_path: Path) -> None:
    """A link stays one, a mode stays, and a second writer waits."""
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real/c.yaml", tmp_path / "c.yaml"
    store.write(str(path), SECRET)
    os.chmod(path, 0o640)
    link.symlink_to(path)
    store.write(str(link), SECRET)
    assert link.is_symlink() and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert to_state(store.read(str(link))) == to_state(SECRET)
    folder = os.open(tmp_path / "real", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    writer = threading.Thread(target=store.write, args=(str(link), BASE))
    writer.start()
    writer.join(0.3)
    assert writer.is_alive() and to_state(store.read(str(path))) == to_state(SECRET)
    os.close(folder)
    writer.join(10)
    assert to_state(store.read(str(path))) == to_state(BASE)


@pytest.mark.parametrize("name, text, words", [
    ("c.yaml", "format: 1\nbackstores:\n  a/b: {}\n  a/b: {}\n",
     r"c\.yaml:4:3: a/b is there twice"),
    ("c.yaml", "? [a, b]\n: 1\n", r"c\.yaml:1:3: a list or a map is no name"),
    ("c.yaml", "a: &a {b: *a}\n", "Circular reference"),
    ("c.yaml", "a: !!int x\n", "invalid literal"),
    ("c.yaml", "a: !!set {x, y}\n", r"c\.yaml:1:4: could not determine a constructor"),
    ("c.yaml", "a: \x01\n", "unacceptable character"),
    ("c.json", '{"a": 1e999}', "Out of range"),
    ("c.json", "[" * 100000, "without an end"),
    ("c.json", '{"format": 1, "format": 1}', "format is there twice"),
    ("c.yaml", b"\xff\xfe", "no text at byte 0")])
def test_files_that_are_refused(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Problem, match=words):
        store.read(str(path))


@pytest.mark.parametrize("document", [
    {"fabrics": {"iscsi": {"targets": {"../../../x": {}}}}}, {"fabrics": {"..": {}}},
    {"fabrics": {"iscsi": {"targets": {"..": {"groups": {1: {}}}}}}},
    {"fabrics": {"a/b": {}}}, {"fabrics": {"iscsi": {"targets": {"x\ny": {}}}}},
    {"backstores": {"fileio/../../x": {}}}, {"backstores": {"fileio/..": {}}},
    {"backstores": {"fileio/x": {"attrib": {"../../y/enable": 1}}}},
    {"fabrics": {"f": {"targets": {"t": {"groups": {1: {"../../../u": 1}}}}}}}])
def test_names_that_lead_elsewhere(document: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="a name has no /"):
        to_state(document)


def test_yaml_errors_have_a_line(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("format: 1\nbackstores: [", encoding="utf-8")
    with pytest.raises(Problem, match=r"c\.yaml:[23]:"):
        store.read(str(path))


def test_lock(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with lock.held(0, path):
        with pytest.raises(Problem, match=f"process {os.getpid()}") as caught:
            with lock.held(0, path):
                pass
    assert caught.value.code == BUSY
    with lock.held(0, path):
        pass


def test_history(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with pytest.raises(Problem, match="nothing to go back to"):
        history.load(None, folder)
    for _ in range(history.KEPT + 3):
        last = history.keep(SECRET, folder)
    assert len(history.numbers(folder)) == history.KEPT + 1
    number, document = history.load(None, folder)
    assert number == last and to_state(document) == to_state(SECRET)
    with pytest.raises(Problem, match="no configuration 1;"):
        history.load(1, folder)


def test_generation_changes_with_the_state() -> None:
    state, _ = apply({}, to_state(BASE))
    other, _ = apply(state, to_state(changed(t__rtpi=9), state))
    assert st.generation(state) != st.generation(other)
    back, _ = apply(other, to_state(BASE, other))
    assert st.generation(state) == st.generation(back)
    assert TPG in back


def test_what_looks_like_a_number() -> None:
    """Port names, revisions and serial numbers are texts, also without quotes."""
    text = ("a: 20:00:00:25\nb: 4.0\nc: 0123\nd: 2026-11-21\ne: 17\nf: -1\ng: 0\nh: 0x10\n"
            "i: yes\n20:01: x\n")
    assert store.loads(text) == {"a": "20:00:00:25", "b": "4.0", "c": "0123", "d": "2026-11-21",
                                 "e": 17, "f": -1, "g": 0, "h": "0x10", "i": True, "20:01": "x"}
    assert store.loads(store.dumps({"a": "20:00", "b": "0123", "c": "1e3"})) == \
        {"a": "20:00", "b": "0123", "c": "1e3"}
