# SPDX-License-Identifier: GPL-2.0-only
"""Filesystems and files in a guest: make, fill, and prove the content."""
from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

READERS = 8


def _digest(path: str) -> str:
    if os.path.islink(path):
        return "-> " + os.readlink(path)
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=16).hexdigest()


def digests(folder: str) -> dict[str, str]:
    """Return {relative path: digest} of all regular files and links below."""
    paths = [path for base, _, names in os.walk(folder)
             for path in (os.path.join(base, name) for name in names)
             if os.path.islink(path) or os.path.isfile(path)]
    with ThreadPoolExecutor(READERS) as pool:
        return {os.path.relpath(path, folder): digest
                for path, digest in zip(paths, pool.map(_digest, paths))}


def _tool(*command: str) -> None:
    """Run a program; its own last words are the error."""
    done = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        words = done.stdout.strip().splitlines() or [f"exit {done.returncode}"]
        raise OSError(f"{' '.join(command)}: {words[-1]}")


def make_filesystem(device: str, folder: str, kind: str = "ext4") -> None:
    """Make a filesystem on a device and mount it."""
    _tool(f"mkfs.{kind}", "-q", "-F", device)
    mount(device, folder)


def mount(device: str, folder: str) -> None:
    """Mount a device."""
    os.makedirs(folder, exist_ok=True)
    _tool("mount", device, folder)


def unmount(folder: str) -> None:
    """Write back and unmount."""
    _tool("umount", folder)


def check_filesystem(device: str) -> None:
    """Raise unless an ext4 filesystem that is not mounted is clean."""
    _tool("e2fsck", "-f", "-n", device)


def copy_tree(source: str, target: str) -> dict[str, int]:
    """Copy a tree, write it back, and return its size."""
    shutil.copytree(source, target, symlinks=True)
    os.sync()
    paths = [os.path.join(base, name) for base, _, names in os.walk(target) for name in names]
    return {"files": len(paths), "bytes": sum(os.lstat(path).st_size for path in paths)}


def compare_trees(source: str, target: str) -> dict[str, int]:
    """Read both trees in full and raise unless they are the same."""
    wanted, found = digests(source), digests(target)
    wrong = sorted(key for key in wanted.keys() | found.keys()
                   if wanted.get(key) != found.get(key))
    if wrong:
        raise OSError(f"{len(wrong)} of {len(wanted)} files differ, first: {wrong[0]}")
    if not wanted:
        raise OSError(f"{source} holds no file to compare")
    return {"files": len(found)}


def drop_caches() -> None:
    """Forget clean pages, so that what is read next comes from the disk."""
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3")
