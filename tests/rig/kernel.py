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
