#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compile the kernel's other fabric drivers, unmodified, against our headers.

A syntax and type check of their stock sources with the flags of the installed
kernel and our include folder first: what they use of the target must be there,
with the right types.

usage: check_consumers.py [--kdir KDIR] [--jobs N] [NAME...]
"""
from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import kernel_source

TOP = Path(__file__).resolve().parent.parent
PROBE = "probe"


@dataclass(frozen=True)
class Consumer:
    """A driver: its sources in the kernel tree and the folders it includes from."""

    sources: tuple[str, ...]
    include: tuple[str, ...] = ()
    unseen: bool = False


# One fabric lies in the folder that nobody who writes for this project reads, and that is
# therefore not unpacked: it is unpacked for the compiler alone, into a folder that is gone
# when it ends, and what the compiler says quotes no line of it.
QUIET = ("-fno-diagnostics-show-caret", "-fno-diagnostics-show-line-numbers")


CONSUMERS = {
    "vhost_scsi": Consumer(("drivers/vhost/scsi.c",)),
    "ib_srpt": Consumer(("drivers/infiniband/ulp/srpt/*.c",)),
    "xen-scsiback": Consumer(("drivers/xen/xen-scsiback.c",)),
    "qla2xxx": Consumer(("drivers/scsi/qla2xxx/*.c",)),
    "usb_f_tcm": Consumer(("drivers/usb/gadget/function/f_tcm.c",
                           "drivers/usb/gadget/legacy/tcm_usb_gadget.c"),
                          ("drivers/usb/gadget", "drivers/usb/gadget/function",
                           "drivers/usb/gadget/udc")),
    "tcm_remote": Consumer(("drivers/target/tcm_remote/*.c",), unseen=True),
    "efct": Consumer(("drivers/scsi/elx/efct/*.c",), ("drivers/scsi/elx",)),
}


def kernel_flags(kdir: Path) -> list[str]:
    """Ask the kernel's build for the compiler command of a module's file."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "Kbuild").write_text(f"obj-m := {PROBE}.o\n", encoding="ascii")
        (folder / f"{PROBE}.c").write_text("int probe;\n", encoding="ascii")
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("MAKE", "MFLAGS"))}
        done = subprocess.run(["make", "-C", str(kdir), f"M={folder}", f"{PROBE}.o"],
                              env=environment, capture_output=True, text=True, check=False)
        record = folder / f".{PROBE}.o.cmd"
        if not record.exists():
            raise kernel_source.SourceError(f"{kdir} builds no module:\n{done.stderr[-1500:]}")
        line = record.read_text(encoding="utf-8").split("\n", 1)[0].split(":=", 1)[1]
    words = shlex.split(line.split(";", maxsplit=1)[0])
    dropped = re.compile(rf"-Wp,-MMD|-D(?:__)?KBUILD_|.*{PROBE}\.[co]$|-c$|-o$")
    return [word for word in words if not dropped.match(word)]


def command(flags: list[str], tree: Path, consumer: Consumer, source: Path) -> list[str]:
    """Return the command that checks one source."""
    name = source.stem.replace("-", "_")
    ours = [f"-I{TOP / 'include'}"]
    theirs = [f"-I{tree / folder}" for folder in consumer.include] + [f"-I{source.parent}"]
    defines = ["-DMODULE", f'-DKBUILD_BASENAME="{name}"', f'-DKBUILD_MODNAME="{name}"',
               f'-DKBUILD_MODFILE="{name}"', f"-D__KBUILD_MODNAME=kmod_{name}"]
    quiet = QUIET if consumer.unseen else ()
    return [flags[0], "-fsyntax-only", "-Werror", *ours, *flags[1:], *quiet, *theirs, *defines,
            str(source)]


def compiled(arguments: list[str], cwd: Path) -> str:
    """Run one command; return what the compiler said."""
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    return "" if not done.returncode else done.stderr


def sources_of(tree: Path, consumer: Consumer) -> list[Path]:
    """Return a consumer's sources; a pattern that names none is a mistake."""
    found = []
    for pattern in consumer.sources:
        paths = sorted(tree.glob(pattern))
        if not paths:
            raise kernel_source.SourceError(f"{tree} has no {pattern}")
        found += paths
    return found


def mark(flags: list[str]) -> Path:
    """Name the file that says that with these headers what is unseen compiles.

    To unpack it takes longer than everything else here.
    """
    state = hashlib.sha256(repr((kernel_source.package_version(), flags)).encode())
    for header in sorted((TOP / "include").rglob("*.h")):
        state.update(str(header).encode() + header.read_bytes())
    folder = kernel_source.cache() / "consumers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / state.hexdigest()


@contextmanager
def tree_of(consumer: Consumer, tree: Path) -> Iterator[Path]:
    """Give the tree that has a consumer's sources."""
    if not consumer.unseen:
        yield tree
        return
    with tempfile.TemporaryDirectory() as scratch:
        kernel_source.unpack_apart(Path(scratch), consumer.sources)
        yield Path(scratch)


def check(kdir: Path, tree: Path, names: list[str], jobs: int) -> int:
    """Check the named consumers; print one line each and what failed."""
    flags = kernel_flags(kdir)
    # The flags name the kernel's own include folders relative to its source.
    cwd = kdir.resolve()
    bad = 0
    with ExitStack() as folders, ThreadPoolExecutor(jobs) as pool:
        queued = {}
        for name in names:
            consumer = CONSUMERS[name]
            if consumer.unseen and mark(flags).exists():
                print(f"  ok   {name}: as before", flush=True)
                continue
            there = folders.enter_context(tree_of(consumer, tree))
            queued[name] = [(source.relative_to(there),
                             pool.submit(compiled, command(flags, there, consumer, source), cwd))
                            for source in sources_of(there, consumer)]
        for name, jobs_of in queued.items():
            failed = [(source, job.result()) for source, job in jobs_of if job.result()]
            bad += len(failed)
            print(f"  {'FAIL' if failed else 'ok  '} {name}: {len(jobs_of)} files", flush=True)
            if CONSUMERS[name].unseen and not failed:
                mark(flags).touch()
            for source, said in failed:
                print(f"{source}:\n" + "\n".join(said.split("\n")[:20]))
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--kdir", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(CONSUMERS))
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in CONSUMERS]
    if unknown:
        print(f"no such consumer: {' '.join(unknown)}; there are {' '.join(CONSUMERS)}",
              file=sys.stderr)
        return 2
    start = time.monotonic()
    try:
        kdir = Path(options.kdir).resolve() if options.kdir else kernel_source.headers()
        names = options.names or list(CONSUMERS)
        bad = check(kdir, kernel_source.source(), names, options.jobs)
    except kernel_source.SourceError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"consumers: {len(names)} drivers, {bad} files do not compile, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
