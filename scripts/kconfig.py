# SPDX-License-Identifier: GPL-2.0-only
"""Just enough Kconfig to build our modules against any configured kernel.

The headers of an installed kernel come without Kconfig files and know nothing
of symbols that are newer than they are.  Here our own Kconfig files are read,
and every symbol gets the highest value that the kernel's configuration allows.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = re.compile(r"\|\||&&|!=|=|!|\(|\)|\w+")
LEVEL = {"n": 0, "m": 1, "y": 2}
NAME = {level: name for name, level in LEVEL.items()}


@dataclass
class Symbol:
    """One config entry: its type and what it depends on."""

    name: str
    kind: str = "bool"
    default: str = "n"
    depends: list[str] = field(default_factory=list)


def condition(text: str, value: Callable[[str], int]) -> int:
    """Evaluate a dependency as Kconfig does: and is min, or is max, not is 2 - x."""
    tokens = TOKEN.findall(text)

    def atom() -> int:
        token = tokens.pop(0)
        if token == "!":
            return 2 - atom()
        if token == "(":
            inside = either()
            tokens.pop(0)
            return inside
        level = LEVEL.get(token, -1)
        level = value(token) if level < 0 else level
        if tokens and tokens[0] in ("=", "!="):
            equal = tokens.pop(0) == "="
            return 2 if (level == atom()) == equal else 0
        return level

    def both() -> int:
        level = atom()
        while tokens and tokens[0] == "&&":
            tokens.pop(0)
            level = min(level, atom())
        return level

    def either() -> int:
        level = both()
        while tokens and tokens[0] == "||":
            tokens.pop(0)
            level = max(level, both())
        return level

    return either() if tokens else 2


def lines_of(path: Path) -> list[str]:
    """Return the lines of a Kconfig file without comments, continuations joined."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split(" #")[0].rstrip() for line in text.splitlines()
            if not line.lstrip().startswith("#")]


def read(path: Path, tree: Path, around: tuple[str, ...] = ()) -> list[Symbol]:
    """Read a Kconfig file and those that it sources, relative to tree."""
    symbols: list[Symbol] = []
    blocks: list[list[str]] = [[*around]]
    current: Symbol | None = None
    help_indent = -1
    for line in lines_of(path):
        words = line.split()
        if not words:
            continue
        indent = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        if help_indent == 0:                    # the first line of a help text
            help_indent = max(indent, 1)
        if help_indent > 0 and indent >= help_indent:
            continue
        help_indent = -1
        rest = line.strip()[len(words[0]):].strip()
        match words[0]:
            case "config" | "menuconfig":
                depends = [text for block in blocks for text in block]
                current = Symbol(words[1], depends=depends)
                symbols.append(current)
            case "if" | "menu":
                current = None
                blocks.append([rest] if words[0] == "if" else [])
            case "endif" | "endmenu":
                current = None
                blocks.pop()
            case "source":
                current = None
                inside = tuple(text for block in blocks for text in block)
                symbols += read(tree / rest.strip('"'), tree, inside)
            case "help" | "---help---":
                help_indent = 0
            case "bool" | "tristate" | "def_bool" | "def_tristate" | "int" | "string" | "hex":
                if current:
                    current.kind = words[0].removeprefix("def_")
                    if words[0].startswith("def_"):
                        current.default = rest.split(" if ")[0]
            case "default":
                if current and current.default == "n":
                    current.default = rest.split(" if ")[0]
            case "depends":
                expression = rest.removeprefix("on").strip()
                if current:
                    current.depends.append(expression)
                else:
                    blocks[-1].append(expression)
    return symbols


def configuration(path: Path) -> dict[str, str]:
    """Read auto.conf (or any .config) as a dictionary without the CONFIG_."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and name.startswith("CONFIG_"):
            found[name.removeprefix("CONFIG_")] = value
    return found


def chosen(symbols: list[Symbol], kernel: dict[str, str]) -> dict[str, str]:
    """Give each of our symbols that the kernel leaves unset its highest value.

    Modules are chosen wherever their dependencies allow it; KUnit suites and
    switches that are off by default stay off.
    """
    values: dict[str, str] = {}

    def value(name: str) -> int:
        return LEVEL.get(values.get(name, kernel.get(name, "n")), 0)

    for symbol in symbols:
        if "KUNIT" in symbol.name or symbol.name in kernel:
            continue
        level = min([2, *(condition(text, value) for text in symbol.depends)])
        if symbol.kind == "tristate":
            level = min(level, LEVEL["m"])
        elif symbol.kind == "bool":
            level = LEVEL["y"] if level and condition(symbol.default, value) else 0
        else:
            continue
        if level:
            values[symbol.name] = NAME[level]
    return values
