# SPDX-License-Identifier: GPL-2.0-only
"""A guest's console: kept in a file, searched for what a kernel complains of."""
from __future__ import annotations

import re
from pathlib import Path

COMPLAINTS = re.compile("|".join((
    r"\bBUG: ", r"\bBUG [\w-]+ \(", r"\bWARNING: (?:CPU|.*\bat |possible|suspicious|"
    r"inconsistent)", r"trying to register non-static key",
    r"\bOops: ", r"general protection fault", r"Kernel panic", r"double fault",
    r"unable to handle", r"KASAN: ", r"KCSAN: ", r"UBSAN: ",
    r"possible (?:circular|recursive|irq lock|deadlock)", r"inconsistent lock state",
    r"suspicious RCU usage", r"bad unlock balance", r"held lock freed",
    r"lock held when returning", r"scheduling while atomic",
    r"sleeping function called", r"blocked for more than \d+ seconds",
    r"rcu.*detected (?:expedited )?stalls?", r"self-detected stall", r"soft lockup",
    r"hard LOCKUP", r"refcount_t: ", r"list_(?:add|del) corruption",
    r"Objects remaining", r"ODEBUG: ", r"Out of memory: ", r"oom-kill:",
    r"page allocation failure", r"rig-agent: ", r"rig-init: ",
    r"still in use .*refs", r"DEBUG_LOCKS_WARN_ON", r"segfault at",
)))

# libfc calls the handler of a request twice when two of its resets, or a reset and the
# answer, meet: fc_exch_reset() calls it, and takes it away only then.  A trace of each
# reference to a remote port showed it: one FLOGI, and fc_rport_flogi_resp() twice, on two
# workers.  The command of fc_fcp_rec_resp() is an initiator's, with stock drivers alone.
KNOWN = re.compile(r"\b(?:fc_rport_work|fc_fcp_rec_resp)\+.*\[libfc\]")
REPORT, REPORT_ENDS = "[ cut here ]", "[ end trace "


def is_known(report: list[str]) -> bool:
    """Say whether a report is of a fault that is not this target's."""
    return any("refcount_t: underflow" in line for line in report) and \
        any(KNOWN.search(line) for line in report)


def without_known(lines: list[str]) -> list[str]:
    """Return the lines without the reports of such faults."""
    kept: list[str] = []
    report: list[str] = []
    for line in lines:
        if REPORT in line or report:
            report.append(line)
        else:
            kept.append(line)
        if REPORT_ENDS in line:
            kept += [] if is_known(report) else report
            report = []
    return kept + report


class Console:
    """The console log of one guest, which a new boot continues."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = 0
        path.write_bytes(b"")

    def text(self) -> str:
        """Return all that was printed so far."""
        return self.path.read_text(encoding="utf-8", errors="replace")

    def tail(self, lines: int = 40) -> str:
        """Return the last lines."""
        return "\n".join(self.text().splitlines()[-lines:])

    def new_lines(self) -> list[str]:
        """Return the complete lines printed since the last call."""
        with self.path.open("rb") as file:
            file.seek(self._seen)
            data = file.read()
        end = data.rfind(b"\n") + 1
        self._seen += end
        return data[:end].decode("utf-8", errors="replace").splitlines()

    def new_complaint(self, allowed: re.Pattern[str] | None = None) -> str | None:
        """Return the first new line that says the kernel is unwell, or None."""
        for line in without_known(self.new_lines()):
            if COMPLAINTS.search(line) and not (allowed and allowed.search(line)):
                return line.strip()
        return None
