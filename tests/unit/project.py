# SPDX-License-Identifier: GPL-2.0-only
"""Small projects to try the scripts on."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SPDX = "SPDX-License-Identifier: GPL-2.0-only"
Write = Callable[[dict[str, str]], Path]


def write_files(top: Path, files: dict[str, str]) -> Path:
    """Write files, each with its licence line, below a folder; return the folder."""
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        opening, ending = {".c": ("// ", ""), ".h": ("/* ", " */")}.get(path.suffix, ("# ", ""))
        path.write_text(f"{opening}{SPDX}{ending}\n{text}", encoding="utf-8")
    return top
