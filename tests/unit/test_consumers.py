# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's other fabric drivers compile, unmodified, against our headers."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import check_consumers
from unit.project import TOP


def run(top: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run the check of a project."""
    return subprocess.run([str(top / "scripts/check_consumers.py"), *names], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def test_all_of_them_compile() -> None:
    done = run(TOP)
    assert done.returncode == 0, done.stdout
    for name in check_consumers.CONSUMERS:
        assert f"ok   {name}: " in done.stdout


def test_missing_member_is_found(tmp_path: Path) -> None:
    for folder in ("scripts", "include"):
        shutil.copytree(TOP / folder, tmp_path / folder)
    header = tmp_path / "include/target/target_core_base.h"
    text = header.read_text()
    assert "residual_count" in text
    header.write_text(text.replace("residual_count", "residual_gone"))
    done = run(tmp_path, "xen-scsiback")
    assert done.returncode == 1
    assert "has no member named ‘residual_count’" in done.stdout


def test_unknown_name_is_refused() -> None:
    done = run(TOP, "nonesuch")
    assert done.returncode == 2 and "there are vhost_scsi" in done.stdout
