# SPDX-License-Identifier: GPL-2.0-only
"""The kernel with checks: built when a test first needs it, asked when tests end."""
from __future__ import annotations

import os
import subprocess

from functional.lab import Lab
from rig.errors import KernelComplaint, RigError
from rig.kernel import Kernel, debug_kernel
from rig.modset import BUILD, TOP
from rig.vm import Vm

FOLDER = BUILD.parent / "debug"


def build() -> Kernel:
    """Bring the kernel up to date, with its progress on the screen, and return it."""
    jobs = os.environ.get("JOBS") or str(os.cpu_count())
    done = subprocess.run([str(TOP / "scripts/debug_kernel.py"), "--out", str(FOLDER),
                           "--jobs", jobs], check=False)
    if done.returncode:
        raise RigError("the debug kernel does not build")
    return debug_kernel(FOLDER)


def examine(vm: Vm) -> list[str]:
    """Return what a machine's kernel found and did not print."""
    found: list[str] = vm.call("checks.leaks", timeout=120)
    if not vm.call("checks.lockdep_is_on"):
        found.append("lockdep is off")
    return found


def examine_target(lab: Lab) -> None:
    """Raise if a target module lost memory, or a check no longer works."""
    vm = lab.target.vm
    found = examine(vm) if vm.running else []
    if found:
        vm.kill()
        raise KernelComplaint(f"{vm.name}: {len(found)} found:\n" + "\n".join(found))
