#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build a kernel that finds mistakes, with the target as modules in it.

The distribution's source gets the overlay and is built for x86_64 with
tests/debug/*.config: KASAN, lockdep, kmemleak, UBSAN and their like, and no
driver that a guest of the tests does not need.  Objects stay in the cache, so
that a later run builds what changed; image and modules are installed into OUT,
where guests find them while another checkout builds its own.
"""
from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import kernel_build
import kernel_source
import overlay
from kernel_build import KernelBuild, KernelError

TOP = Path(__file__).resolve().parent.parent
FRAGMENTS = TOP / "tests/debug"
IMAGE = "arch/x86/boot/bzImage"
RELEASE = "include/config/kernel.release"


def asked() -> dict[str, str]:
    """Return the configuration that the fragments and our own Kconfig ask for."""
    return kernel_build.asked(sorted(FRAGMENTS.glob("*.config")), "m")


def install(kernel: KernelBuild, out: Path) -> str:
    """Put image and modules into out; return the kernel's release."""
    release = (kernel.folder / RELEASE).read_text(encoding="ascii").strip()
    shutil.rmtree(out / "lib", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    kernel.make(f"INSTALL_MOD_PATH={out}", "modules_install")
    shutil.copyfile(kernel.folder / IMAGE, out / "vmlinuz")
    for name in ("build", "source"):
        (out / "lib/modules" / release / name).unlink(missing_ok=True)
    return release


def build(out: Path, jobs: int) -> str:
    """Do all; return the kernel's release."""
    tree = kernel_source.overlaid("debug")
    folder = kernel_source.cache() / f"debug-build-{tree.name.removeprefix('debug-')}"
    folder.mkdir(exist_ok=True)
    with kernel_source.locked("debug-build"):
        print(f"overlay: {overlay.apply(tree)} files changed", flush=True)
        kernel = KernelBuild(tree, folder, "x86_64")
        kernel.configure(asked(), "tests/debug/*.config")
        kernel.build(jobs)
        return install(kernel, out)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, default=TOP / "build/debug",
                        help="gets vmlinuz and lib/modules (default: build/debug)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    start = time.monotonic()
    try:
        release = build(options.out.resolve(), options.jobs)
    except (KernelError, kernel_source.SourceError, overlay.OverlayError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"debug kernel {release} in {options.out}, {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
