# SPDX-License-Identifier: GPL-2.0-only
"""Make the scripts importable, and small projects to try them on."""
from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

from unit.project import TOP, Write, write_files

sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tools/targetcli-config")]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Return a function that writes files, with their licence line, into a project."""
    top = tmp_path / "project"
    (top / "drivers/target").mkdir(parents=True)
    (top / "include/target").mkdir(parents=True)
    return partial(write_files, top)
