# SPDX-License-Identifier: GPL-2.0-only
"""A newc cpio archive, the format that the kernel unpacks as initramfs."""
from __future__ import annotations

import stat


class CpioArchive:
    """Collects files, folders and links, and yields the archive's bytes."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._inode = 0
        self._folders: set[str] = set()

    def _entry(self, name: str, mode: int, data: bytes,
               device: tuple[int, int] = (0, 0)) -> None:
        self._inode += 1
        encoded = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0,
                  device[0], device[1], len(encoded), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields)
        self._padded(head + encoded)
        self._padded(data)

    def _padded(self, data: bytes) -> None:
        self._chunks.append(data + b"\0" * (-len(data) % 4))

    def folder(self, name: str) -> None:
        """Add a folder and those above it."""
        parts = name.strip("/").split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            if path not in self._folders:
                self._folders.add(path)
                self._entry(path, stat.S_IFDIR | 0o755, b"")

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Add a regular file."""
        if "/" in name:
            self.folder(name.rsplit("/", 1)[0])
        self._entry(name, stat.S_IFREG | mode, data)

    def char_device(self, name: str, major: int, minor: int) -> None:
        """Add a character device."""
        self.folder(name.rsplit("/", 1)[0])
        self._entry(name, stat.S_IFCHR | 0o600, b"", (major, minor))

    def finish(self) -> bytes:
        """Return the whole archive."""
        self._entry("TRAILER!!!", 0, b"")
        return b"".join(self._chunks)
