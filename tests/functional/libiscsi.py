# SPDX-License-Identifier: GPL-2.0-only
"""What iscsi-test-cu prints, as one verdict a test."""
from __future__ import annotations

import re
from dataclasses import dataclass

SUITE = re.compile(r"^Suite: (\S+)")
TEST = re.compile(r"^\s*Test: (\S+) \.\.\.(.*)")
VERDICT = re.compile(r"(?:^|\.\.\.)\s*(passed|FAILED)")
SKIP = re.compile(r"\[SKIPPED\]\s*(.*)")
FAULT = re.compile(r"\[FAILED\]\s*(.*)|^\s+\d+\. (\S+:\d+ +- .*)")


@dataclass
class Verdict:
    """One test: its name, how it ended, and the words that say why."""

    name: str
    passed: bool = False
    ended: bool = False
    skipped: str = ""
    fault: str = ""


def verdicts(output: str) -> list[Verdict]:
    """Read the output of iscsi-test-cu -V."""
    found: list[Verdict] = []
    suite = ""
    for line in output.splitlines():
        match = SUITE.match(line)
        if match:
            suite = match.group(1)
            continue
        match = TEST.match(line)
        if match:
            found.append(Verdict(f"{suite}.{match.group(1)}"))
            line = "..." + match.group(2)
        if found:
            _note(found[-1], line)
    return found


def _note(verdict: Verdict, line: str) -> None:
    skip, fault, end = SKIP.search(line), FAULT.search(line), VERDICT.search(line)
    # What follows the verdict belongs to the suite's cleaning up.
    if skip and not verdict.skipped and not verdict.ended:
        verdict.skipped = skip.group(1) or "no reason"
    if fault and not verdict.fault:
        verdict.fault = fault.group(1) or fault.group(2)
    if end and not verdict.ended:
        verdict.ended = True
        verdict.passed = end.group(1) == "passed"
