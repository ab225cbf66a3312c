# SPDX-License-Identifier: GPL-2.0-only
# The part of python3-yaml that is used: Debian has no stubs for it.
from typing import Any

class Mark:
    line: int
    column: int

class YAMLError(Exception): ...

class MarkedYAMLError(YAMLError):
    problem: str | None
    problem_mark: Mark | None
    def __init__(self, *, problem: str, problem_mark: Mark) -> None: ...

class ScalarNode:
    value: str
    start_mark: Mark

class SafeDumper: ...

class SafeLoader:
    yaml_constructors: dict[str | None, Any]
    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]]

def load(stream: str, Loader: Any) -> Any: ...
def dump(data: Any, *, Dumper: Any, sort_keys: bool = ..., default_flow_style: bool = ...,
         width: int = ...) -> Any: ...
def safe_load(stream: str) -> Any: ...
def safe_dump(data: Any) -> Any: ...
