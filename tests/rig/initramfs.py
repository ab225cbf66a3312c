# SPDX-License-Identifier: GPL-2.0-only
"""The initramfs: mounts the host's root read-only and starts the agent.

The guest has no disk image.  Its root is the host's own root over 9p with a
tmpfs above it, so that each tool installed on the host is there and nothing
that a guest does reaches the host.
"""
from __future__ import annotations

import os
import shutil
from pathlib import Path

from rig.cache import cache_dir, fingerprint
from rig.cpio import CpioArchive
from rig.errors import RigError
from rig.kernel import Kernel
from rig.modindex import ModuleIndex, module_bytes

INSIDE = Path(__file__).parent / "inside"
EARLY_MODULES = ["9pnet_virtio", "9p", "overlay", "virtio_blk", "virtio_net",
                 "configfs"]


def _busybox() -> Path:
    """Return a busybox that runs without a dynamic loader."""
    found = shutil.which("busybox", path="/bin:/usr/bin")
    if not found:
        raise RigError("busybox is missing: apt-get install busybox-static")
    if b"ld-linux" in Path(found).read_bytes()[:4096]:
        raise RigError("busybox is dynamic: apt-get install busybox-static")
    return Path(found)


def build_initramfs(kernel: Kernel) -> Path:
    """Return the initramfs for a kernel, from the cache if it is current."""
    busybox = _busybox().read_bytes()
    init = (INSIDE / "init.sh").read_bytes()
    agent = (INSIDE / "agent.py").read_bytes()
    files = ModuleIndex(kernel).load_order(EARLY_MODULES)
    stamps = " ".join(f"{path}:{path.stat().st_mtime_ns}" for path in files)
    key = fingerprint(kernel.version, busybox, init, agent, stamps,
                      Path(__file__).read_bytes())
    path = cache_dir() / f"initramfs-{key}.cpio"
    if path.exists():
        return path
    archive = CpioArchive()
    for folder in ("proc", "sys", "dev", "lower", "rw", "new", "modules"):
        archive.folder(folder)
    archive.char_device("dev/console", 5, 1)
    archive.file("bin/busybox", busybox, 0o755)
    archive.file("init", init, 0o755)
    archive.file("rig/agent.py", agent)
    for number, item in enumerate(files):
        archive.file(f"modules/{number:02d}.ko", module_bytes(item))
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(archive.finish())
    scratch.replace(path)
    return path
