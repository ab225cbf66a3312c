# SPDX-License-Identifier: GPL-2.0-only
"""Read struct target_core_fabric_ops from its header.

The header is the only description: its members, the comments that divide them
and what its kernel-doc says of each.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEADER = Path("include/target/target_core_fabric_ops.h")
STRUCT = "target_core_fabric_ops"
FUNCTION = re.compile(r"(?P<type>[\w\s*]+?)\(\s*\*\s*(?P<name>\w+)\s*\)\s*\((?P<args>[^()]*)\)")
NAMED = re.compile(r"^(?P<type>.*[\s*])(?P<name>\w+)$", re.S)
# One word that is a whole type leaves no name for the parameter.
TYPES = {"void", "bool", "char", "short", "int", "long", "unsigned", "signed", "size_t",
         "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"}


class HeaderError(Exception):
    """Why the header does not say what a fabric gives."""


@dataclass(frozen=True)
class Argument:
    """One parameter of a member function."""

    type: str
    name: str

    def __str__(self) -> str:
        return self.type + ("" if self.type.endswith("*") else " ") + self.name


@dataclass(frozen=True)
class Member:
    """One member: a value, or a function if it has a result."""

    name: str
    section: str
    text: str
    result: str = ""
    arguments: tuple[Argument, ...] = ()

    def signature(self, name: str) -> str:
        """Return the head of a function of this type, on one line."""
        space = "" if self.result.endswith("*") else " "
        inside = ", ".join(str(argument) for argument in self.arguments) or "void"
        return f"{self.result}{space}{name}({inside})"


def words(text: str) -> str:
    """Return a type with one blank between words and the stars at the end."""
    return re.sub(r"\s*\*\s*", "*", " ".join(text.split())).replace("*", " *", 1)


def argument(text: str, number: int) -> Argument:
    """Read one parameter; make up a name where there is none."""
    text = " ".join(text.split())
    found = NAMED.match(text)
    if found and found["name"] not in TYPES and found["type"].strip() not in (
            "struct", "enum", "union", "const"):
        return Argument(words(found["type"]), found["name"])
    return Argument(words(text), f"arg{number}")


def comments(text: str) -> dict[str, str]:
    """Return what the kernel-doc of the struct says of each member."""
    found = re.search(rf"/\*\*\s*\n \* struct {STRUCT} -.*?\*/", text, re.S)
    if not found:
        return {}
    lines = [line.strip().removeprefix("*").rstrip() for line in found.group().splitlines()]
    said: dict[str, str] = {}
    name = ""
    for line in lines:
        start = re.match(r" @(\w+):\s*(.*)", line)
        if start:
            name = start.group(1)
            said[name] = start.group(2)
        elif name and line.startswith(("\t", " \t")):
            said[name] += " " + line.strip()
        else:
            name = ""
    return said


def body(text: str) -> str:
    """Return what stands between the braces of the struct."""
    found = re.search(rf"^struct {STRUCT} \{{\n(.*?)^\}};", text, re.M | re.S)
    if not found:
        raise HeaderError(f"no struct {STRUCT}")
    return found.group(1)


def member(text: str, section: str, said: dict[str, str]) -> Member:
    """Read one declaration, without its semicolon."""
    function = FUNCTION.fullmatch(text.strip())
    if function:
        name = function["name"]
        inside = function["args"].strip()
        given = [] if inside in ("", "void") else inside.split(",")
        return Member(name, section, said.get(name, ""), words(function["type"]),
                      tuple(argument(each, number) for number, each in enumerate(given, 1)))
    found = re.search(r"(\w+)\s*(?::\s*\d+|\[\w*\])?$", text.strip())
    if not found or "(" in text:
        raise HeaderError(f"struct {STRUCT}: cannot read '{' '.join(text.split())}'")
    return Member(found.group(1), section, said.get(found.group(1), ""))


def read(path: Path) -> list[Member]:
    """Return the members of the struct, in their order."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HeaderError(f"{path}: {getattr(error, 'strerror', '') or 'not a text'}") from None
    said = comments(text)
    members: list[Member] = []
    section = ""
    for part in re.split(r"(/\*.*?\*/)", body(text), flags=re.S):
        if part.startswith("/*"):
            section = " ".join(part[2:-2].replace("\n *", " ").split())
            continue
        members += [member(each, section, said) for each in part.split(";") if each.strip()]
    if not any(each.result for each in members):
        raise HeaderError(f"{path}: struct {STRUCT} has no functions")
    return members
