# SPDX-License-Identifier: GPL-2.0-only
"""--only: which objects a command may touch."""
from __future__ import annotations

from targetconfig import state as st
from targetconfig.plan import Scope, everything
from targetconfig.problem import Problem, did_you_mean
from targetconfig.state import State

WORDS = ("target", "backstore", "fabric", "initiator")


def chosen(texts: list[str], have: State, want: State) -> Scope:
    """Return the scope that --only target=NAME and its like mean."""
    if not texts:
        return everything
    tops: set[str] = set()
    for text in texts:
        word, sign, name = text.partition("=")
        if not sign or word not in WORDS:
            raise Problem(f"--only {text}: write {'=..., '.join(WORDS)}=..."
                          f"{did_you_mean(word, WORDS)}")
        tops |= _tops(word, name, {**have, **want})
    # What a chosen target shows has to be there, and what holds it, too.
    needed = {node.link for path, node in want.items() if node.link and
              any(st.below(path, top) for top in tops)}
    roots = tops | {link for link in needed if link not in have}
    above = {parent for path in roots for parent in st.parents(path) if parent not in have}
    return lambda path: path in above or any(st.below(path, top) for top in roots)


def _tops(word: str, name: str, state: State) -> set[str]:
    kinds = {"initiator": "acl"}
    mine = [path for path in state if st.kind(path) == kinds.get(word, word)]
    found = {path for path in mine if st.name(path) == name or
             path.removeprefix("core/") == name or _without_number(path) == name}
    if not found:
        raise Problem(f"--only {word}={name}: there is none"
                      f"{did_you_mean(name, [st.name(path) for path in mine])}")
    return found


def _without_number(path: str) -> str:
    hba, _, unit = path.removeprefix("core/").partition("/")
    return f"{hba.rsplit('_', 1)[0]}/{unit}"
