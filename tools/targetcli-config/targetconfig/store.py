# SPDX-License-Identifier: GPL-2.0-only
"""Documents in files: YAML or JSON, replaced in one piece, secrets apart.

The secrets of FILE are in FILE.secrets-HASH, mode 0600, which FILE names.  They
are written first and the old ones removed last, so that FILE, old or new, has
its own at any moment.
"""
from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from targetconfig import secret
from targetconfig.problem import Problem

Document = dict[str, Any]
# In C where they are built in: ten times as fast.
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
NUMBER = "tag:yaml.org,2002:int"
TEXTS = (NUMBER, "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")
KINDS = ("bool", "int", "map", "merge", "null", "seq", "str")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Takes for a number what looks like one, not a port name, a revision or a serial number.

    A name that is there twice is a mistake: one of the two would be lost without a word.
    """

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Make a map."""
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a list or a map is no name",
                                           problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} is there twice",
                                           problem_mark=key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


# What JSON has no word for is no setting either.
Loader.yaml_constructors = {
    tag: make for tag, make in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.rpartition(":")[2] in KINDS}
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


def _once(pairs: list[tuple[str, Any]]) -> Document:
    """Make a map of what JSON has; see Loader."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Problem(f"{twice} is there twice")
    return made


def loads(text: str, name: str = "-") -> Document:
    """Read a document from text."""
    try:
        document = json.loads(text, object_pairs_hook=_once) if _is_json(name) else \
            yaml.load(text, Loader=Loader)
        json.dumps(document, allow_nan=False)       # refuses a map that is in itself
    except json.JSONDecodeError as error:
        raise Problem(f"{name}:{error.lineno}:{error.colno}: {error.msg}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise Problem(f"{name}{where}: {error.problem}") from error
    except RecursionError as error:
        raise Problem(f"{name}: lists and maps in each other without an end") from error
    except (ValueError, yaml.YAMLError) as error:
        raise Problem(f"{name}: {str(error).splitlines()[0]}") from error
    if document is None:
        raise Problem(f"{name} is empty; targetcli-config dump -o {name} writes what is there")
    if not isinstance(document, dict):
        raise Problem(f"{name}: a document is a map with backstores and fabrics")
    return document


def read(path: str) -> Document:
    """Read a document and its secrets."""
    path = os.path.realpath(path)
    try:
        with open(path, encoding="utf-8") as file:
            document = loads(file.read(), path)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path}: no text at byte {error.start}") from error
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


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Keep others from replacing files in a folder: they would take ours for old ones."""
    fd = os.open(folder or ".", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _mode(path: str) -> int:
    """Return the mode of the file that is replaced, so that it stays."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return 0o644


def write(path: str, document: Document, allow_empty: bool = False) -> None:
    """Replace a document and its secrets; of a link, what it leads to."""
    if not allow_empty and not document.get("backstores") and \
            not any(part.get("targets") for part in document.get("fabrics", {}).values()):
        raise Problem(f"{path} not written: there is no backstore and no target; "
                      "--allow-empty writes it")
    path = os.path.realpath(path)
    with _alone(os.path.dirname(path)):
        _write(path, *secret.take_out(document))


def _write(path: str, public: Document, secrets: Document) -> None:
    name = ""
    if secrets:
        text = dumps(secrets, _is_json(path))
        name = f"{os.path.basename(path)}.secrets-" \
               f"{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        replace(os.path.join(os.path.dirname(path), name), text, 0o600)
        public = {"format": public.get("format", 1), "secrets": name, **public}
    replace(path, dumps(public, _is_json(path)), _mode(path))
    base = glob.escape(path)
    for old in glob.glob(f"{base}.secrets-*") + glob.glob(f"{base}.new-*"):
        if os.path.basename(old) != name:
            os.unlink(old)
