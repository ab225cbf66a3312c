#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build the overlaid kernel tree the ways that people build kernels.

Each variant is a configuration and the folders that are built with it: the
distribution's own configuration, modular and built in, an almost empty one
that is linked, real-time preemption, and other architectures.  An error fails
a variant, and so does a warning: none is expected, neither in our folders nor
in the drivers that are compiled against our headers.

usage: build_tree.py [--jobs N] [--source TREE] [--list] [VARIANT...]
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import kconfig
import kernel_source
import overlay
from kernel_build import clean_environment
from mirror import write_if_changed

TOP = Path(__file__).resolve().parent.parent
OURS = ("drivers/target/",)
CONSUMERS = ("drivers/vhost/", "drivers/infiniband/ulp/srpt/", "drivers/xen/",
             "drivers/scsi/qla2xxx/", "drivers/scsi/elx/", "drivers/usb/gadget/")
CONSUMER_SYMBOLS = ("VHOST_SCSI", "INFINIBAND_SRPT", "XEN_SCSI_BACKEND", "SCSI_QLA_FC",
                    "TCM_QLA2XXX", "SCSI_EFCT", "USB_GADGET", "USB_CONFIGFS", "USB_F_TCM")
# What a symbol of CONSUMER_SYMBOLS, or of ours, needs to be built in.
UNDER = ("LIBFC", "LIBFCOE", "SCSI", "SCSI_FC_ATTRS", "CONFIGFS_FS", "VHOST", "INFINIBAND",
         "XEN_BACKEND", "INFINIBAND_USER_MAD", "INFINIBAND_USER_ACCESS", "IPV6", "UIO",
         "BLK_DEV_SD", "CRYPTO_MD5", "CRYPTO_SHA1", "CRYPTO_SHA3")
# Drivers that a built-in one would have to be linked with, and that stay modules.
DROPPED = {"NVME_FC": "n", "NVME_TARGET_FC": "n", "RPCRDMA": "n"}
GADGET = {"USB_CONFIGFS_F_TCM": "y"}
# What the default configurations of some architectures leave out of Fibre Channel.
FIBRE = ("SCSI_LOWLEVEL=y", "SCSI_FC_ATTRS=m", "LIBFC=m")
WARNING = re.compile(r"(?:\bwarning:|\berror:|^WARNING:|^ERROR:|undefined reference)", re.I)
# What olddefconfig and the tools of the kernel's build say of themselves.
EXPECTED = re.compile(r"(?:\.config:\d+:warning: symbol value|Clock skew)")
# What a compiler calls for numbers of 64 bits on 32, and no kernel has.
DIVISION = re.compile(r"\bU (__u?(?:div|mod)di3|__udivmoddi4|__aeabi_u?ldivmod)$", re.M)


@dataclass(frozen=True)
class Variant:
    """One way to build a kernel."""

    help: str
    goals: tuple[str, ...]
    base: str = "debian"            # or a target of the kernel's make
    level: str = "m"                # what our symbols, and the drivers', are set to
    drivers: bool = False
    arch: str = "x86_64"
    compiler: str = ""              # prefix of the cross tools
    settings: tuple[str, ...] = ()


VARIANTS = {
    "modular": Variant("the distribution's configuration", (*OURS, *CONSUMERS), drivers=True),
    "builtin": Variant("the same with everything built in", (*OURS, *CONSUMERS), level="y",
                       drivers=True),
    "tiny": Variant("allnoconfig and the core, linked", ("vmlinux",), base="allnoconfig",
                    level="y", settings=("TARGET_CORE=y", "BLOCK=y", "SCSI=y")),
    "rt": Variant("real-time preemption", OURS,
                  settings=("EXPERT=y", "PREEMPT_RT=y")),
    "arm64": Variant("64 bits, another architecture", OURS, base="defconfig", arch="arm64",
                     compiler="aarch64-linux-gnu-", settings=FIBRE),
    "arm": Variant("32 bits", OURS, base="multi_v7_defconfig", arch="arm",
                   compiler="arm-linux-gnueabihf-", settings=FIBRE),
    "i386": Variant("32 bits, with large memory", OURS, base="i386_defconfig", arch="i386",
                    compiler="i686-linux-gnu-",
                    settings=("HIGHMEM64G=y", *FIBRE)),
}


class TreeError(Exception):
    """Why a variant could not be built."""


def environment() -> dict[str, str]:
    """Return what make runs with; its remarks are looked for in English."""
    return {**clean_environment(), "LC_ALL": "C"}


def command(tree: Path, folder: Path, variant: Variant, *arguments: str) -> list[str]:
    """Return the make command of a variant."""
    cross = [f"CROSS_COMPILE={variant.compiler}"] if variant.compiler else []
    return ["make", "-C", str(tree), f"O={folder}", f"ARCH={variant.arch}", *cross,
            "--no-print-directory", *arguments]


def distribution_config() -> Path:
    """Return the configuration of the newest installed kernel of the series."""
    found = sorted(Path("/boot").glob(f"config-{kernel_source.SERIES}*"),
                   key=lambda path: kernel_source.version_key(path.name))
    if found:
        return found[-1]
    config = kernel_source.headers() / ".config"
    if not config.exists():
        raise TreeError(f"no /boot/config-{kernel_source.SERIES}* and no {config}")
    return config


def our_symbols(tree: Path) -> list[kconfig.Symbol]:
    """Return the symbols of the overlaid drivers/target."""
    return [symbol for symbol in kconfig.read(tree / "drivers/target/Kconfig", tree)
            if symbol.kind in ("bool", "tristate")]


def asked(tree: Path, variant: Variant) -> dict[str, str]:
    """Return what a variant asks of the configuration."""
    wanted: dict[str, str] = {}
    if variant.base != "allnoconfig":
        wanted = {symbol.name: "y" if symbol.kind == "bool" else variant.level
                  for symbol in our_symbols(tree) if "KUNIT" not in symbol.name}
    if variant.drivers:
        wanted |= dict.fromkeys(CONSUMER_SYMBOLS, variant.level) | GADGET
    if variant.drivers and variant.level == "y":
        wanted |= dict.fromkeys(UNDER, "y") | DROPPED
    return wanted | dict(setting.split("=") for setting in variant.settings)


def run(arguments: list[str], log: Path) -> None:
    """Run a step of the configuration; raise where it fails."""
    with log.open("a", encoding="utf-8") as out:
        done = subprocess.run(arguments, env=environment(), stdin=subprocess.DEVNULL,
                              stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise TreeError(f"{' '.join(arguments[-1:])} failed: {log}")


def configure(tree: Path, folder: Path, variant: Variant, log: Path) -> None:
    """Write .config, and check that what was asked for was granted."""
    wanted = asked(tree, variant)
    base = "" if variant.base != "debian" else distribution_config().read_text(encoding="utf-8")
    text = base + "".join(f"CONFIG_{name}={value}\n" for name, value in sorted(wanted.items()))
    if variant.base == "allnoconfig":
        request = folder / "asked.config"
        write_if_changed(request, text.encode())
        run(command(tree, folder, variant, f"KCONFIG_ALLCONFIG={request}", "allnoconfig"), log)
    elif variant.base == "debian":
        (folder / ".config").write_text(text, encoding="utf-8")
    else:
        run(command(tree, folder, variant, variant.base), log)
        with (folder / ".config").open("a", encoding="utf-8") as config:
            config.write(text)
    # Keys and module signatures are the distribution's.
    with (folder / ".config").open("a", encoding="utf-8") as config:
        config.write('CONFIG_SYSTEM_TRUSTED_KEYS=""\nCONFIG_DEBUG_INFO_NONE=y\n')
    run(command(tree, folder, variant, "olddefconfig"), log)
    granted = kconfig.configuration(folder / ".config")
    refused = [f"{name}={value} (is {granted.get(name, 'n')})"
               for name, value in sorted(wanted.items()) if granted.get(name, "n") != value]
    if refused:
        raise TreeError("the configuration refuses " + " ".join(refused))


def compile_all(arguments: list[str], log: Path) -> tuple[int, int, list[str]]:
    """Run the build; return make's exit code, the number of files and the remarks."""
    shown = start = time.monotonic()
    files = 0
    remarks = []
    with log.open("a", encoding="utf-8") as out, \
            subprocess.Popen(arguments, env=environment(), text=True, errors="replace",
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT) as process:
        assert process.stdout
        for line in process.stdout:
            out.write(line)
            files += line.lstrip().startswith("CC ")
            if WARNING.search(line) and not EXPECTED.search(line):
                remarks.append(line.rstrip())
            if time.monotonic() - shown > 30:
                shown = time.monotonic()
                print(f"  {shown - start:4.0f} s  {files} files  {line.strip()[:60]}", flush=True)
    return process.returncode, files, remarks


def divisions(folder: Path, variant: Variant) -> list[str]:
    """Return the objects that divide numbers of 64 bits as a program would.

    The modules are compiled and not linked, so nothing else finds it.
    """
    found = []
    for path in sorted((folder / "drivers/target").rglob("*.o")):
        done = subprocess.run([f"{variant.compiler}nm", "-u", str(path)], text=True, check=False,
                              capture_output=True)
        found += [f"ERROR: {path.relative_to(folder)}: {symbol} is not in a kernel"
                  for symbol in DIVISION.findall(done.stdout)]
    return found


def build(tree: Path, name: str, jobs: int) -> bool:
    """Build one variant; print one line on how it went."""
    variant = VARIANTS[name]
    start = time.monotonic()
    folder = kernel_source.cache() / f"tree-{name}-{tree.name.removeprefix('tree-')}"
    folder.mkdir(exist_ok=True)
    log = folder / "build.log"
    log.write_text("", encoding="ascii")
    try:
        configure(tree, folder, variant, log)
    except TreeError as error:
        print(f"FAIL {name}: {error}", flush=True)
        return False
    code, files, remarks = compile_all(
        command(tree, folder, variant, f"-j{jobs}", "KCFLAGS=-Wno-error", *variant.goals), log)
    remarks += divisions(folder, variant)
    good = not code and not remarks
    print(f"{'ok  ' if good else 'FAIL'} {name} ({variant.help}): {files} files compiled, "
          f"{len(remarks)} warnings or errors, {time.monotonic() - start:.0f} s", flush=True)
    if not good:
        print("\n".join(remarks[:20] or [f"see {log}"]), flush=True)
    return good


def needs(names: list[str]) -> None:
    """Install what the variants need; install_packages says what is missing."""
    cross = sorted({VARIANTS[name].arch for name in names if VARIANTS[name].compiler})
    done = subprocess.run([str(TOP / "scripts/install_packages"), "tree", *cross], check=False)
    if done.returncode:
        raise TreeError("packages are missing")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--source", type=Path, help="kernel tree with the overlay in it")
    parser.add_argument("--list", action="store_true", help="name the variants")
    parser.add_argument("names", nargs="*", metavar="VARIANT")
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{name:8s} {variant.help}" for name, variant in VARIANTS.items()))
        return 0
    names = options.names or list(VARIANTS)
    unknown = [name for name in names if name not in VARIANTS]
    if unknown:
        print(f"no such variant: {' '.join(unknown)}; there are {' '.join(VARIANTS)}",
              file=sys.stderr)
        return 2
    try:
        needs(names)
        tree = options.source.resolve() if options.source else kernel_source.overlaid("tree")
        with kernel_source.locked("tree-run"):
            print(f"overlay: {overlay.apply(tree)} files changed in {tree}", flush=True)
            failed = [name for name in names if not build(tree, name, options.jobs)]
    except (TreeError, kernel_source.SourceError, overlay.OverlayError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"tree: {len(names) - len(failed)} of {len(names)} variants built"
          + (f"; failed: {' '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
