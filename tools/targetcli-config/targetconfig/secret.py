# SPDX-License-Identifier: GPL-2.0-only
"""Secrets are taken out of a document and put back: a document is for everybody."""
from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
SECRETS = ("password", "password_mutual")


def _places(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(part, dict):
        for name, item in part.items():
            if name in SECRETS and not isinstance(item, dict):
                yield (*path, str(name)), item
            else:
                yield from _places(item, (*path, str(name)))


def take_out(document: Document) -> tuple[Document, Document]:
    """Return the document without secrets, and the secrets in the same shape."""
    public = copy.deepcopy(document)
    secrets: Document = {}
    for path, value in list(_places(public)):
        part: Document = public
        into: Document = secrets
        holder = part
        for name in path[:-1]:
            holder, part = part, part[next(key for key in part if str(key) == name)]
            into = into.setdefault(name, {})
        into[path[-1]] = value
        del part[path[-1]]
        if not part and len(path) > 1 and path[-2] in holder:
            del holder[path[-2]]
    return public, secrets


def put_back(document: Document, secrets: Document) -> Document:
    """Return the document with its secrets; those of objects that it lacks are dropped."""
    whole = copy.deepcopy(document)
    for path, value in _places(secrets):
        part: Any = whole
        for name in path[:-2]:
            part = {str(key): item for key, item in part.items()}.get(name) \
                if isinstance(part, dict) else None
        if not isinstance(part, dict):
            continue
        folder = next((key for key in part if str(key) == path[-2]), None)
        if folder is None and path[-2] in ("auth", "discovery_auth"):
            folder = path[-2]
            part[folder] = {}
        if folder is not None and isinstance(part[folder], dict):
            part[folder].setdefault(path[-1], value)
    return whole


def has_any(document: Document) -> bool:
    """Tell whether a document has secrets in it."""
    return any(True for _ in _places(document))
