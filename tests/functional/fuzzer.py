# SPDX-License-Identifier: GPL-2.0-only
"""The fuzzer's program, and logical units of many kinds for it."""
from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functional.lab import Initiator, Target
from rig.errors import RigError
from rig.modset import BUILD

SOURCES = Path(__file__).resolve().parents[1] / "fuzz"
PROGRAM = BUILD.parent / "fuzz"
FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror"]
THIN = {"emulate_tpu": 1, "emulate_tpws": 1, "unmap_zeroes_data": 1}

INITIATOR = re.compile(r"\] (?:sd|sg|scsi|sr) \S+:|\] tcm_loop_|\] loop\d")


def build() -> Path:
    """Return the program, compiled if its sources are newer."""
    sources = sorted(SOURCES.iterdir())
    newest = max(path.stat().st_mtime for path in sources)
    if PROGRAM.exists() and PROGRAM.stat().st_mtime >= newest:
        return PROGRAM
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    scratch = PROGRAM.with_suffix(f".{os.getpid()}")
    done = subprocess.run(["gcc", *FLAGS, "-o", str(scratch),
                           *(str(path) for path in sources if path.suffix == ".c")],
                          text=True, capture_output=True, check=False)
    if done.returncode:
        raise RigError(f"the fuzzer does not compile\n{done.stderr}")
    scratch.replace(PROGRAM)
    return PROGRAM


def backstores(target: Target) -> dict[str, str]:
    """Make small logical units, none like another; return {name: backstore}.

    Half of the time goes into commands that are for the whole medium.
    """
    made = {
        "ramdisk": target.disk("ramdisk", megabytes=1),
        "thin": target.disk("fileio", megabytes=2, attrib=THIN),
        "big-blocks": target.disk("fileio", megabytes=2, write_back=False,
                                  attrib={"block_size": 4096, **THIN}),
        "protected": target.disk("ramdisk", megabytes=1, attrib={"pi_prot_type": 1}),
        "block": target.disk("iblock", device=_loop_device(target, "block")),
        "read-only": target.disk("iblock", device=_loop_device(target, "read-only", "-r")),
    }
    # A detached loop device goes when its backstore does.
    target.vm.sh("losetup --detach-all")
    for disk in made.values():
        target.write(f"{disk}/alua/default_tg_pt_gp/nonop_delay_msecs", "0")
    return made


def _loop_device(target: Target, name: str, *options: str) -> str:
    """Return a block device of 2 MiB."""
    return target.vm.sh(f"truncate -s 2M /srv/{name}.img; modprobe loop; "
                        f"losetup --find --show {' '.join(options)} /srv/{name}.img").out.strip()


@dataclass(frozen=True)
class Run:
    """Which cases to send."""

    seed: int
    first: int
    count: int


def fuzz(machine: Target | Initiator, disks: dict[str, str], run: Run) -> dict[str, Any]:
    """Send cases to disks, {name: device}; return what came of it, all of it as it should be."""
    limit = int(20 * machine.vm.patience())
    answer: dict[str, Any] = machine.vm.call(
        "fuzz.run", str(build()), disks, run.seed, run.first, run.count, limit,
        timeout=60 + run.count / 100)
    told = "\n".join(answer["said"])
    assert answer["code"] == 0, f"exit {answer['code']}:\n{told}"
    if run.count == 1:
        print(told)
    return answer


def never_good(answer: dict[str, Any]) -> set[tuple[int, int]]:
    """Return the commands, {(operation code, service action)}, of which none succeeded."""
    good: dict[tuple[int, int], int] = {}
    for _, code, action, _, times in answer["rows"]:
        good[code, action] = good.get((code, action), 0) + times
    return {command for command, times in good.items() if not times}


def log_lines(target: Target) -> list[str]:
    """Return what the kernel said, but for an initiator's drivers."""
    lines = target.vm.sh("dmesg").out.splitlines()
    return [line for line in lines if not INITIATOR.search(line)]
