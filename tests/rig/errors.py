# SPDX-License-Identifier: GPL-2.0-only
"""What can go wrong in a rig, each with the one line that says why."""
from __future__ import annotations


class RigError(Exception):
    """The machine under the test, or what it needs, is not there."""


class KernelComplaint(RigError):
    """The kernel printed an oops, a warning or a lockup report."""


class CommandFailed(RigError):
    """A command in a guest ended with an exit code that was not asked for."""


class CommandTimeout(RigError):
    """A command in a guest did not end in time."""
