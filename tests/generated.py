# SPDX-License-Identifier: GPL-2.0-only
"""Generated modules, one for each protocol, built against the installed headers."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("BUILD") or TOP / "build")
STRICT = ("W=1e", "C=1", "CF=-Wsparse-error")
# What the real files have that a generated module's lines go behind.
MAKEFILE = "# SPDX-License-Identifier: GPL-2.0-only\nobj-$(CONFIG_NONESUCH) += nonesuch/\n"
KCONFIG = ("# SPDX-License-Identifier: GPL-2.0-only\n"
           'config TARGET_CORE\n\ttristate "core"\n\tdepends on SCSI && BLOCK\n\n'
           'source "drivers/target/nonesuch/Kconfig"\n')


def module_name(protocol: str) -> str:
    """Return the name of the module that stands for a protocol."""
    return f"gen_{protocol.lower()}"


def write(folder: Path, protocols: list[str]) -> None:
    """Make a tree that has the generated modules and no other."""
    target = folder / "drivers/target"
    (target / "nonesuch").mkdir(parents=True)
    (target / "nonesuch/Kconfig").write_text("# empty\n")
    (target / "Makefile").write_text(MAKEFILE)
    (target / "Kconfig").write_text(KCONFIG)
    shutil.copytree(TOP / "include", folder / "include")
    shutil.copytree(TOP / "scripts", folder / "scripts",
                    ignore=shutil.ignore_patterns("__pycache__"))
    for protocol in protocols:
        subprocess.run([str(folder / "scripts/tcm_mod_builder.py"), "-m", module_name(protocol),
                        "-p", protocol, "--yes"], check=True, stdout=subprocess.DEVNULL)


def build(folder: Path, protocols: list[str], *variables: str) -> tuple[dict[str, Path], str]:
    """Generate and build; return the modules by protocol and what make said.

    They use what target_core_mod of this project's build exports.
    """
    write(folder, protocols)
    release = (BUILD / "modules/.release").read_text(encoding="ascii").strip()
    done = subprocess.run(
        [str(folder / "scripts/build_modules.py"), "--jobs", str(os.cpu_count() or 1),
         "--build", str(folder / "build"), *variables,
         f"KBUILD_EXTRA_SYMBOLS={BUILD / release / 'Module.symvers'}"],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"generated modules do not build:\n{done.stdout[-4000:]}")
    modules = {protocol: folder / "build/modules" / f"{module_name(protocol)}.ko"
               for protocol in protocols}
    return {protocol: path for protocol, path in modules.items() if path.exists()}, done.stdout
