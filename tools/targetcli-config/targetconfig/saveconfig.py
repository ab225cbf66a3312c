# SPDX-License-Identifier: GPL-2.0-only
"""Import of saveconfig.json, which targetcli-fb and targetctl write."""
from __future__ import annotations

from typing import Any

from targetconfig import fc
from targetconfig.imported import Imported
from targetconfig.problem import Problem

Json = dict[str, Any]
PLUGINS = {"fileio": "fileio", "block": "iblock", "ramdisk": "rd_mcp", "pscsi": "pscsi",
           "user": "user"}
CHAP = {"chap_userid": "userid", "chap_password": "password",
        "chap_mutual_userid": "userid_mutual", "chap_mutual_password": "password_mutual"}
# Fabrics whose groups are enabled; others are ready at once.
ENABLED = {"iscsi", "fc", "qla2xxx", "srpt", "sbp", "usb_gadget", "efct"}
SERIAL = "vpd_unit_serial"
# Shown by the old core, and decided by the medium or fixed.
DERIVED = {"pi_prot_type", "alua_support", "pgr_support", "emulate_dpo", "emulate_fua_read",
           "emulate_rest_reord", "is_nonrot", "optimal_sectors",
           "max_unmap_block_desc_count", "max_unmap_lba_count", "max_write_same_len",
           "unmap_granularity", "unmap_granularity_alignment"}


def convert(saved: Json) -> Imported:
    """Return the document that says the same."""
    result = Imported()
    if not {"storage_objects", "targets"} & set(saved):
        raise Problem("saveconfig.json: no storage_objects and no targets in it")
    for item in saved.get("storage_objects", []):
        _storage(item, result)
    for item in saved.get("targets", []):
        _target(item, result)
    for item in saved.get("fabric_modules", []):
        name = item.get("fabric", "iscsi")
        auth = _auth(item, "discovery_")
        for old in ("userid", "password", "mutual_userid", "mutual_password"):
            if item.get(f"discovery_{old}"):
                new = f"{old.removeprefix('mutual_')}_mutual" if "mutual" in old else old
                auth[new] = item[f"discovery_{old}"]
        if "discovery_enable_auth" in item:
            auth["enforce_discovery_auth"] = int(bool(item["discovery_enable_auth"]))
        if auth:
            result.fabric(name)["discovery_auth"] = auth
    return result


def _storage(item: Json, result: Imported) -> None:
    plugin, name = item.get("plugin", "?"), item.get("name", "?")
    if plugin not in PLUGINS:
        result.lost.append(f"backstore {plugin}/{name}: no such kind")
        return
    part: Json = {}
    options: Json = {}
    if plugin == "fileio":
        options = {"fd_dev_name": item["dev"], "fd_dev_size": item.get("size", 0)}
        if item.get("write_back", True):
            options["fd_buffered_io"] = 1
        if item.get("aio"):
            options["fd_async_io"] = 1
        part["udev_path"] = item["dev"]
    elif plugin == "block":
        options = {"udev_path": item["dev"]}
        if item.get("readonly"):
            options["readonly"] = 1
        part["udev_path"] = item["dev"]
    elif plugin == "ramdisk":
        options = {"rd_pages": -(-int(item.get("size", 0)) // 4096)}
        if item.get("nullio"):
            options["rd_nullio"] = 1
    else:
        result.lost.append(f"backstore {plugin}/{name}: pass-through and user backstores have to "
                           "be made by their own tools")
        return
    part["options"] = options
    if item.get("wwn"):
        part["wwn"] = {SERIAL: item["wwn"]}
    attrib = {key: value for key, value in item.get("attributes", {}).items()
              if key not in DERIVED}
    if attrib:
        part["attrib"] = attrib
    groups = {group["name"]: {key: value for key, value in group.items() if key != "name"}
              for group in item.get("alua_tpgs", []) if group.get("name") != "default_tg_pt_gp"}
    if groups:
        part["groups"] = groups
    result.backstores[f"{PLUGINS[plugin]}/{name}"] = part


def _auth(item: Json, prefix: str = "") -> Json:
    return {new: item[prefix + old] for old, new in CHAP.items() if item.get(prefix + old)}


def _target(item: Json, result: Imported) -> None:
    fabric, wwn = item.get("fabric", "?"), item.get("wwn", "?")
    if fabric == "tcm_fc":
        fabric, wwn = "fc", _port_name(wwn)
    part = result.fabric(fabric).setdefault("targets", {}).setdefault(wwn, {})
    if item.get("parameters"):
        part["param"] = item["parameters"]
    for group in item.get("tpgs", []):
        made = _group(group, result)
        if fabric not in ENABLED:
            made.pop("enable", None)
        if fabric == "fc":
            made["enable"] = int(bool(group.get("enable", True)))
            made["acls"] = {_port_name(name): acl for name, acl in made.get("acls", {}).items()}
        part.setdefault("groups", {})[int(group.get("tag", 1))] = made


def _port_name(text: str) -> str:
    """naa.2000525400123456 is 20:00:52:54:00:12:34:56 here."""
    return fc.wwpn(text.removeprefix("naa.").replace(":", ""))


def _unit(path: str) -> str:
    """/backstores/block/x is iblock/x here."""
    _, _, plugin, name = path.split("/", 3)
    return f"{PLUGINS.get(plugin, plugin)}/{name}"


def _group(item: Json, result: Imported) -> Json:
    part: Json = {"enable": int(bool(item.get("enable", False)))}
    for old, new in (("attributes", "attrib"), ("parameters", "param")):
        if item.get(old):
            part[new] = item[old]
    auth = _auth(item)
    if auth:
        part["auth"] = auth
    if item.get("nexus"):
        part["nexus"] = item["nexus"]
    portals = [_portal(portal, result) for portal in item.get("portals", [])]
    if portals:
        part["portals"] = portals
    luns: Json = {}
    for lun in item.get("luns", []):
        unit = _unit(lun["storage_object"])
        group = lun.get("alua_tg_pt_gp_name", "default_tg_pt_gp")
        luns[lun["index"]] = unit if group == "default_tg_pt_gp" else \
            {"backstore": unit, "alua_tg_pt_gp": group}
    if luns:
        part["luns"] = luns
    acls = {acl["node_wwn"]: _acl(acl) for acl in item.get("node_acls", [])}
    if acls:
        part["acls"] = acls
    return part


def _portal(item: Json, result: Imported) -> str:
    address = item.get("ip_address", "0.0.0.0")
    if item.get("iser") or item.get("offload"):
        result.lost.append(f"portal {address}: only TCP is offered")
    if ":" in address and not address.startswith("["):
        address = f"[{address}]"
    return f"{address}:{item.get('port', 3260)}"


def _acl(item: Json) -> Json:
    part: Json = {}
    if item.get("attributes"):
        part["attrib"] = item["attributes"]
    auth = _auth(item)
    if auth:
        part["auth"] = auth
    if item.get("tag"):
        part["tag"] = item["tag"]
    luns: Json = {}
    for lun in item.get("mapped_luns", []):
        luns[lun["index"]] = {"lun": lun["tpg_lun"], "write_protect": 1} \
            if lun.get("write_protect") else lun["tpg_lun"]
    if luns:
        part["luns"] = luns
    return part
