# SPDX-License-Identifier: GPL-2.0-only
"""What is wrong with a configuration before anything is changed."""
from __future__ import annotations

from targetconfig import state as st
from targetconfig.problem import did_you_mean
from targetconfig.schema import Schema
from targetconfig.state import State

UNIQUE = {"wwn/vpd_unit_serial": "serial number", "rtpi": "relative target port identifier",
          "lu_gp_id": "identifier"}
# Two backstores on one medium destroy each other's data.
MEDIA = ("control:fd_dev_name", "control:udev_path")


def problems(want: State, schemas: dict[str, Schema]) -> list[str]:
    """Return one line for each mistake."""
    found = []
    for path, node in want.items():
        schema = schemas.get(st.family(path))
        if schema and schema.fields:
            found += _values(path, node.values, schema)
        found += _references(path, want)
    return found + _duplicates(want)


def _values(path: str, values: dict[str, str], schema: Schema) -> list[str]:
    found = []
    for name, value in values.items():
        shown = name.replace("control:", "options/")
        entry = schema.fields.get(name)
        if shown != name and any(sign in value for sign in ",\n"):
            found.append(f"{path}: {shown}: {value!r}: the kernel takes a comma for the end of an "
                         "option; rename the file, or link to it")
        if not entry:
            known = [field.replace("control:", "options/") for field in schema.fields]
            found.append(f"{path}: {shown}: no such file{did_you_mean(shown, known)}")
            continue
        wrong = entry.refuses(value)
        if name == "enable" and value in "01":
            wrong = None
        if wrong and entry.writable:
            found.append(f"{path}: {shown}: {'a secret' if entry.kind == 'secret' else value!r} "
                         f"is refused: {wrong}")
        elif wrong:
            found.append(f"{path}: {shown}: {wrong}; leave it out")
    return found


def _references(path: str, want: State) -> list[str]:
    node, kind = want[path], st.kind(path)
    if kind in ("lun", "map"):
        if not node.link:
            return [f"{path}: no backstore"]
        if node.link not in want:
            same = [other for other in want if st.kind(other) == st.kind(node.link)]
            return [f"{path}: there is no {node.link}{did_you_mean(node.link, same)}"]
        group = node.values.get("alua_tg_pt_gp")
        if group and group not in st.GIVEN and f"{node.link}/alua/{group}" not in want:
            return [f"{path}: alua_tg_pt_gp: {node.link} has no group {group}"]
    group = node.values.get("alua_lu_gp")
    if group and group not in st.GIVEN and f"core/alua/lu_gps/{group}" not in want:
        return [f"{path}: alua_lu_gp: there is no lu_group {group}"]
    if kind == "target" and "" in (path.split("/")[1], path.split("/")[0]):
        return [f"{path}: a target has a name"]
    return []


def _duplicates(want: State) -> list[str]:
    found = []
    for name, words in UNIQUE.items():
        owners: dict[str, str] = {}
        for path, node in want.items():
            value = node.values.get(name)
            if value is None or name != "wwn/vpd_unit_serial" and value == "0":
                continue
            if value in owners:
                found.append(f"{path}: {words} {value} is also that of {owners[value]}: "
                             "initiators would take them for one")
            owners.setdefault(value, path)
    owners = {}
    for path, node in want.items():
        for medium in (node.values.get(name) for name in MEDIA):
            if medium and medium in owners and owners[medium] != path:
                found.append(f"{path}: {medium} is also the medium of {owners[medium]}: "
                             "they would destroy each other's data")
            elif medium:
                owners[medium] = path
    return found
