# SPDX-License-Identifier: GPL-2.0-only
"""Everything at once on one loopback target: I/O that is verified, resets,
LUNs that come and go, backstores that are made and removed, readers of the
whole tree.  What one does must not disturb what another sees."""
from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable

import lio

WWN = "naa.5001405000000001"
VERIFY = ("fio --name=hammer --filename={device} --size=24M --rw=randwrite --bsrange=4k-256k "
          "--ioengine=libaio --iodepth=8 --direct=1 --randrepeat=0 --verify=crc32c "
          "--verify_fatal=1 --do_verify=1 --minimal")


class Hammer:
    """The threads, and what went wrong in them."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.rounds: dict[str, int] = {}
        self.faults: list[str] = []

    def _repeat(self, name: str, step: Callable[[int], None]) -> None:
        self.rounds[name] = 0
        try:
            while time.monotonic() < self._end and not self.faults:
                step(self.rounds[name])
                self.rounds[name] += 1
        except (OSError, subprocess.SubprocessError) as error:
            detail = getattr(error, "stderr", "") or ""
            self.faults.append(f"{name}: {error} {detail}")

    def run(self, steps: dict[str, Callable[[int], None]]) -> None:
        """Run all steps again and again, each in a thread of its own."""
        threads = [threading.Thread(target=self._repeat, args=step) for step in steps.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, text=True, timeout=300,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _verify(device: str) -> Callable[[int], None]:
    return lambda _: _run(*VERIFY.format(device=device).split())


def _reset(devices: list[str]) -> Callable[[int], None]:
    # In one thread: the SCSI midlayer refuses a reset while another of the
    # same host is under way (tmf_in_progress, EAGAIN).
    def step(number: int) -> None:
        _run("sg_reset", "--device", "--no-esc", devices[number % len(devices)])
        time.sleep(0.025)
    return step


def _relink(disk: str) -> Callable[[int], None]:
    def step(_: int) -> None:
        where = lio.link_lun(f"loopback/{WWN}/tpgt_1", 9, disk)
        os.unlink(lio.path(where, os.path.basename(disk)))
        os.rmdir(lio.path(where))
    return step


def _backstores(number: int) -> None:
    disk = lio.backstore("ramdisk", f"short-lived-{number % 3}", megabytes=1)
    os.rmdir(lio.path(disk))


def _readers(_: int) -> None:
    # What goes while it is walked is no fault.
    try:
        lio.walk()
    except FileNotFoundError:
        pass


def hammer(disks: list[str], spare: str, seconds: float) -> dict[str, int]:
    """Do all that for some seconds; return how often each step was done."""
    devices = lio.loopback(disks, WWN)
    work = Hammer(seconds)
    steps: dict[str, Callable[[int], None]] = {
        "relink": _relink(spare), "backstores": _backstores, "readers": _readers,
        "resets": _reset(list(devices.values()))}
    for lun, device in devices.items():
        steps[f"verify {lun}"] = _verify(device)
    work.run(steps)
    if work.faults:
        raise OSError("; ".join(work.faults))
    return work.rounds
