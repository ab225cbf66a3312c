# SPDX-License-Identifier: GPL-2.0-only
"""modules.dep of a kernel: which files a module needs, in load order."""
from __future__ import annotations

import lzma
import subprocess
from pathlib import Path

from rig.errors import RigError
from rig.kernel import Kernel


def _module_name(path: str) -> str:
    return path.rsplit("/", 1)[-1].split(".ko", 1)[0].replace("-", "_")


class ModuleIndex:
    """Resolves module names to files; built-in modules resolve to none."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._needs: dict[str, tuple[str, list[str]]] = {}
        for line in (kernel.modules / "modules.dep").read_text().splitlines():
            path, _, needs = line.partition(":")
            self._needs[_module_name(path)] = (path, needs.split())
        builtin = kernel.modules / "modules.builtin"
        self._builtin = {_module_name(line) for line in
                         builtin.read_text().splitlines()} if builtin.exists() else set()

    def load_order(self, names: list[str]) -> list[Path]:
        """Return the files to insert so that each named module loads."""
        order: list[str] = []
        for name in names:
            if name in self._builtin:
                continue
            if name not in self._needs:
                raise RigError(f"kernel {self._kernel.version} has no module {name}")
            path, needs = self._needs[name]
            # depmod lists the nearest dependency first.
            for item in [*reversed(needs), path]:
                if item not in order:
                    order.append(item)
        return [self._kernel.module_file(item) for item in order]


def module_bytes(path: Path) -> bytes:
    """Return the object code of a module file, compressed or not."""
    data = path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(data)
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", str(path)], check=True,
                              stdout=subprocess.PIPE).stdout
    return data
