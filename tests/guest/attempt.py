# SPDX-License-Identifier: GPL-2.0-only
"""Calls that are meant to fail: which errno each gives (0 where none)."""
from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

import lio


def _errno(call: Callable[[], object], undo: Callable[[], object] | None = None) -> int:
    try:
        call()
    except OSError as error:
        return error.errno or -1
    if undo:
        undo()
    return 0


def each(calls: list[list[str]]) -> list[list[object]]:
    """Do mkdir or rmdir on each path; what was made by mistake goes again."""
    rows: list[list[object]] = []
    for how, where in calls:
        path = lio.path(where)
        if how == "mkdir":
            rows.append([where, _errno(partial(os.mkdir, path), partial(os.rmdir, path))])
        else:
            rows.append([where, _errno(partial(os.rmdir, path))])
    return rows


def links(pairs: list[list[str]]) -> list[list[object]]:
    """Link each source into its folder."""
    rows: list[list[object]] = []
    for source, folder in pairs:
        link = lio.path(folder, "wrong")
        rows.append([source, folder,
                     _errno(partial(os.symlink, lio.path(source), link),
                            partial(os.unlink, link))])
    return rows


def writes(pairs: list[list[str]]) -> list[list[object]]:
    """Write each value."""
    return [[where, value, _errno(partial(lio.write, where, value))]
            for where, value in pairs]
