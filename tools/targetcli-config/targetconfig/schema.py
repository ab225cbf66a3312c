# SPDX-License-Identifier: GPL-2.0-only
"""What the files of an object accept, as the kernel says it in "schema"."""
from __future__ import annotations

import re
from dataclasses import dataclass, field

LINE = re.compile(r'(\S+) (\w+) (\S+) default=("[^"]*"|\S+) write=(\w+)(?: # (.+))?')
NUMBERS = ("bool", "number", "power")
TEXTS = ("text", "secret")
TRUE, FALSE = ("1", "y", "yes", "on", "true"), ("0", "n", "no", "off", "false")
ALIAS = re.compile(r"(?:LU Group|TG Port) Alias: (.*)")
# Files that show words where a number is written.
SHOWN = {
    "alua_access_type": ["None", "Implicit", "Explicit", "Implicit and Explicit"],
    "alua_access_status": ["None", "Altered by Explicit STPG", "Altered by Implicit ALUA"],
}


@dataclass(frozen=True)
class Field:
    """One file, or one key of control."""

    path: str
    kind: str = "text"
    range: str = "-"
    default: str | None = None
    when: str = "always"
    help: str = ""

    @property
    def writable(self) -> bool:
        """Tell whether it is a setting: an action is done, and leaves nothing to keep."""
        return self.when != "never" and self.kind != "action"

    def spans(self) -> list[tuple[int, int]]:
        """Return the ranges of numbers, or of lengths."""
        found = []
        for part in self.range.split(","):
            edges = [int(edge) for edge in part.split("..")]
            found.append((edges[0], edges[-1]))
        return found

    def canonical(self, text: str) -> str:
        """Return the one way to write a value that can be written in many."""
        text = text.strip("\n\0")
        name = self.path.rsplit("/", 1)[-1]
        if name in SHOWN and text in SHOWN[name]:
            return str(SHOWN[name].index(text))
        # YAML takes an unquoted Yes or No for a truth value.
        if self.range == "Yes|No" and text in ("0", "1"):
            return "Yes" if text == "1" else "No"
        if self.kind == "bool" and text.lower() in TRUE + FALSE:
            return str(int(text.lower() in TRUE))
        if self.kind in NUMBERS:
            number = to_number(text)
            return text if number is None else str(number)
        if self.kind == "words":
            return ",".join(word.strip() for word in text.split(","))
        return text

    def shown(self, text: str) -> str:
        """Return the value to write for what a read shows."""
        text = text.strip("\n\0")
        if self.path.endswith("vpd_unit_serial"):
            return text.split(": ", 1)[-1]
        alias = ALIAS.match(text)
        return alias.group(1) if alias else self.canonical(text)

    def refuses(self, value: str) -> str | None:
        """Say what is wrong with a value, or None."""
        if not self.writable:
            return "it is no setting"
        if self.kind in ("word", "words"):
            return self._refuses_words(self.canonical(value))
        if self.range == "-":
            return None
        if self.kind in TEXTS:
            least, most = self.spans()[0]
            good = least <= len(value) <= most
            return None if good else f"it has {least} to {most} characters"
        number = to_number(self.canonical(value))
        if number is None:
            return f"it is a number, {self.range}"
        if not any(least <= number <= most for least, most in self.spans()):
            return f"it is {self.range}"
        if self.kind == "power" and number & (number - 1):
            return f"it is a power of two, {self.range}"
        return None

    def _refuses_words(self, value: str) -> str | None:
        allowed = self.range.split("|")
        words = value.split(",") if self.kind == "words" else [value]
        wrong = [word for word in words if word.strip() not in allowed]
        return f"it is {' or '.join(allowed)}" if wrong else None


@dataclass(frozen=True)
class Schema:
    """All files of an object."""

    fields: dict[str, Field] = field(default_factory=dict)

    def get(self, path: str) -> Field:
        """Return a file; one that is not described is text that can be written."""
        return self.fields.get(path) or Field(path)


def to_number(text: str) -> int | None:
    """Read a number as the kernel does."""
    try:
        return int(text, 0)
    except ValueError:
        return int(text) if text.isdigit() else None


def parse(text: str) -> Schema:
    """Read a schema file; lines of a later format are left out."""
    fields = {}
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            path, kind, values, default, when, words = match.groups()
            fields[path] = Field(path, kind, values,
                                 None if default == "-" else default.strip('"'), when, words or "")
    return Schema(fields)
