# SPDX-License-Identifier: GPL-2.0-only
"""Import of scst.conf, which scstadmin writes.

The file is blocks of "WORD NAME { ... }" and lines of "attribute value"; a #
begins a remark.
"""
from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from targetconfig import identity
from targetconfig.imported import Imported
from targetconfig.problem import Problem

Json = dict[str, Any]
FABRICS = {"iscsi": "iscsi", "fcst": "fc", "qla2x00t": "qla2xxx", "ib_srpt": "srpt",
           "scst_local": "loopback"}
# Imported by _device().
TAKEN = {"filename", "read_only", "nv_cache", "write_through", "size_mb", "size"}
# How SCST does its work, of which initiators see nothing.
INNER = {"threads_num", "threads_pool_type", "o_direct"}
# What is only said where it is switched on.
FLAGS = {"removable", "cluster_mode", "dif_mode", "zero_copy"}
ATTRIB = {"blocksize": "block_size", "thin_provisioned": "emulate_tpu",
          "rotational": "is_nonrot"}
VENDORS = {"vdisk_blockio": "SCST_BIO"}
PARAM = {"InitialR2T", "ImmediateData", "MaxBurstLength", "FirstBurstLength", "HeaderDigest",
         "DataDigest", "MaxOutstandingR2T", "MaxRecvDataSegmentLength",
         "MaxXmitDataSegmentLength"}
USERS = {"IncomingUser": ("userid", "password"), "OutgoingUser": ("userid_mutual",
                                                                  "password_mutual")}


@dataclass
class Block:
    """One block of the file."""

    word: str
    name: str
    values: list[tuple[str, str]] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return the value of an attribute."""
        return dict(self.values).get(name, default)

    def each(self, word: str) -> Iterator["Block"]:
        """Return the blocks of a kind; a line without braces is one without content."""
        yield from (block for block in self.blocks if block.word == word)
        yield from (Block(word, value) for name, value in self.values if name == word)


def number(owner: str, key: str, text: str) -> int:
    """Return a value that is to be a number."""
    try:
        return int(text, 0)
    except ValueError:
        raise Problem(f"scst.conf: {owner}: {key} {text!r} is no number") from None


def parse(text: str) -> Block:
    """Read the file."""
    stack = [Block("", "")]
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise Problem(f"scst.conf:{number}: {error}") from error
        if not words:
            continue
        if words == ["}"]:
            if len(stack) == 1:
                raise Problem(f"scst.conf:{number}: a }} without a {{")
            stack.pop()
        elif words[-1] == "{":
            stack[-1].blocks.append(Block(words[0], " ".join(words[1:-1])))
            stack.append(stack[-1].blocks[-1])
        else:
            stack[-1].values.append((words[0], " ".join(words[1:])))
    if len(stack) > 1:
        raise Problem(f"scst.conf: {stack[-1].word} {stack[-1].name} has no }}")
    return stack[0]


def convert(text: str) -> Imported:
    """Return the document that says the same."""
    top, result = parse(text), Imported()
    if not top.blocks:
        raise Problem("scst.conf: no HANDLER and no TARGET_DRIVER in it")
    result.lost += _unknown("", top, (), ("HANDLER", "TARGET_DRIVER"))
    units: dict[str, str] = {}
    read_only: set[str] = set()
    for handler in top.each("HANDLER"):
        result.lost += _unknown(f"HANDLER {handler.name}: ", handler, (), ("DEVICE",))
        for device in handler.each("DEVICE"):
            made = _device(handler.name, device, result)
            if made:
                units[device.name] = made
                if device.get("read_only") == "1":
                    read_only.add(device.name)
    for driver in top.each("TARGET_DRIVER"):
        fabric = FABRICS.get(driver.name)
        if not fabric:
            result.lost.append(f"TARGET_DRIVER {driver.name}: no such fabric")
            continue
        _driver(fabric, driver, result)
        for target in driver.each("TARGET"):
            _Target(fabric, target, units, read_only, result).convert(
                driver.get("enabled", "1") == "1")
    return result


def _unknown(owner: str, block: Block, values: Collection[str],
             blocks: Collection[str]) -> Iterator[str]:
    """Return what of a block is not understood."""
    for key, value in block.values:
        if key not in {*values, *blocks, *INNER}:
            yield f"{owner}{key} {value}: no equivalent"
    for inner in block.blocks:
        if inner.word not in blocks:
            yield f"{owner}{inner.word} {inner.name}: no equivalent"


def _users(owner: str, block: Block, result: Imported) -> Json:
    """Return the CHAP users of a block, of which there is one in each direction here."""
    auth: Json = {}
    for key, value in block.values:
        user, _, password = value.partition(" ")
        if key not in USERS:
            continue
        if USERS[key][0] not in auth:
            auth.update(zip(USERS[key], (user, password)))
        else:
            result.lost.append(f"{owner}{key} {user}: there is one user, the first")
    return auth


def _driver(fabric: str, driver: Block, result: Imported) -> None:
    """Import what holds for all targets: who may ask for their names."""
    owner = f"TARGET_DRIVER {driver.name}: "
    result.lost += _unknown(owner, driver, ("enabled", *USERS), ("TARGET",))
    auth = _users(owner, driver, result)
    if auth:
        result.fabric(fabric)["discovery_auth"] = {**auth, "enforce_discovery_auth": 1}


def _device(handler: str, device: Block, result: Imported) -> str | None:
    name, path = device.name, device.get("filename")
    part: Json = {"options": {}}
    if handler == "vdisk_fileio":
        plugin = "fileio"
        part["options"] = {"fd_dev_name": path}
        if device.get("write_through", "0") != "1" and device.get("nv_cache", "0") != "1":
            part["options"]["fd_buffered_io"] = 1
        part["udev_path"] = path
    elif handler == "vdisk_blockio":
        plugin = "iblock"
        part["options"] = {"udev_path": path}
        part["udev_path"] = path
        if device.get("read_only") == "1":
            part["options"]["readonly"] = 1
    elif handler == "vdisk_nullio":
        plugin = "rd_mcp"
        size = number(name, "size_mb", device.get("size_mb", "0")) << 20 \
            or number(name, "size", device.get("size", "0")) or 1 << 30
        part["options"] = {"rd_pages": size >> 12, "rd_nullio": 1}
    else:
        result.lost.append(f"HANDLER {handler}: DEVICE {name}: no such kind of backstore")
        return None
    part["wwn"] = _identity(handler, device, result)
    for old, new in ATTRIB.items():
        if device.get(old):
            value = number(name, old, device.get(old))
            part.setdefault("attrib", {})[new] = 1 - value if old == "rotational" else value
    result.lost += _lost(device)
    result.backstores[f"{plugin}/{name}"] = part
    return f"{plugin}/{name}"


def _identity(handler: str, device: Block, result: Imported) -> Json:
    """Return what initiators know the device by, as it is there if nothing else is said.

    A device without naa_id has no NAA identifier, and one made here would come before the
    T10 one that they know.
    """
    names = {"vendor_id": VENDORS.get(handler, "SCST_FIO"), "product_id": device.name[:16],
             "naa_id": "none"}
    for word, file in identity.FILES.items():
        if device.get(word):
            try:
                names[file] = identity.value(word, device.get(word))
            except Problem as problem:
                result.lost.append(f"DEVICE {device.name}: {problem}")
    return names


def _lost(device: Block) -> Iterator[str]:
    """Return what of a device has no equivalent, or is not in the file."""
    for key, value in device.values:
        if key not in TAKEN | INNER | set(identity.FILES) | set(ATTRIB) and \
                not (key in FLAGS and value == "0"):
            yield f"DEVICE {device.name}: {key} {value}: no equivalent"
    for key in ("usn", "t10_dev_id"):
        if not device.get(key):
            yield (f"DEVICE {device.name}: no {key}, which initiators may know it by: "
                   f"/sys/kernel/scst_tgt/devices/{device.name}/{key} of the old system has it")


class _Target:
    """One TARGET block: its default LUNs, and its groups as ACLs."""

    def __init__(self, fabric: str, target: Block, units: dict[str, str], read_only: set[str],
                 result: Imported) -> None:
        self.fabric, self.target, self.units = fabric, target, units
        self.read_only, self.result = read_only, result
        self.luns: dict[int, str] = {}
        self.part: Json = {}

    def convert(self, enabled: bool) -> None:
        """Add the target to the result."""
        part, target = self.part, self.target
        if self.fabric != "loopback":
            part["enable"] = int(enabled and target.get("enabled", "0") == "1")
        auth = _users(f"TARGET {target.name}: ", target, self.result)
        if auth:
            part["auth"] = auth
        for key, value in target.values:
            self._attribute(key, value)
        default = self._numbers(target)
        groups = list(target.each("GROUP"))
        for lun, (device, _) in default.items():
            self._export(lun, device)
        if default:
            part.setdefault("attrib", {}).update(
                generate_node_acls=1, demo_mode_write_protect=self._protected(default),
                cache_dynamic_acls=1)
        if self.fabric == "iscsi":
            part.setdefault("attrib", {}).setdefault("authentication", int(bool(auth)))
            part.setdefault("portals", ["0.0.0.0:3260"])
        for group in groups:
            self._group(group)
        if self.luns:
            part["luns"] = dict(sorted(self.luns.items()))
        self.result.fabric(self.fabric).setdefault("targets", {})[target.name] = \
            {"groups": {1: part}}

    def _protected(self, default: dict[int, tuple[str, bool]]) -> int:
        """Unknown initiators write to all LUNs or to none: to none if one is read-only."""
        protected = [device for device, read_only in default.values() if read_only]
        self.result.lost += [
            f"TARGET {self.target.name}: LUN {lun}: {device} is read-only for initiators "
            f"without an ACL, as {protected[0]} is" for lun, (device, read_only)
            in default.items() if protected and not read_only]
        return int(bool(protected))

    def _attribute(self, key: str, value: str) -> None:
        if key in PARAM:
            self.part.setdefault("param", {})[key] = value
        elif key == "rel_tgt_id":
            self.part["rtpi"] = number(self.target.name, key, value)
        elif key == "allowed_portal":
            address = f"[{value}]" if ":" in value else value
            self.part.setdefault("portals", []).append(f"{address}:3260")
        elif key not in ("enabled", "LUN", "GROUP", *USERS):
            self.result.lost.append(f"TARGET {self.target.name}: {key} {value}: no equivalent")

    def _numbers(self, block: Block) -> dict[int, tuple[str, bool]]:
        """Return {LUN: (device, it is read-only here)}."""
        found = {}
        for lun in block.each("LUN"):
            text, _, device = lun.name.partition(" ")
            if device in self.units:
                found[number(self.target.name, "LUN", text)] = \
                    (device, device in self.read_only or lun.get("read_only") == "1")
            else:
                self.result.lost.append(f"TARGET {self.target.name}: LUN {text}: {device} "
                                        "was not imported")
        return found

    def _export(self, wanted: int, device: str) -> int:
        """Return the LUN of the group that shows a device, a new one if need be."""
        unit = self.units[device]
        for there, other in self.luns.items():
            if other == unit:
                return there
        if wanted in self.luns:
            wanted = max(self.luns) + 1
        self.luns[wanted] = unit
        return wanted

    def _group(self, group: Block) -> None:
        numbers = self._numbers(group)
        self.result.lost += _unknown(f"GROUP {group.name}: ", group, (), ("LUN", "INITIATOR"))
        for initiator in group.each("INITIATOR"):
            if any(sign in initiator.name for sign in "*?!"):
                self.result.lost.append(f"GROUP {group.name}: INITIATOR {initiator.name}: an ACL "
                                        "has an exact name; write one for each initiator")
                continue
            name = initiator.name.split("#")[0]
            if name in self.part.get("acls", {}):
                self.result.lost.append(f"GROUP {group.name}: INITIATOR {name}: it is in another "
                                        "group already")
                continue
            luns: dict[int, Any] = {}
            for seen, (device, read_only) in numbers.items():
                lun = self._export(seen, device)
                luns[seen] = {"lun": lun, "write_protect": 1} if read_only else lun
            acl: Json = {"luns": luns, "tag": group.name}
            if "auth" in self.part:
                # who has an ACL is asked for its credentials, not for the group's
                acl["auth"] = dict(self.part["auth"])
            self.part.setdefault("acls", {})[name] = acl
