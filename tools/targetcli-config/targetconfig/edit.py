# SPDX-License-Identifier: GPL-2.0-only
"""Small changes of a document, as scstadmin's commands make them.

A group of initiators is here one ACL for each exact name, with the group's name
as its tag, until the fabric has groups of its own.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from targetconfig import identity
from targetconfig.problem import Problem, did_you_mean

Document = dict[str, Any]
HANDLERS = {
    "fileio": ("fileio", "fd_dev_name"), "vdisk_fileio": ("fileio", "fd_dev_name"),
    "blockio": ("iblock", "udev_path"), "vdisk_blockio": ("iblock", "udev_path"),
    "iblock": ("iblock", "udev_path"), "block": ("iblock", "udev_path"),
    "nullio": ("rd_mcp", ""), "vdisk_nullio": ("rd_mcp", ""), "ramdisk": ("rd_mcp", ""),
}
# The label of a backstore that add-lun shows write-protected.
READ_ONLY = "read-only"
SIZES = {"k": 10, "m": 20, "g": 30, "t": 40}


def parse_attributes(text: str) -> dict[str, str]:
    """Read filename=/vdisks/a,read_only,blocksize=4096."""
    found = {}
    for word in filter(None, text.split(",")):
        name, sign, value = word.partition("=")
        found[name.strip()] = value.strip() if sign else "1"
    return found


def parse_size(text: str) -> int:
    """Read 64M as bytes."""
    unit = text[-1:].lower()
    try:
        return int(text[:-1]) << SIZES[unit] if unit in SIZES else int(text)
    except ValueError as error:
        raise Problem(f"size {text}: write bytes, or a number with K, M, G or T") from error


def add_device(document: Document, name: str, handler: str, text: str) -> str:
    """Add a backstore; return its name."""
    if handler not in HANDLERS:
        raise Problem(f"handler {handler}: no such kind{did_you_mean(handler, HANDLERS)}; "
                      f"there are {', '.join(sorted(set(HANDLERS)))}")
    plugin, key = HANDLERS[handler]
    options: Document = {}
    part: Document = {"options": options}
    for word, value in parse_attributes(text).items():
        if word == "filename" and key:
            options[key] = part["udev_path"] = value
        elif word in ("size", "size_mb"):
            size = parse_size(f"{value}M" if word == "size_mb" else value)
            options["rd_pages" if plugin == "rd_mcp" else "fd_dev_size"] = \
                size >> 12 if plugin == "rd_mcp" else size
        elif word == "blocksize":
            part.setdefault("attrib", {})["block_size"] = value
        elif word in identity.FILES:
            part.setdefault("wwn", {})[identity.FILES[word]] = identity.value(word, value)
        elif word == "read_only":
            if plugin == "iblock":
                options["readonly"] = value
            elif value != "0":
                part["alias"] = READ_ONLY
        elif word == "thin_provisioned":
            part.setdefault("attrib", {})["emulate_tpu"] = value
        else:
            options[word] = value
    if key and key not in options:
        raise Problem(f"{name}: --attr filename=PATH says where the blocks are")
    if "null" in handler:
        options.setdefault("rd_nullio", "1")
        options.setdefault("rd_pages", 1 << 18)
    units = document.setdefault("backstores", {})
    label = f"{plugin}/{name}"
    if label in units:
        raise Problem(f"{label} is there already")
    units[label] = part
    return label


def unit(document: Document, name: str) -> str:
    """Return a backstore by its name, with or without the kind."""
    units: Document = document.get("backstores", {})
    found = [label for label in units if name in (label, label.rpartition("/")[2])]
    if len(found) != 1:
        names = [label.rpartition("/")[2] for label in units]
        raise Problem(f"{name}: {'write the kind too' if found else 'no such device'}"
                      f"{did_you_mean(name, names) if not found else ''}")
    return found[0]


def add_target(document: Document, fabric: str, name: str) -> Document:
    """Add a target with one group, disabled; return the group."""
    targets = document.setdefault("fabrics", {}).setdefault(fabric, {}).setdefault("targets", {})
    if name in targets:
        raise Problem(f"{name} is there already")
    part: Document = {}
    if fabric == "iscsi":
        part = {"enable": 0, "attrib": {"authentication": 0}, "portals": {"0.0.0.0:3260": {}}}
    targets[name] = {"groups": {"1": part}}
    return part


def group(document: Document, name: str, tag: str = "1") -> Document:
    """Return a target's group."""
    known = []
    for fabric in document.get("fabrics", {}).values():
        for target, part in fabric.get("targets", {}).items():
            known.append(target)
            if target == name:
                for number, found in part.get("groups", {}).items():
                    if str(number) == tag:
                        assert isinstance(found, dict)
                        return found
                raise Problem(f"{name} has no group {tag}")
    raise Problem(f"{name}: no such target{did_you_mean(name, known)}")


def add_lun(document: Document, target: str, number: int, device: str,
            initiators: Sequence[str] = (), read_only: bool = False) -> None:
    """Show a backstore at a number: to everybody who is admitted, or to some initiators."""
    part, label = group(document, target), unit(document, device)
    shown = list(initiators or part.get("acls", {}))
    if read_only and not shown:
        raise Problem(f"{target}: read-only for whom? add-init first, or make the device so: "
                      "add-dev --attr read_only")
    read_only = read_only or document["backstores"][label].get("alias") == READ_ONLY
    luns = part.setdefault("luns", {})
    there = [key for key, value in luns.items()
             if label == (value["backstore"] if isinstance(value, dict) else value)]
    key = there[0] if there else str(number)
    if not there and key in {str(other) for other in luns}:
        if not initiators:
            raise Problem(f"{target}: LUN {number} is in use")
        key = str(max(int(other) for other in luns) + 1)
    luns[key] = luns.get(key, label)
    for name in shown:
        if name not in part.get("acls", {}):
            raise Problem(f"{target}: {name} is not admitted; add-init first")
        mapped = part["acls"][name].setdefault("luns", {})
        if str(number) in {str(other) for other in mapped}:
            raise Problem(f"{name} has a LUN {number} already")
        mapped[str(number)] = {"lun": int(key), "write_protect": 1} if read_only else int(key)


def members(document: Document, target: str, tag: str) -> list[str]:
    """Return the initiators of a group."""
    acls = group(document, target).get("acls", {})
    found = [name for name, acl in acls.items() if acl.get("tag") == tag]
    if not found:
        known = [str(acl["tag"]) for acl in acls.values() if "tag" in acl]
        raise Problem(f"{target}: {tag}: no such group{did_you_mean(tag, known)}")
    return found


def add_initiator(document: Document, target: str, name: str, tag: str = "") -> None:
    """Admit an initiator: with what its group sees, or else with every LUN of the target."""
    part = group(document, target)
    acls = part.setdefault("acls", {})
    if name in acls:
        raise Problem(f"{name} is admitted already")
    alike = [acl for acl in acls.values() if tag and acl.get("tag") == tag]
    luns = dict(alike[0].get("luns", {})) if alike else {
        str(number): _mapped(document, part, int(number), lun)
        for number, lun in part.get("luns", {}).items()}
    acls[name] = {"luns": luns}
    if tag:
        acls[name]["tag"] = tag


def _mapped(document: Document, part: Document, number: int, lun: Any) -> Any:
    """Return what a new initiator sees of a LUN: read-only if all others see it so."""
    label = lun["backstore"] if isinstance(lun, dict) else lun
    protected = document["backstores"].get(label, {}).get("alias") == READ_ONLY
    flags = [int(seen.get("write_protect", 0)) for acl in part.get("acls", {}).values()
             for seen in map(_seen, acl.get("luns", {}).values()) if int(seen["lun"]) == number]
    if protected or flags and all(flags):
        return {"lun": number, "write_protect": 1}
    return number


def _seen(mapped: Any) -> Document:
    return mapped if isinstance(mapped, dict) else {"lun": mapped}
