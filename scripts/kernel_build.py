# SPDX-License-Identifier: GPL-2.0-only
"""Configure and build a kernel from an overlaid tree, outside of it.

Only what is asked for is in the configuration: it starts from allnoconfig.
What the kernel does not grant is an error, so that a check or a driver that a
test counts on is never missing without a word.
"""
from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import kconfig
from mirror import write_if_changed

TOP = Path(__file__).resolve().parent.parent
STEP = re.compile(r"^\s+(?:CC|AR|LD|AS|HOSTCC|GEN|UPD|CHK|MKELF|SYMLINK|WRAP|SORTTAB|MODPOST)\b")
LOUD = re.compile(r"(error|warning|undefined reference|\*\*\*|note:|In file included)", re.I)


class KernelError(Exception):
    """Why there is no kernel; the last line says what to look at."""


def clean_environment() -> dict[str, str]:
    """Keep the outer make's variables away from the kernel's."""
    dropped = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "KDIR", "BUILD", "JOBS")
    return {key: value for key, value in os.environ.items() if key not in dropped}


def asked(fragments: list[Path], level: str) -> dict[str, str]:
    """Return what fragments ask for, and every symbol of our own Kconfig at a level.

    Suites are asked for where KUnit is.
    """
    wanted: dict[str, str] = {}
    for path in fragments:
        wanted |= kconfig.configuration(path)
    for symbol in kconfig.read(TOP / "drivers/target/Kconfig", TOP):
        if "KUNIT" in symbol.name and "KUNIT" not in wanted:
            continue
        if symbol.kind == "tristate":
            wanted[symbol.name] = level
        elif symbol.kind == "bool":
            wanted[symbol.name] = "y"
    return wanted


@dataclass(frozen=True)
class KernelBuild:
    """One build: sources, where the objects go, for which architecture."""

    tree: Path
    folder: Path
    arch: str

    def command(self, *arguments: str) -> list[str]:
        """Return the command that runs make."""
        return ["make", "-C", str(self.tree), f"O={self.folder}", f"ARCH={self.arch}",
                "--no-print-directory", *arguments]

    def make(self, *arguments: str) -> None:
        """Run make for something short; its output counts only where it fails."""
        done = subprocess.run(self.command(*arguments), env=clean_environment(),
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise KernelError(f"{done.stdout[-2000:]}{done.stderr[-2000:]}\n"
                              f"make {arguments[-1]} fails")

    def configure(self, wanted: dict[str, str], where: str) -> None:
        """Write .config where what is asked for changed, and check that it was granted."""
        text = "".join(f"CONFIG_{name}={value}\n" for name, value in sorted(wanted.items()))
        request, config = self.folder / "asked.config", self.folder / ".config"
        kconfigs = max(path.stat().st_mtime
                       for path in (self.tree / "drivers/target").rglob("Kconfig"))
        fresh = config.exists() and not write_if_changed(request, text.encode())
        if fresh and kconfigs < config.stat().st_mtime:
            return
        write_if_changed(request, text.encode())
        self.make(f"KCONFIG_ALLCONFIG={request}", "allnoconfig")
        os.utime(config)
        granted = kconfig.configuration(config)
        refused = [f"{name}={value}" for name, value in sorted(wanted.items())
                   if granted.get(name, "n") != value]
        if refused:
            config.unlink()
            raise KernelError("the kernel's configuration refuses " + " ".join(refused)
                              + f": a dependency is missing in {where}")

    def build(self, jobs: int) -> None:
        """Build; warnings and errors go to the screen at once."""
        start = shown = time.monotonic()
        steps = 0
        warned = False
        with subprocess.Popen(self.command(f"-j{jobs}"), env=clean_environment(),
                              text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            assert process.stdout
            for line in process.stdout:
                if STEP.match(line):
                    steps += 1
                elif LOUD.search(line) or (warned and line.startswith((" ", "\t"))):
                    warned = not STEP.match(line)
                    print(line.rstrip(), flush=True)
                    continue
                warned = False
                if time.monotonic() - shown > 10:
                    shown = time.monotonic()
                    print(f"  {shown - start:3.0f} s  {steps} steps  {line.strip()[:60]}",
                          flush=True)
        if process.returncode:
            raise KernelError("the kernel with the overlay does not build")
        print(f"built in {time.monotonic() - start:.0f} s ({steps} steps)", flush=True)
