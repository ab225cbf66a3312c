# SPDX-License-Identifier: GPL-2.0-only
"""Options that all tests share."""
from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / "scripts")]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project."""
    group = parser.getgroup("target")
    group.addoption("--target", choices=["ours", "stock"], default="ours",
                    help="the modules under test: this project's, or the kernel's own")
    group.addoption("--long", action="store_true", help="long runs of I/O")
    group.addoption("--logs", type=Path, default=None,
                    help="folder for console logs (default: build/logs)")
    group.addoption("--kernel-image", type=Path, default=None,
                    help="boot this kernel in place of the installed one")
    group.addoption("--kernel-modules", type=Path, default=None,
                    help="its lib/modules/VERSION folder")
    group.addoption("--debug-kernel", action="store_true",
                    help="functional tests alone, on a kernel with KASAN, lockdep, kmemleak")
    group.addoption("--fuzz", metavar="SEED:FIRST:COUNT", default=None,
                    help="the cases that the fuzzer sends")


def pytest_configure() -> None:
    """Let an end by SIGTERM, or in the background by SIGINT, still be reported.

    A worker of pytest-xdist may run its tests in a thread that can't set handlers; what its
    controller does on a signal ends it.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what boots no machine where the machine's kernel is the point."""
    if not config.getoption("--debug-kernel"):
        return
    out = [item for item in items if not item.path.is_relative_to(TESTS / "functional")]
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)
