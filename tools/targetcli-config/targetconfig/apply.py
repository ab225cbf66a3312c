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
    """How a change is made."""

    tree: Tree
    dry_run: bool = False
    only: list[str] = field(default_factory=list)
    wait: float = 30.0
    generation: str = ""
    keep: bool = True
    verbose: bool = False


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
        return told(run(settings, steps))


def run(settings: Settings, steps: list[Step]) -> Report:
    """Do the steps."""
    def tell(step: Step) -> None:
        if settings.verbose:
            print(step.shell(settings.tree.root), flush=True)
    return execute(steps, settings.tree, tell)


def told(report: Report) -> int:
    """Print how it went; return the exit code."""
    for failure in report.failed:
        print(failure.text(), file=sys.stderr)
    if report.skipped:
        owners = sorted({step.object for step in report.skipped})
        print(f"not done, because they need it: {', '.join(owners)}", file=sys.stderr)
    print(f"{len(report.done)} steps done, {len(report.failed)} failed, "
          f"{len(report.skipped)} left out")
    return FAILED if report.failed else 0
