# SPDX-License-Identifier: GPL-2.0-only
"""The kernel that guests boot: an image, and its modules."""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rig.errors import RigError

SERIES = "6.12"


@dataclass(frozen=True)
class Kernel:
    """One bootable kernel."""

    version: str
    image: Path
    modules: Path
    # Its own folder holds this project's target, not the kernel's.
    carries_ours: bool = False
    # What checks that are compiled in cost: times, and MiB in each guest.
    slowness: float = 1.0
    extra_memory: int = 0
    machine: str = "pc"

    def module_file(self, relative: str) -> Path:
        """Return the file of a path that modules.dep names."""
        return self.modules / relative


def _release_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def installed_kernel(boot: Path = Path("/boot"),
                     modules: Path = Path("/lib/modules")) -> Kernel:
    """Return the newest installed distribution kernel of the series."""
    found = []
    for image in boot.glob(f"vmlinuz-{SERIES}.*-amd64"):
        version = image.name.removeprefix("vmlinuz-")
        if (modules / version / "modules.dep").exists():
            found.append(version)
    if not found:
        raise RigError(f"no {SERIES} kernel is installed: "
                       f"apt-get install linux-image-{SERIES}-amd64")
    version = max(found, key=_release_key)
    return Kernel(version, boot / f"vmlinuz-{version}", modules / version)


def custom_kernel(image: Path, modules: Path) -> Kernel:
    """Return a kernel that was built by hand; modules ends in its version."""
    if not image.exists():
        raise RigError(f"{image} is missing")
    if not (modules / "modules.dep").exists():
        raise RigError(f"{modules}/modules.dep is missing")
    return Kernel(modules.name, image, modules)


def debug_kernel(folder: Path) -> Kernel:
    """Return the kernel with checks that scripts/debug_kernel.py put into a folder.

    QEMU's machine pc describes its interrupts by a loop of AML, which takes
    that kernel longer than ACPI allows; q35 has a table.
    """
    found = list((folder / "lib/modules").glob("*/modules.dep"))
    if len(found) != 1 or not (folder / "vmlinuz").exists():
        raise RigError(f"no debug kernel in {folder}: scripts/debug_kernel.py")
    modules = found[0].parent
    return Kernel(modules.name, folder / "vmlinuz", modules, carries_ours=True,
                  slowness=4.0, extra_memory=512, machine="q35")
