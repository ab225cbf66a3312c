# SPDX-License-Identifier: GPL-2.0-only
"""A generated fabric of each protocol in a kernel tree: configured, built as the kernel's own."""
from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import kernel_source
import overlay
import pytest
import run_kunit
from fabric_hooks import TARGET
from kernel_build import KernelBuild, clean_environment

BASE = {"64BIT": "y", "MODULES": "y", "BLOCK": "y", "SCSI": "y", "TARGET_CORE": "m"}
REMARK = re.compile(r"\b(?:warning|error):")


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelBuild]:
    """Return a tree with the overlay and the fabrics, and a folder for its objects."""
    with kernel_source.locked("generated-run"):
        tree = kernel_source.overlaid("generated")
        folder = kernel_source.cache() / f"generated-build-{tree.name.removeprefix('generated-')}"
        folder.mkdir(exist_ok=True)
        overlay.apply(tree, alone=True)
        yield KernelBuild(tree, folder, "x86_64")


@pytest.fixture(scope="module")
def symbols(kernel: KernelBuild) -> list[str]:
    """Have the generator write them; return their symbols."""
    return [name for name in run_kunit.generate(kernel.tree) if "KUNIT" not in name]


def make(kernel: KernelBuild, *arguments: str) -> str:
    """Run make in the tree; return what it said."""
    done = subprocess.run(kernel.command(*arguments), env=clean_environment(), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def test_configuration_offers_each(kernel: KernelBuild, symbols: list[str]) -> None:
    """What make oldconfig asks for is what menuconfig shows."""
    kernel.configure(BASE, "BASE")
    config = kernel.folder / ".config"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"^# CONFIG_GEN_.*\n", "", text, flags=re.M), encoding="utf-8")
    asked = re.findall(r"^CONFIG_(GEN_\w+)=n$", make(kernel, "listnewconfig"), re.M)
    assert asked == symbols and len(asked) == 13


@pytest.mark.parametrize("level", ["y", "m"])
def test_the_kernel_builds_each(kernel: KernelBuild, symbols: list[str], level: str) -> None:
    """Into the kernel, and by make modules; sparse has nothing to say, the compiler neither."""
    kernel.configure(BASE | dict.fromkeys(["TARGET_CORE", *symbols], level), "BASE")
    jobs = f"-j{os.cpu_count() or 1}"
    folders = [f"{TARGET}/{name.lower()}/" for name in symbols]
    said = make(kernel, jobs, "W=1", "C=1", *folders)
    assert not REMARK.search(said), said
    if level == "y":
        assert all((kernel.folder / folder / "built-in.a").exists() for folder in folders)
        return
    # The kernel itself, whose symbols they use, takes minutes.
    said = make(kernel, jobs, "W=1", "KBUILD_MODPOST_WARN=1", "modules")
    assert not REMARK.search(said.replace("WARNING: modpost:", "")), said
    order = (kernel.folder / "modules.order").read_text(encoding="utf-8").split()
    for name in map(str.lower, symbols):
        assert f"{TARGET}/{name}/{name}.o" in order
        assert (kernel.folder / TARGET / name / f"{name}.ko").exists()
