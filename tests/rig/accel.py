# SPDX-License-Identifier: GPL-2.0-only
"""How QEMU executes a guest: by KVM where it works, else by translation.

/dev/kvm can exist and still not run a distribution's kernel, so the answer
comes from a boot, once for each host kernel and QEMU, and is remembered.
"""
from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Callable

from rig.cache import cache_dir, fingerprint

# Without cx16: QEMU 7.2 computes the flags of CMPXCHG16B from a stale state, and
# an interrupt right behind one, as in the slab allocator, then restores garbage
# and ends in a double fault about once in half an hour.
TCG = ["-accel", "tcg,thread=multi", "-cpu", "max,-cx16"]
KVM = ["-accel", "kvm", "-cpu", "host"]
QEMU = "qemu-system-x86_64"


def clock_option(cpuinfo: str) -> str:
    """Return the kernel option that says how fast the guest's TSC runs, if known.

    It is the host's.  A guest that measures it while others use the host's
    processors finds anything: its clock then runs twice as fast, and its limits
    are over in half their time.
    """
    constant = re.search(r"^flags\s*:.*\bconstant_tsc\b", cpuinfo, re.M)
    # Where the TSC is constant the kernel's bogomips are twice its megahertz.
    mips = re.search(r"^bogomips\s*:\s*([0-9.]+)$", cpuinfo, re.M)
    return f"tsc_early_khz={float(mips.group(1)) * 500:.0f}" if constant and mips else ""


def host_clock_option() -> str:
    """Return the option for this host."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return clock_option(file.read())


def _memo_key() -> str:
    version = subprocess.run([QEMU, "--version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line for line in file if line.startswith("model name")), "")
    return fingerprint(version, platform.release(), model)


def choose_accel(boots: Callable[[list[str]], bool]) -> list[str]:
    """Return QEMU's accelerator options; boots tries a set of them."""
    asked = os.environ.get("RIG_ACCEL")
    if asked in ("kvm", "tcg"):
        return KVM if asked == "kvm" else TCG
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return TCG
    memo = cache_dir() / f"accel-{_memo_key()}"
    if not memo.exists():
        memo.write_text("kvm" if boots(KVM) else "tcg", encoding="ascii")
    return KVM if memo.read_text(encoding="ascii") == "kvm" else TCG
