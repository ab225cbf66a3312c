# SPDX-License-Identifier: GPL-2.0-only
"""The planner: the fewest steps, in an order that the kernel takes."""
from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from targetconfig import scope
from targetconfig.document import to_document, to_state
from targetconfig.plan import plan
from targetconfig.state import State
from unit.config_model import TPG, UNIT, apply

BASE: dict[str, Any] = {
    "backstores": {
        "fileio/a": {"options": {"fd_dev_name": "/srv/a", "fd_dev_size": 1 << 20},
                     "wwn": {"vpd_unit_serial": "aaaa"},
                     "groups": {"g1": {"tg_pt_gp_id": 1}}},
        "fileio/b": {"options": {"fd_dev_name": "/srv/b", "fd_dev_size": 1 << 20}},
    },
    "fabrics": {"iscsi": {"targets": {"iqn.2003-01.org.example:t": {"groups": {1: {
        "enable": 1, "rtpi": 7, "attrib": {"authentication": 0}, "portals": ["0.0.0.0:3260"],
        "luns": {0: {"backstore": "fileio/a", "alua_tg_pt_gp": "g1"}, 1: "fileio/b"},
        "acls": {"iqn.x:1": {"luns": {0: 0, 1: {"lun": 1, "write_protect": 1}}}},
    }}}}}},
}


def built(document: dict[str, Any]) -> State:
    """Return the state of a machine with this configuration."""
    state, report = apply({}, to_state(document))
    assert not report.failed, [failure.text() for failure in report.failed]
    return state


def lines(have: State, document: dict[str, Any]) -> list[str]:
    """Return the steps to a document, short."""
    steps = plan(have, to_state(document, have))
    return [f"{step.op} {step.path.replace(TPG, 'T')}" + (f" {step.value}" if step.op == "write"
                                                          else "") for step in steps]


def changed(**replaced: Any) -> dict[str, Any]:
    """Return the base with other parts; a__b is part b of a."""
    document = copy.deepcopy(BASE)
    places: dict[str, Any] = {"a": document["backstores"]["fileio/a"],
                              "b": document["backstores"]["fileio/b"],
                              "t": document["fabrics"]["iscsi"]["targets"]
                              ["iqn.2003-01.org.example:t"]["groups"][1]}
    for where, value in replaced.items():
        part, _, name = where.partition("__")
        places[part][name] = value
    return document


def test_second_apply_writes_nothing() -> None:
    state = built(BASE)
    assert lines(state, BASE) == []
    assert lines(state, to_document(state)) == []
    assert lines(state, to_document(state, defaults=True)) == []


def test_one_value_is_one_step() -> None:
    state = built(BASE)
    assert lines(state, changed(t__attrib={"authentication": 1})) == \
        ["write T/attrib/authentication 1"]
    assert lines(state, changed(b__alias="x")) == ["write core/fileio_0/b/alias x"]


def test_what_is_left_out_gets_its_default() -> None:
    assert lines(built(BASE), changed(t__attrib={})) == ["write T/attrib/authentication 1"]
    # What has none, such as a serial number, stays.
    document = changed()
    del document["backstores"]["fileio/a"]["wwn"]
    assert lines(built(BASE), document) == []


def test_unexported_file_takes_only_its_luns_away() -> None:
    state = built(BASE)
    document = changed(a__attrib={"block_size": 4096})
    assert lines(state, document) == [
        "unlink T/lun/lun_0/a", "write core/fileio_0/a/attrib/block_size 4096",
        "link T/lun/lun_0/a", "write T/lun/lun_0/alua_tg_pt_gp g1"]
    after, report = apply(state, to_state(document, state))
    assert not report.failed
    assert lines(after, document) == []


def test_new_options_make_the_unit_anew_with_its_identity() -> None:
    state = built(BASE)
    document = changed(a__options={"fd_dev_name": "/srv/c", "fd_dev_size": 1 << 20})
    del document["backstores"]["fileio/a"]["wwn"]
    after, report = apply(state, to_state(document, state))
    assert not report.failed, [failure.text() for failure in report.failed]
    assert after[UNIT.format("a")].values["wwn/vpd_unit_serial"] == "aaaa"
    assert after[f"{TPG}/lun/lun_0"].link == UNIT.format("a")
    assert not any(step.path.startswith(UNIT.format("b")) or "lun_1" in step.path
                   for step in report.done)


def test_disabled_file_disables_for_a_moment() -> None:
    assert lines(built(BASE), changed(t__rtpi=8)) == [
        "write T/enable 0", "write T/rtpi 8", "write T/enable 1"]


def test_link_moves_to_another_unit() -> None:
    state = built(BASE)
    document = changed(t__luns={0: {"backstore": "fileio/a", "alua_tg_pt_gp": "g1"},
                                1: "fileio/a"})
    assert lines(state, document) == ["unlink T/lun/lun_1/b", "link T/lun/lun_1/a"]


def test_write_protection_comes_before_the_link() -> None:
    steps = lines({}, BASE)
    assert steps.index("write T/acls/iqn.x:1/lun_1/write_protect 1") < \
        steps.index("link T/acls/iqn.x:1/lun_1/lun_1")
    assert steps[-1] == "write T/enable 1"


def test_everything_goes_in_order() -> None:
    state, report = apply(built(BASE), {})
    assert not report.failed, [failure.text() for failure in report.failed]
    assert set(state) == {"iscsi"}


def test_failure_stops_only_what_needs_it() -> None:
    state, report = apply({}, to_state(BASE), broken=UNIT.format("a"))
    assert [failure.step.object for failure in report.failed] == [UNIT.format("a")]
    assert state[f"{TPG}/lun/lun_1"].link == UNIT.format("b")
    assert state[f"{TPG}/acls/iqn.x:1/lun_1"].link == f"{TPG}/lun/lun_1"
    assert state[TPG].values["enable"] == "1"
    assert {step.object for step in report.skipped} >= {f"{TPG}/lun/lun_0"}


def test_interruptions_are_named() -> None:
    state = built(BASE)

    def noticed(document: dict[str, Any]) -> list[str]:
        return [step.interrupts for step in plan(state, to_state(document, state))
                if step.interrupts]

    assert noticed(changed(b__alias="x")) == []
    assert noticed(changed(t__rtpi=8)) == [f"every initiator of {TPG}"]
    assert f"users of {TPG}/lun/lun_1" in noticed(changed(t__luns={0: "fileio/a"}, t__acls={}))


def test_secrets_are_not_printed() -> None:
    document = changed(t__auth={"password": "swordfish"})
    text = "\n".join(step.shell() for step in plan({}, to_state(document)))
    assert "swordfish" not in text and "auth/password" in text


def test_only() -> None:
    state = built(BASE)
    document = changed(b__alias="x", t__attrib={"authentication": 1})
    want = to_state(document, state)
    chosen = scope.chosen(["backstore=fileio/b"], state, want)
    assert [step.path for step in plan(state, want, chosen)] == ["core/fileio_0/b/alias"]
    chosen = scope.chosen(["target=iqn.2003-01.org.example:t"], {}, want)
    alone, report = apply({}, {path: node for path, node in want.items() if chosen(path)})
    assert not report.failed and UNIT.format("a") in alone


def some_document(luck: random.Random) -> dict[str, Any]:
    """Return a configuration that nobody thought of."""
    units = {f"fileio/u{number}": {
        "options": {"fd_dev_name": f"/srv/{number}{luck.choice('xy')}", "fd_dev_size": 4096},
        "alias": luck.choice(["", "x"]), "attrib": {"block_size": luck.choice([512, 4096])},
        "groups": {"g": {"tg_pt_gp_id": luck.randint(1, 2)}} if luck.random() < 0.5 else {},
    } for number in range(5) if luck.random() < 0.8}
    targets = {}
    for number in range(3):
        luns = {count: {"backstore": luck.choice(list(units))}
                for count in range(4) if units and luck.random() < 0.7}
        for lun in luns.values():
            if units[lun["backstore"]]["groups"] and luck.random() < 0.5:
                lun["alua_tg_pt_gp"] = "g"
        acls = {f"iqn.i:{who}": {"luns": {count: {"lun": luck.choice(list(luns)),
                                                  "write_protect": luck.randint(0, 1)}
                                          for count in range(3) if luns}}
                for who in range(2) if luck.random() < 0.6}
        if luck.random() < 0.8:
            targets[f"iqn.t:{number}"] = {"groups": {1: {
                "enable": luck.randint(0, 1), "rtpi": luck.randint(1, 9) + 10 * number,
                "luns": luns, "acls": acls, "portals": ["0.0.0.0:3260"]}}}
    return {"backstores": units, "fabrics": {"iscsi": {"targets": targets}}}


@pytest.mark.parametrize("seed", range(60))
def test_any_change_is_taken_and_is_complete(seed: int) -> None:
    luck = random.Random(seed)
    state: State = {}
    for _ in range(4):
        document = some_document(luck)
        state, report = apply(state, to_state(document, state))
        assert not report.failed, [failure.text() for failure in report.failed]
        assert lines(state, document) == []


def test_groups_of_other_fabrics() -> None:
    """A nexus where one is needed; one that is enabled at first is disabled where it should be."""
    where = "fabrics", "loopback", "targets", "naa.5001405000000001", "groups"
    document: dict[str, Any] = {}
    part = document
    for word in where:
        part = part.setdefault(word, {})
    part["1"] = {}
    steps = lines({}, document)
    assert steps[-1].startswith("write loopback/naa.5001405000000001/tpgt_1/nexus naa.5001405")
    assert lines({}, document) == steps
    part["1"] = {"nexus": "naa.500140500000000f"}
    assert lines({}, document)[-1].endswith("/nexus naa.500140500000000f")
    port = "20:00:00:00:00:00:00:01"
    assert lines({}, {"fabrics": {"fc": {"targets": {port: {"groups": {1: {"enable": 0}}}}}}})[-1] \
        == f"write fc/{port}/tpgt_1/enable 0"
