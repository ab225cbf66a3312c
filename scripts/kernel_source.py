#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Find the installed kernel headers and unpack the distribution's source.

The source is unpacked once per package version into a cache outside the
checkout.  The folders that this project replaces are left out, and so is the
NVMe target: nothing here needs it.

usage: kernel_source.py {headers|source}
"""
from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SERIES = "6.12"
PACKAGE = f"linux-source-{SERIES}"
TARBALL = Path(f"/usr/src/{PACKAGE}.tar.xz")
LEFT_OUT = ("drivers/target", "include/target", "Documentation/target",
            "drivers/nvme/target")
# These folders are sourced and descended into, even where nothing is set.
PLACEHOLDERS = ("drivers/nvme/target/Kconfig", "drivers/nvme/target/Makefile")
HEADERS = re.compile(rf"linux-headers-{re.escape(SERIES)}\.[0-9][^-]*-amd64$")


class SourceError(Exception):
    """The kernel's headers or source are not there, with the remedy."""


def cache() -> Path:
    """Where big things live that outlast a checkout."""
    root = os.environ.get("TARGET_CACHE") or Path.home() / ".cache" / "linux-scsi-target"
    path = Path(root)
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time work on a part of the cache."""
    with open(cache() / f".{name}.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another run that uses {name} ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def version_key(text: str) -> list[tuple[int, str]]:
    """Order 6.12.9 before 6.12.10."""
    return [(int(part) if part.isdigit() else -1, part)
            for part in re.split(r"(\d+)", text)]


def headers() -> Path:
    """Return the newest installed headers of the series."""
    found = [path for path in Path("/usr/src").glob(f"linux-headers-{SERIES}*")
             if HEADERS.search(path.name)]
    if not found:
        raise SourceError(f"no linux-headers-{SERIES}-amd64 below /usr/src: "
                          "run scripts/install_packages modules, or give KDIR=")
    return max(found, key=lambda path: version_key(path.name))


def package_version() -> str:
    """Return the version of the source package, for the cache's key."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", PACKAGE],
                          capture_output=True, text=True, check=False)
    if done.returncode or not TARBALL.exists():
        raise SourceError(f"{PACKAGE} is not installed: run scripts/install_packages kunit")
    return done.stdout.strip()


def unpack(folder: Path) -> None:
    """Unpack the tarball without the folders that are left out."""
    root = f"{PACKAGE}/"
    print(f"unpacking {TARBALL.name} into {folder} ...", flush=True)
    start = time.monotonic()
    folder.mkdir(parents=True)
    subprocess.run(["tar", "xJf", str(TARBALL), "--strip-components=1", "-C", str(folder)]
                   + [f"--exclude={root}{name}" for name in LEFT_OUT], check=True)
    for name in PLACEHOLDERS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# left out when the source was unpacked\n", encoding="ascii")
    print(f"unpacked in {time.monotonic() - start:.0f} s", flush=True)


def unpack_apart(folder: Path, patterns: tuple[str, ...]) -> None:
    """Unpack the folders of a few files, left out or not, for a program that reads them."""
    package_version()
    names = {f"{PACKAGE}/{Path(pattern).parent}" for pattern in patterns}
    subprocess.run(["tar", "xJf", str(TARBALL), "--strip-components=1", "-C", str(folder),
                    *sorted(names)], check=True)


def source() -> Path:
    """Return the unpacked source, never written to afterwards."""
    version = package_version()
    folder = cache() / f"source-{version}"
    with locked("source"):
        if not folder.is_dir():
            partial = cache() / f".unpacking-{version}"
            shutil.rmtree(partial, ignore_errors=True)
            unpack(partial)
            partial.rename(folder)
    return folder


def overlaid(name: str) -> Path:
    """Return a copy of the source, by hard links, that an overlay may change."""
    pristine = source()
    folder = cache() / f"{name}-{pristine.name}"
    with locked(name):
        if not folder.is_dir():
            partial = cache() / f".copying-{folder.name}"
            shutil.rmtree(partial, ignore_errors=True)
            subprocess.run(["cp", "-al", str(pristine), str(partial)], check=True)
            partial.rename(folder)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("what", choices=["headers", "source"], help="whose folder to print")
    what = parser.parse_args().what
    try:
        print(headers() if what == "headers" else source())
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
