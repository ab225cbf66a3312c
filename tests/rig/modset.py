# SPDX-License-Identifier: GPL-2.0-only
"""Which target modules a guest loads: the kernel's own, or ours.

A guest sees the kernel's module folder with a staged folder above it.  The
stage holds our modules in updates/, and an index made for exactly that set,
so that modprobe and the kernel's own requests find the right ones.
"""
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rig.cache import cache_dir, fingerprint
from rig.errors import RigError
from rig.kernel import Kernel

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BUILD") or TOP / "build") / "modules"
TARGETS = ("stock", "ours")
# seconds for which a guest may go on with what it booted with
IN_USE = 24 * 3600


@dataclass(frozen=True)
class ModuleSet:
    """A staged folder for one kernel and one choice of target."""

    target: str
    stage: Path
    files: tuple[Path, ...]


def _our_files(build: Path) -> tuple[Path, ...]:
    files = tuple(sorted(build.glob("*.ko")))
    if not any(path.name == "target_core_mod.ko" for path in files):
        raise RigError(f"{build}/target_core_mod.ko is missing: make modules")
    return files


def make_stage(kernel: Kernel, files: tuple[Path, ...], stage: Path) -> None:
    """Make a folder that has modules above a kernel's own, and the index of them all."""
    scratch = Path(tempfile.mkdtemp(dir=stage.parent, prefix="stage-"))
    folder = scratch / "lib" / "modules" / kernel.version
    folder.mkdir(parents=True)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        if (kernel.modules / name).exists():
            shutil.copy(kernel.modules / name, folder)
    (folder / "kernel").symlink_to(kernel.modules / "kernel")
    (folder / "updates").mkdir()
    for path in files:
        shutil.copy(path, folder / "updates")
    subprocess.run(["/sbin/depmod", "-b", str(scratch), kernel.version], check=True)
    (folder / "kernel").unlink()
    shutil.rmtree(stage, ignore_errors=True)
    folder.rename(stage)
    shutil.rmtree(scratch)


def module_set(kernel: Kernel, target: str, build: Path = BUILD) -> ModuleSet:
    """Return the staged modules for a target, made now if they changed."""
    if target not in TARGETS:
        raise RigError(f"no such target: {target} (one of {', '.join(TARGETS)})")
    files = _our_files(build) if target == "ours" and not kernel.carries_ours else ()
    index = str((kernel.modules / "modules.dep").stat().st_mtime_ns)
    key = fingerprint(str(kernel.modules), index, *(path.name for path in files),
                      *(path.read_bytes() for path in files))
    stage = cache_dir() / f"modules-{target}-{key}"
    if not (stage / "modules.dep.bin").exists():
        make_stage(kernel, files, stage)
        _forget_others(stage)
    return ModuleSet(target, stage, files)


def _forget_others(stage: Path) -> None:
    """Keep the newest few stages of a target, and all that a running guest may use."""
    prefix = stage.name.rsplit("-", 1)[0] + "-"
    stages = sorted((path.stat().st_mtime, path) for path in stage.parent.glob(prefix + "*"))
    for made, old in stages[:-6]:
        if time.time() - made > IN_USE:
            shutil.rmtree(old, ignore_errors=True)
