# SPDX-License-Identifier: GPL-2.0-only
"""One change of the running system, from reading it to the report."""
from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from targetconfig import check, history, lock
from targetconfig import state as st
from targetconfig.document import to_document, to_state
from targetconfig.execute import Report, execute
from targetconfig.live import Tree
from targetconfig.plan import plan
from targetconfig.problem import BUSY, FAILED, Problem
from targetconfig.scope import chosen
from targetconfig.state import State
from targetconfig.step import Step

Document = dict[str, Any]


@dataclass
class Settings:
    """How a change is made; said has what was printed when it was tried before."""

    tree: Tree
    dry_run: bool = False
    only: list[str] = field(default_factory=list)
    wait: float = 30.0
    generation: str = ""
    keep: bool = True
    verbose: bool = False
    said: set[str] = field(default_factory=set)


def wanted(document: Document, have: State) -> State:
    """Return the state that a document asks for, or fail with all its mistakes."""
    want = to_state(document, have)
    wrong = check.problems(want, st.schemas(have))
    if wrong:
        raise Problem("\n".join(wrong))
    return want


def change(settings: Settings, make: Callable[[Document], Document]) -> int:
    """Have the document that make() returns for the present one; return the exit code."""
    with lock.held(settings.wait):
        have = settings.tree.state()
        if settings.generation and settings.generation != st.generation(have):
            raise Problem(f"the configuration is {st.generation(have)} now, no more "
                          f"{settings.generation}: look at targetcli-config diff", BUSY)
        before = to_document(have)
        want = wanted(make(to_document(have)), have)
        steps = plan(have, want, chosen(settings.only, have, want))
        if settings.dry_run:
            print("\n".join(step.shell(settings.tree.root) for step in steps))
            return 0
        if not steps:
            print("nothing to change")
            return 0
        if settings.keep:
            history.keep(before)
        return told(run(settings, steps), settings.said)


def run(settings: Settings, steps: list[Step]) -> Report:
    """Do the steps."""
    def tell(step: Step) -> None:
        if settings.verbose:
            print(step.shell(settings.tree.root), flush=True)
    return execute(steps, settings.tree, tell)


def told(report: Report, said: set[str]) -> int:
    """Print how it went, but nothing for a second time; return the exit code."""
    lines = [failure.text() for failure in report.failed]
    if report.skipped:
        owners = sorted({step.object for step in report.skipped})
        lines.append(f"not done, because they need it: {', '.join(owners)}")
    for line in lines:
        if line not in said:
            print(line, file=sys.stderr)
    summary = f"{len(report.done)} steps done, {len(report.failed)} failed, " \
              f"{len(report.skipped)} left out"
    if summary not in said:
        print(summary, flush=True)
    said.update(lines, [summary])
    return FAILED if report.failed else 0
