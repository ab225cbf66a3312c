# SPDX-License-Identifier: GPL-2.0-only
"""A guest's disk: a sparse raw file on the host."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CACHE_MODES = ("writeback", "none", "unsafe", "directsync")


@dataclass(frozen=True)
class Disk:
    """One virtio disk; its name is the serial that the guest reads."""

    name: str
    path: Path
    cache: str = "unsafe"
    block_size: int = 512

    def arguments(self) -> list[str]:
        """Return the QEMU options for it."""
        return ["-drive", f"if=none,id={self.name},format=raw,file={self.path},"
                          f"cache={self.cache},discard=unmap,detect-zeroes=off",
                "-device", f"virtio-blk-pci,drive={self.name},serial={self.name},"
                           f"logical_block_size={self.block_size},"
                           f"physical_block_size={max(self.block_size, 512)}"]


def make_disk(folder: Path, name: str, mebibytes: int, cache: str = "unsafe",
              block_size: int = 512) -> Disk:
    """Create an empty disk."""
    path = folder / f"{name}.img"
    with path.open("wb") as file:
        file.truncate(mebibytes << 20)
    return Disk(name, path, cache, block_size)
