# SPDX-License-Identifier: GPL-2.0-only
"""Missing kernel-doc comments are found, those that are there are seen."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import check_docs
import pytest
from unit.project import Write

Problems = Callable[[dict[str, str]], list[str]]
COMMENT = "/**\n * target_lun_open() - open it\n * @a: which\n *\n * Return: a number.\n */\n"
FUNCTION = "int target_lun_open(int a)\n{\n\treturn a;\n}\nEXPORT_SYMBOL_GPL(target_lun_open);\n"
OPERATIONS = "struct target_some_ops {\n\tint (*a)(void);\n};\n"


@pytest.fixture
def problems(project: Write, monkeypatch: pytest.MonkeyPatch) -> Problems:
    """Return a function that lists what is undocumented in some files."""
    def check(files: dict[str, str]) -> list[str]:
        top = project(files)
        monkeypatch.setattr(check_docs, "TOP", top)
        paths = [Path(top, name) for name in files]
        return check_docs.undocumented(paths)
    return check


def test_exported_function_needs_a_comment(problems: Problems) -> None:
    name = "drivers/target/core/lun.c"
    assert problems({name: FUNCTION}) == [f"{name}:2: target_lun_open: no kernel-doc"]
    assert problems({name: "/* not kernel-doc */\n" + FUNCTION}) != []
    assert problems({name: COMMENT + FUNCTION}) == []
    split = FUNCTION.replace("int target", "int\ntarget")
    assert problems({name: COMMENT + split}) == []


def test_struct_of_operations_needs_a_comment(problems: Problems) -> None:
    name = "include/target/target_some.h"
    assert problems({name: OPERATIONS}) == [f"{name}:2: target_some_ops: no kernel-doc"]
    documented = "/**\n * struct target_some_ops - x\n * @a: y\n */\n" + OPERATIONS
    assert problems({name: documented}) == []
