# SPDX-License-Identifier: GPL-2.0-only
"""Compile the plugin for QEMU and the load generator for the guest."""
from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from rig.errors import RigError

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "build" / "bench"
FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror"]


@dataclass(frozen=True)
class Programs:
    """Where they are."""

    plugin: Path
    load: Path


def _compile(source: Path, output: Path, *flags: str) -> None:
    newest = max(path.stat().st_mtime for path in source.parent.iterdir())
    if output.exists() and output.stat().st_mtime >= newest:
        return
    scratch = output.with_suffix(".new")
    done = subprocess.run(["gcc", *FLAGS, *flags, "-o", str(scratch), str(source)],
                          text=True, capture_output=True, check=False)
    if done.returncode:
        raise RigError(f"{source.name} does not compile\n{done.stderr}")
    scratch.replace(output)


def build() -> Programs:
    """Return the programs, compiled if their sources are newer."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    programs = Programs(OUTPUT / "count.so", OUTPUT / "aio")
    _compile(HERE / "plugin" / "count.c", programs.plugin, "-shared", "-fPIC")
    _compile(HERE / "load" / "aio.c", programs.load)
    return programs
