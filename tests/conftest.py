# SPDX-License-Identifier: GPL-2.0-only
"""Options that all tests share."""
from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


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


def pytest_configure() -> None:
    """Let an end by SIGTERM, or in the background by SIGINT, still be reported."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
