#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build the overlaid kernel as a program (User-Mode-Linux) and run the KUnit suites.

The distribution's source is unpacked into a cache outside the checkout, gets
the overlay and is built there with tests/kunit/*.config and every symbol of our
own Kconfig files, built in.  Later runs build only what changed.  Where
User-Mode-Linux cannot start, the same is built for x86_64 and run in QEMU.

With --fuzz the fuzzer of tests/fuzz is one more suite.  With --kasan the kernel
sees each byte that is used too far or too late; that one has a build of its own.
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
import threading
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
FUZZER = TOP / "tests/fuzz"
# Where it is slowest, and so that one that hangs is noticed
FUZZ_CASES_A_SECOND = 50
# What the fuzzer says while it runs, and of a case that it has a fault in
FUZZ_LINE = re.compile(r"(?:\[[\s\d.]+\] )?(?:fuzz: |case \d+ of seed )")
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

    def start(self, folder: Path, said: list[str]) -> list[str]:
        """Return the command line for the built kernel, which is told something."""
        image = str(folder / self.image)
        filled = [part.format(image=image, arguments=" ".join(said)) for part in self.command]
        return filled if self.arch != "um" else [image, *filled[1:], *said]


MACHINES = {
    "um": Machine("um", "linux", ("{image}", "mem=512M", "console=tty", "kunit_shutdown=halt"),
                  120),
    "x86_64": Machine(
        "x86_64", "arch/x86/boot/bzImage",
        ("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "512", "-nodefaults",
         "-display", "none", "-no-reboot", "-serial", "stdio", "-kernel", "{image}",
         "-append", "console=ttyS0 kunit_shutdown=reboot {arguments}"), 600),
}


def asked(machine: Machine, more: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the configuration that the fragments and our own Kconfig ask for."""
    names = ("target", machine.arch, *more)
    return kernel_build.asked([FRAGMENTS / f"{name}.config" for name in names], "y")


def run(command: list[str], log: Path, seconds: float) -> list[str]:
    """Run the kernel until it halts; return what it printed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with (log.open("w", buffering=1, encoding="utf-8") as copy,
          subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, errors="replace") as process):
        limit = threading.Timer(seconds, process.kill)
        limit.start()
        assert process.stdout
        for line in process.stdout:
            lines.append(line.rstrip("\r\n"))
            copy.write(lines[-1] + "\n")
            if FUZZ_LINE.match(lines[-1]):
                print(f"  {lines[-1]}", flush=True)
        if not limit.is_alive():
            lines.append("no halt within the time limit")
        limit.cancel()
    return lines


def arguments(options: argparse.Namespace) -> list[str]:
    """Return what the kernel is told."""
    said = ["kunit.enable=1"] + [f"kunit.filter_glob={options.filter}"] * bool(options.filter)
    if options.fuzz:
        said += ["rootfstype=tmpfs", f"target_fuzz.cases={options.fuzz}",
                 f"target_fuzz.seed={options.seed}", f"target_fuzz.first={options.first}"]
    return said


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


def add_fuzzer(tree: Path) -> None:
    """Have the tree build the fuzzer, from where its sources are."""
    place = tree / "drivers/target/fuzz"
    place.unlink(missing_ok=True)
    place.symlink_to(FUZZER)
    makefile = tree / "drivers/target/Makefile"
    text = makefile.read_text(encoding="utf-8") + "\nobj-$(CONFIG_TARGET_KUNIT_TEST) += fuzz/\n"
    write_if_changed(makefile, text.encode())


def build_and_run(machine: Machine, options: argparse.Namespace) -> tuple[Path, list[str], float]:
    """Do all for one kind of machine; return the tree, the output and the run's time."""
    sources = chosen(options.only)
    tree = kernel_source.overlaid("kunit")
    kind = f"kunit-{'kasan-' * options.kasan}{machine.arch}"
    folder = kernel_source.cache() / f"{kind}-{tree.name.removeprefix('kunit-')}"
    folder.mkdir(exist_ok=True)
    with kernel_source.locked("kunit-run"):
        print(f"overlay: {overlay.apply(tree, alone=True)} files changed", flush=True)
        if sources:
            narrow(tree, sources)
        if options.fuzz:
            add_fuzzer(tree)
        more = tuple(name for name in ("fuzz", "kasan") if getattr(options, name))
        wanted = asked(machine, more) | (generate(tree) if options.generated else {})
        kernel = KernelBuild(tree, folder, machine.arch)
        kernel.configure(wanted, "tests/kunit/*.config")
        kernel.build(options.jobs)
        start = time.monotonic()
        lines = run(machine.start(folder, arguments(options)), options.log,
                    machine.seconds + options.fuzz / FUZZ_CASES_A_SECOND)
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
    parser.add_argument("--kasan", action="store_true",
                        help="find memory that is used past its end, or after its time")
    parser.add_argument("--fuzz", type=int, default=0, metavar="CASES",
                        help="with the fuzzer as a suite, target_fuzz, that sends so many cases")
    parser.add_argument("--seed", type=int, default=20030131, help="decides the fuzzer's cases")
    parser.add_argument("--first", type=int, default=0, help="number of its first case")
    options = parser.parse_args()
    if options.kasan and options.machine != "um":
        parser.error("--kasan is for User-Mode-Linux; make test-debug has it in virtual machines")
    if options.fuzz and options.only:
        parser.error("--fuzz needs all of the target")
    try:
        tree, lines, seconds = build_and_run(MACHINES[options.machine], options)
        if options.machine == "um" and not started(lines):
            print("\n".join(lines[-5:]))
            if options.kasan:
                raise KernelError("User-Mode-Linux does not start on this machine")
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
