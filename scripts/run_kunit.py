#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build the overlaid kernel as a program (User-Mode-Linux) and run the KUnit suites.

The distribution's source is unpacked into a cache outside the checkout, gets
the overlay and is built there with tests/kunit/*.config and every symbol of our
own Kconfig files, built in.  Later runs build only what changed.  Where
User-Mode-Linux cannot start, the same is built for x86_64 and run in QEMU.
"""
from __future__ import annotations

import argparse
import fnmatch
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kernel_build
import kernel_source
import overlay
import tcm_mod_builder
from kernel_build import KernelBuild, KernelError
from mirror import write_if_changed
from scsi_protocols import PROTOCOLS

TOP = Path(__file__).resolve().parent.parent
FRAGMENTS = TOP / "tests/kunit"
# What a debugging kernel prints when a suite passes by luck.
FINDING = re.compile(r"(BUG:|WARNING:|UBSAN:|INFO: possible|INFO: trying to register|"
                     r"list_(?:add|del) corruption|Kernel panic|refcount_t:)")


@dataclass(frozen=True)
class Machine:
    """One way to run a kernel: what make needs, what it makes, how it starts."""

    arch: str
    image: str
    command: tuple[str, ...]
    seconds: int

    def start(self, folder: Path, arguments: list[str]) -> list[str]:
        """Return the command line for the built kernel."""
        image = str(folder / self.image)
        text = " ".join(arguments)
        filled = [part.format(image=image, arguments=text) for part in self.command]
        return filled if self.arch != "um" else [image, *filled[1:], *arguments]


MACHINES = {
    "um": Machine("um", "linux", ("{image}", "mem=512M", "console=tty", "kunit_shutdown=halt"),
                  120),
    "x86_64": Machine(
        "x86_64", "arch/x86/boot/bzImage",
        ("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "512", "-nodefaults",
         "-display", "none", "-no-reboot", "-serial", "stdio", "-kernel", "{image}",
         "-append", "console=ttyS0 kunit_shutdown=reboot {arguments}"), 600),
}


def asked(machine: Machine) -> dict[str, str]:
    """Return the configuration that the fragments and our own Kconfig ask for."""
    names = ("target.config", f"{machine.arch}.config")
    return kernel_build.asked([FRAGMENTS / name for name in names], "y")


def run(folder: Path, machine: Machine, pattern: str, log: Path) -> list[str]:
    """Run the kernel until it halts; return what it printed."""
    arguments = ["kunit.enable=1"] + ([f"kunit.filter_glob={pattern}"] if pattern else [])
    command = machine.start(folder, arguments)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=machine.seconds, check=False)
        output = done.stdout
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"") + b"\nno halt within the time limit\n"
    text = output.decode(errors="replace").replace("\r", "")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(text, encoding="utf-8")
    return text.splitlines()


def parsed(tree: Path, lines: list[str]) -> tuple[Any, str]:
    """Give the output to the kernel's own KTAP parser; return its result and report."""
    sys.path.insert(0, str(tree / "tools/testing/kunit"))
    printer = importlib.import_module("kunit_printer")
    report = io.StringIO()
    printer.stdout._output = report     # pylint: disable=protected-access
    parser = importlib.import_module("kunit_parser")
    return parser.parse_run_tests(iter(lines)), report.getvalue()


def findings(lines: list[str]) -> list[str]:
    """Return the kernel's own complaints, which fail a run that passed every case."""
    return [line for line in lines if FINDING.search(line)]


def report(tree: Path, lines: list[str], log: Path, seconds: float) -> int:
    """Print one line per suite, failures in full and a summary; return the exit code."""
    result, text = parsed(tree, lines)
    complaints = findings(lines)
    for suite in result.subtests:
        state = "ok  " if suite.ok_status() else "FAIL"
        print(f"  {state} {suite.name}: {suite.counts.passed} of {suite.counts.total()}")
    good = result.ok_status() and not result.counts.errors and not complaints
    if not good:
        print(text if not result.ok_status() or result.counts.errors else "")
        print("\n".join(complaints[:20]))
        print(f"the whole output is in {log}")
    print(f"kunit: {result.counts.passed} passed, {result.counts.failed} failed, "
          f"{result.counts.crashed} crashed, {result.counts.skipped} skipped, "
          f"{len(result.subtests)} suites, {len(complaints)} kernel warnings, {seconds:.1f} s")
    return 0 if good else 1


def chosen(names: list[str]) -> list[Path]:
    """Return the sources that --only names, relative to drivers/target."""
    target = TOP / "drivers/target"
    found: list[Path] = []
    for name in names:
        path = (target / name).resolve()
        found += sorted(path.rglob("*.c")) if path.is_dir() else [path]
    absent = [str(path) for path in found
              if not path.is_file() or not path.is_relative_to(target)]
    if absent:
        raise KernelError("no such source below drivers/target: " + " ".join(absent))
    return [path.relative_to(target) for path in found]


def narrow(tree: Path, sources: list[Path]) -> None:
    """Let the tree build these sources alone, for work on a part of a whole."""
    objects = [path.with_suffix(".o") for path in sources]
    text = "".join(f"obj-y += {name}\n" for name in objects)
    write_if_changed(tree / "drivers/target/Makefile", text.encode())


def generate(tree: Path) -> dict[str, str]:
    """Have the generator add a module of each protocol; return what to ask for."""
    wanted: dict[str, str] = {}
    for row in PROTOCOLS.values():
        name = f"gen_{row.name.lower()}"
        # An overlay takes the sources away, but not what was built of them.
        shutil.rmtree(tree / tcm_mod_builder.TARGET / name, ignore_errors=True)
        if tcm_mod_builder.main(["-m", name, "-p", row.name, "--tree", str(tree), "--yes"]):
            raise KernelError(f"there is no module {name}")
        wanted |= {name.upper(): "y", f"{name.upper()}_KUNIT_TEST": "y"}
    return wanted


def build_and_run(machine: Machine, options: argparse.Namespace) -> tuple[Path, list[str], float]:
    """Do all for one kind of machine; return the tree, the output and the run's time."""
    sources = chosen(options.only)
    tree = kernel_source.overlaid("kunit")
    folder = kernel_source.cache() / f"kunit-{machine.arch}-{tree.name.removeprefix('kunit-')}"
    folder.mkdir(exist_ok=True)
    with kernel_source.locked("kunit-run"):
        print(f"overlay: {overlay.apply(tree)} files changed", flush=True)
        if sources:
            narrow(tree, sources)
        wanted = asked(machine) | (generate(tree) if options.generated else {})
        kernel = KernelBuild(tree, folder, machine.arch)
        kernel.configure(wanted, "tests/kunit/*.config")
        kernel.build(options.jobs)
        start = time.monotonic()
        lines = run(folder, machine, options.filter, options.log)
    return tree, lines, time.monotonic() - start


def started(lines: list[str]) -> bool:
    """Tell a kernel that came up to its suites from one that could not start."""
    return any(line.endswith("KTAP version 1") or fnmatch.fnmatch(line, "*Linux version*")
               for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--filter", default="", help="glob of suites, or suite.case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--machine", choices=[*MACHINES], default="um")
    parser.add_argument("--log", type=Path, default=TOP / "build/kunit.log")
    parser.add_argument("--only", nargs="+", default=[], metavar="SOURCE",
                        help="build only these files or folders below drivers/target")
    parser.add_argument("--generated", action="store_true",
                        help="with a generated fabric of each protocol, and its suite")
    options = parser.parse_args()
    try:
        tree, lines, seconds = build_and_run(MACHINES[options.machine], options)
        if options.machine == "um" and not started(lines):
            print("\n".join(lines[-5:]))
            print("User-Mode-Linux does not start on this machine: QEMU instead", flush=True)
            subprocess.run([str(TOP / "scripts/install_packages"), "kunit-qemu"], check=True)
            tree, lines, seconds = build_and_run(MACHINES["x86_64"], options)
    except (KernelError, kernel_source.SourceError, overlay.OverlayError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    return report(tree, lines, options.log, seconds)


if __name__ == "__main__":
    sys.exit(main())
