# SPDX-License-Identifier: GPL-2.0-only
"""A copy of sources follows them, and disturbs a build no more than it must."""
from __future__ import annotations

import os
from pathlib import Path

import pytest
from mirror import mirror, sources


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Return a source folder with three files, and the place of its copy."""
    source = tmp_path / "source"
    for name in ("a.c", "sub/b.h", "sub/Kbuild"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    return source, tmp_path / "copy"


def test_copy_is_complete_and_then_still(pair: tuple[Path, Path]) -> None:
    source, copy = pair
    assert mirror(source, copy) == 3
    assert (copy / "sub/b.h").read_text() == "sub/b.h"
    assert mirror(source, copy) == 0


def test_unchanged_text_keeps_its_time(pair: tuple[Path, Path]) -> None:
    source, copy = pair
    mirror(source, copy)
    os.utime(copy / "a.c", (5, 5))
    os.utime(source / "a.c", (9, 9))
    assert mirror(source, copy) == 0
    assert (copy / "a.c").stat().st_mtime == 5


def test_older_text_is_newer_in_the_copy(pair: tuple[Path, Path]) -> None:
    source, copy = pair
    mirror(source, copy)
    os.utime(copy / "a.c", (10, 10))
    (source / "a.c").write_text("what stood here before")
    os.utime(source / "a.c", (5, 5))
    assert mirror(source, copy) == 1
    assert (copy / "a.c").stat().st_mtime > 10


def test_objects_stay_and_stale_sources_go(pair: tuple[Path, Path]) -> None:
    source, copy = pair
    mirror(source, copy)
    for name in ("a.o", ".a.o.cmd", "x.mod.c", "Module.symvers"):
        (copy / name).write_text("built")
    (source / "sub/b.h").unlink()
    assert mirror(source, copy) == 1
    assert not (copy / "sub/b.h").exists()
    assert all((copy / name).exists() for name in ("a.o", ".a.o.cmd", "x.mod.c"))


def test_what_is_no_source_is_not_copied(pair: tuple[Path, Path]) -> None:
    source, _ = pair
    for name in ("a.o", ".hidden", "a.c~", "__pycache__/x.py", ".git/config"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("no")
    assert [str(path) for path in sources(source)] == ["a.c", "sub/Kbuild", "sub/b.h"]
