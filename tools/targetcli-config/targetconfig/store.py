# SPDX-License-Identifier: GPL-2.0-only
"""Documents in files: YAML or JSON, replaced in one piece, secrets apart.

The secrets of FILE are in FILE.secrets-HASH, mode 0600, which FILE names.  They
are written first and the old ones removed last, so that FILE, old or new, has
its own at any moment.
"""
from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import stat
from typing import Any

import yaml

from targetconfig import secret
from targetconfig.problem import Problem

Document = dict[str, Any]
# In C where they are built in: ten times as fast.
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
NUMBER = "tag:yaml.org,2002:int"
TEXTS = (NUMBER, "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Takes for a number what looks like one, not a port name, a revision or a serial number."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag not in TEXTS]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver(NUMBER, re.compile(r"(?:0|-?[1-9][0-9]*)$"), list("-0123456789"))


def _is_json(path: str) -> bool:
    return path.endswith(".json")


def dumps(document: Document, as_json: bool = False) -> str:
    """Return a document as text."""
    if as_json:
        return json.dumps(document, indent=2) + "\n"
    text: str = yaml.dump(document, Dumper=DUMPER, sort_keys=False, default_flow_style=False,
                          width=100)
    return text


def loads(text: str, name: str = "-") -> Document:
    """Read a document from text."""
    try:
        document = json.loads(text) if _is_json(name) else \
            yaml.load(text, Loader=Loader)
    except json.JSONDecodeError as error:
        raise Problem(f"{name}:{error.lineno}:{error.colno}: {error.msg}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise Problem(f"{name}{where}: {error.problem}") from error
    if document is None:
        raise Problem(f"{name} is empty; targetcli-config dump -o {name} writes what is there")
    if not isinstance(document, dict):
        raise Problem(f"{name}: a document is a map with backstores and fabrics")
    return document


def read(path: str) -> Document:
    """Read a document and its secrets."""
    try:
        with open(path, encoding="utf-8") as file:
            document = loads(file.read(), path)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error
    name = document.pop("secrets", None)
    if not name:
        return document
    where = os.path.join(os.path.dirname(path), str(name))
    try:
        with open(where, encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Problem(f"{where}: others can read it; chmod 600 {where}")
            return secret.put_back(document, loads(file.read(), path))
    except OSError as error:
        raise Problem(f"{where}, the secrets of {path}: {error.strerror}") from error


def replace(path: str, text: str, mode: int = 0o644) -> None:
    """Write a file so that a power cut leaves the old or the new one."""
    folder = os.path.dirname(os.path.abspath(path))
    new = f"{path}.new-{os.getpid()}"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.rename(new, path)
    except BaseException:
        os.unlink(new)
        raise
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write(path: str, document: Document, allow_empty: bool = False) -> None:
    """Replace a document and its secrets."""
    if not allow_empty and not document.get("backstores") and \
            not any(part.get("targets") for part in document.get("fabrics", {}).values()):
        raise Problem(f"{path} not written: there is no backstore and no target; "
                      "--allow-empty writes it")
    public, secrets = secret.take_out(document)
    name = ""
    if secrets:
        text = dumps(secrets, _is_json(path))
        name = f"{os.path.basename(path)}.secrets-" \
               f"{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        replace(os.path.join(os.path.dirname(path), name), text, 0o600)
        public = {"format": public.get("format", 1), "secrets": name, **public}
    replace(path, dumps(public, _is_json(path)))
    base = glob.escape(path)
    for old in glob.glob(f"{base}.secrets-*") + glob.glob(f"{base}.new-*"):
        if os.path.basename(old) != name:
            os.unlink(old)
