# SPDX-License-Identifier: GPL-2.0-only
"""Read C source as far as the checks need it: functions, calls, includes."""
from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NOISE = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
CALL = re.compile(r"(?<![.>\w])([A-Za-z_]\w*)\s*\(")
# Words that would mislead ctags; + takes an argument list with it.
MACROS = (
    "__init", "__exit", "__must_check", "__always_inline", "noinline", "__printf+",
    "__maybe_unused", "__acquires+", "__releases+", "__must_hold+", "__read_mostly",
    "__ro_after_init", "__percpu", "__rcu", "__private", "____cacheline_aligned_in_smp",
    "VISIBLE_IF_KUNIT=static", "EXPORT_SYMBOL_GPL+", "EXPORT_SYMBOL_NS_GPL+",
    "DEFINE_FREE+", "DEFINE_GUARD+", "DEFINE_MUTEX+", "LIST_HEAD+",
    "DEFINE_STATIC_KEY_FALSE+", "module_init+", "module_exit+", "static_assert+",
)


@dataclass(frozen=True)
class Symbol:
    """A function or variable, as Universal Ctags sees it."""

    name: str
    path: Path
    kind: str
    line: int
    end: int
    static: bool
    signature: str = ""

    @property
    def length(self) -> int:
        """Lines from the first of the signature to the closing brace."""
        return self.end - self.line + 1


def blanked(text: str) -> str:
    """Replace comments and literals by blanks; keep every line break."""
    return NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def includes(text: str) -> list[tuple[int, str, str]]:
    """Return (line, quote, name) of each #include."""
    return [(text.count("\n", 0, found.start()) + 1, found.group(1), found.group(2))
            for found in INCLUDE.finditer(re.sub(r"/\*.*?\*/", _blank_lines, text, flags=re.S))]


def _blank_lines(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def calls(text: str) -> set[str]:
    """Return every name that is followed by a parenthesis."""
    return set(CALL.findall(blanked(text)))


def symbols(paths: Iterable[Path], kinds: str = "fv") -> list[Symbol]:
    """Run ctags over the files and return what it finds."""
    names = "\n".join(str(path) for path in paths)
    if not names:
        return []
    done = subprocess.run(
        ["ctags", "--languages=C", "--langmap=C:+.h", f"--kinds-C={kinds}", "--fields=+neSK",
         "-I", ",".join(MACROS),
         "--sort=no", "-f", "-", "-L", "-"],
        input=names, capture_output=True, text=True, check=True)
    return [_symbol(line) for line in done.stdout.splitlines() if line and line[0] != "!"]


def _symbol(line: str) -> Symbol:
    name, path, rest = line.split("\t", 2)
    fields = dict(part.split(":", 1) for part in rest.split(';"\t', 1)[-1].split("\t")
                  if ":" in part)
    kind = rest.split(';"\t', 1)[-1].split("\t", 1)[0]
    first = int(fields["line"])
    return Symbol(name, Path(path), kind, first, int(fields.get("end", first)),
                  "file" in fields, fields.get("signature", ""))


def depth(text: str) -> int:
    """Return how deep braces nest inside a function's body; 0 for a flat one."""
    level = deepest = 0
    for character in blanked(text):
        if character == "{":
            level += 1
            deepest = max(deepest, level)
        elif character == "}":
            level -= 1
    return max(deepest - 1, 0)


def arguments(signature: str) -> int:
    """Return how many arguments a signature has."""
    inside = signature.strip()[1:-1].strip()
    if inside in ("", "void"):
        return 0
    level = 0
    count = 1
    for character in inside:
        level += (character in "([") - (character in ")]")
        count += character == "," and level == 0
    return count
