# SPDX-License-Identifier: GPL-2.0-only
"""Every make target names the packages that it needs, and asks for nothing twice."""
from __future__ import annotations

import re
import subprocess

import pytest
from unit.project import TOP

SCRIPT = str(TOP / "scripts/install_packages")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)


def test_every_name_in_the_makefile_is_known() -> None:
    named = re.findall(r"@\$\(NEEDS\) (.+)", (TOP / "Makefile").read_text())
    assert len(named) > 6
    done = run("--list", *" ".join(named).split())
    assert done.returncode == 0, done.stderr
    assert "linux-source-6.12" in done.stdout.split()


@pytest.mark.parametrize("arguments", [[], ["nonesuch"], ["check", "nonesuch"]])
def test_unknown_target_is_refused(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr.startswith("usage: ")


def test_nothing_is_said_where_everything_is_there() -> None:
    # The tests themselves run on these packages.
    done = run("modules", "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
