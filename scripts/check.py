#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run every check that needs no virtual machine, and end with one line.

usage: check.py [--jobs N] [NAME...]
"""
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
TOP = SCRIPTS.parent
# W=1e: the compiler's extra warnings are errors, so that a file with one is
# built, and complained of, again; the same for sparse.
STRICT = ("W=1e", "C=1", "CF=-Wsparse-error")
PRINT = threading.Lock()


@dataclass(frozen=True)
class Check:
    """One check: its name, its command, and whether it may use every CPU."""

    name: str
    command: tuple[str, ...]
    wide: bool = False


CHECKS = (
    Check("build with W=1 and sparse",
          ("build_modules.py", "--build", str(TOP / "build/check"), *STRICT), wide=True),
    Check("consumers", ("check_consumers.py",), wide=True),
    Check("checkpatch", ("check_style.py",), wide=True),
    Check("layers", ("check_layers.py",)),
    Check("kernel-doc", ("check_docs.py",)),
    Check("html documents", ("check_html.py",)),
    Check("ABI document", ("abi_attributes.py", "--check")),
    Check("opcode document", ("opcode_table.py", "--check")),
    Check("python", ("check_python",)),
)


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    name: str
    good: bool
    seconds: float


def run(check: Check, jobs: int) -> Outcome:
    """Run one check; print its output when it ends."""
    start = time.monotonic()
    wide = ("--jobs", str(jobs)) if check.wide else ()
    script, *arguments = check.command
    done = subprocess.run([str(SCRIPTS / script), *wide, *arguments], cwd=TOP, text=True,
                          errors="replace", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    seconds = time.monotonic() - start
    good = not done.returncode
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    with PRINT:
        print(f"{'ok  ' if good else 'FAIL'} {check.name} ({seconds:.0f} s): "
              f"{lines[-1].strip() if lines else 'no output'}", flush=True)
        if not good:
            print("\n".join(f"    {line}" for line in lines[:-1]
                            if not line.startswith("  CC ") and " CHECK " not in line[:10]),
                  flush=True)
    return Outcome(check.name, good, seconds)


def heartbeat(started: float, waiting: list[Future[Outcome]], names: list[str]) -> None:
    """Say every half minute what is still running."""
    while any(not job.done() for job in waiting):
        time.sleep(0.2)
        elapsed = time.monotonic() - started
        if elapsed % 30 < 0.2:
            still = [name for name, job in zip(names, waiting) if job.running()]
            with PRINT:
                print(f"  {elapsed:3.0f} s  {', '.join(still)} ...", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    chosen = [check for check in CHECKS if (SCRIPTS / check.command[0]).exists()
              and (not options.names or any(n in check.name for n in options.names))]
    if not chosen:
        print(f"no such check; there are {', '.join(c.name for c in CHECKS)}", file=sys.stderr)
        return 2
    start = time.monotonic()
    # The build keeps every CPU busy; one other check beside it fills its gaps.
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(run, check, options.jobs) for check in chosen]
        heartbeat(start, waiting, [check.name for check in chosen])
    outcomes = [job.result() for job in waiting]
    failed = [outcome.name for outcome in outcomes if not outcome.good]
    print(f"check: {len(outcomes) - len(failed)} of {len(outcomes)} passed in "
          f"{time.monotonic() - start:.0f} s"
          + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
