# SPDX-License-Identifier: GPL-2.0-only
"""The two lines by which drivers/target knows of a fabric's folder."""
from __future__ import annotations

import re

TARGET = "drivers/target"
# For each file what the line says, and the lines that it belongs behind.
HOOKS = {
    "Makefile": ("obj-$(CONFIG_{symbol}) += {name}/",
                 re.compile(r"^obj-\$\(CONFIG_\w+\)\s*\+=\s*(?:\S+ )*\w+/$", re.M)),
    "Kconfig": (f'source "{TARGET}/{{name}}/Kconfig"',
                re.compile(rf'^source "{TARGET}/[^"]+"$', re.M)),
}


def hook(file: str, name: str) -> str:
    """Return the line of a fabric in one of the two files."""
    return HOOKS[file][0].format(name=name, symbol=name.upper())


def hooked(text: str, file: str, name: str) -> str:
    """Return a file's text with a fabric's line, behind the last that is like it."""
    line = hook(file, name)
    last = list(HOOKS[file][1].finditer(text))
    if line in text.splitlines() or not last:
        return text
    place = last[-1].end()
    return f"{text[:place]}\n{line}{text[place:]}"
