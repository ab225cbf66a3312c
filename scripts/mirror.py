# SPDX-License-Identifier: GPL-2.0-only
"""Keep a copy of source folders, writing only what changed.

A file whose text did not change keeps its time stamp in the copy, and what a
build left there stays, so that make rebuilds no more than it must.
"""
from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

BUILT = (".o", ".ko", ".a", ".mod", ".mod.c", ".cmd", ".d", ".order",
         ".symvers", ".s", ".i", ".lst")
SKIPPED_FOLDERS = ("__pycache__",)


def is_source(name: str) -> bool:
    """Tell source from what a build or an editor leaves behind."""
    return not (name.startswith(".") or name.endswith(BUILT + ("~", ".rej", ".orig")))


def sources(folder: Path) -> list[Path]:
    """List the source files below a folder, relative to it, sorted."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if is_source(f) and f not in SKIPPED_FOLDERS]
        found += [Path(here, n).relative_to(folder) for n in names if is_source(n)]
    return sorted(found)


def write_if_changed(path: Path, data: bytes, mode: int = 0o644) -> bool:
    """Give path this content by a rename; do nothing where it has it already."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mirror-")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    os.chmod(temporary, mode)
    os.replace(temporary, path)
    return True


def mirror(source: Path, copy: Path, besides: Collection[Path] = (),
           instead: Mapping[Path, bytes] | None = None) -> int:
    """Make copy hold exactly the sources of source; return how many changed.

    Other sources may be in copy besides; some may have another text there instead.
    """
    wanted = sources(source)
    other = instead or {}
    changed = 0
    for name in wanted:
        origin = source / name
        changed += write_if_changed(copy / name, other.get(name) or origin.read_bytes(),
                                    origin.stat().st_mode & 0o777)
    for stale in set(sources(copy)) - {*wanted, *besides} if copy.is_dir() else ():
        (copy / stale).unlink()
        changed += 1
    return changed
