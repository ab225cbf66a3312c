# SPDX-License-Identifier: GPL-2.0-only
"""The layer check finds what it is there to find, and nothing in a good tree."""
from __future__ import annotations

from pathlib import Path

import check_layers
import pytest
from unit.project import Write

GOOD = {
    "include/target/target_core_base.h": "int target_sense_length(int kind);\n",
    "include/target/target_core_backend.h": "int target_backend(void);\n",
    "include/target/target_core_fabric.h": "int target_fabric(void);\n",
    "drivers/target/core/sense.h": "int target_sense_length(int kind);\n",
    "drivers/target/core/sense.c":
        '#include "sense.h"\nint target_sense_length(int kind)\n{\n\treturn kind;\n}\n',
    "drivers/target/core/submit.c":
        '#include "../emul/emul.h"\n#include "sense.h"\nstatic int run(int a)\n{\n'
        "\treturn target_cdb_decode(a) + target_sense_length(a);\n}\n"
        "int target_submit_one(int a)\n{\n\treturn run(a);\n}\n",
    "drivers/target/emul/emul.h": "int target_cdb_decode(int a);\n",
    "drivers/target/emul/cdb.c":
        '#include "emul.h"\n#include "../core/sense.h"\nint target_cdb_decode(int a)\n{\n'
        "\treturn target_sense_length(a);\n}\n",
    "drivers/target/backstore/ramdisk.c": "#include <target/target_core_backend.h>\n",
    "drivers/target/iscsi/login.c":
        "#include <target/target_core_fabric.h>\nint iscsit_login_start(void)\n{\n"
        "\treturn 0;\n}\n",
}


def problems(top: Path) -> str:
    """Return all problems of a project as one text."""
    return "\n".join(check_layers.check(top).problems)


def test_good_tree_has_no_problem(project: Write) -> None:
    assert problems(project(GOOD)) == ""


def test_cycle_between_two_files_is_found_with_the_calls_that_make_it(project: Write) -> None:
    top = project(GOOD | {
        "drivers/target/core/lun.c":
            "int target_lun_open(void)\n{\n\treturn target_tpg_find();\n}\n",
        "drivers/target/core/tpg.c":
            "int target_tpg_find(void)\n{\n\treturn target_lun_open();\n}\n"})
    found = problems(top)
    assert "a circle of calls: core/lun.c core/tpg.c" in found
    assert "core/lun.c -> core/tpg.c: target_tpg_find" in found
    assert "core/sense.c" not in found


def test_cycle_through_three_files_is_found(project: Write) -> None:
    def calls(here: str, there: str) -> str:
        return f"void target_{here}_go(void)\n{{\n\ttarget_{there}_go();\n}}\n"

    found = problems(project({f"drivers/target/core/{here}.c": calls(here, there)
                              for here, there in (("a", "b"), ("b", "c"), ("c", "a"))}))
    assert "a circle of calls: core/a.c core/b.c core/c.c" in found


@pytest.mark.parametrize("body", [
    "/* calls target_tpg_find() later */\n\treturn 0;",
    'return name("target_tpg_find()");',
    "return ops->target_tpg_find();",
    "return 0; // target_tpg_find()",
])
def test_comment_text_and_pointer_are_no_calls(project: Write, body: str) -> None:
    top = project({
        "drivers/target/core/lun.c": f"int target_lun_open(void)\n{{\n\t{body}\n}}\n",
        "drivers/target/core/tpg.c":
            "int target_tpg_find(void)\n{\n\treturn target_lun_open();\n}\n"})
    assert problems(top) == ""


def test_call_upwards_in_the_order_of_the_makefile(project: Write) -> None:
    top = project(GOOD | {
        "drivers/target/Makefile":
            "# bottom to top\ntarget_core_mod-y := core/submit.o \\\n\tcore/sense.o\n"})
    assert "core/submit.c calls upwards into core/sense.c: target_sense_length" in problems(top)


@pytest.mark.parametrize("name, line, problem", [
    ("core/lun.c", '#include "../emul/emul.h"', "may include emul/emul.h"),
    ("core/submit.c", '#include "../configfs/root.h"', "core/ may not include configfs/root.h"),
    ("emul/rw.c", '#include "../core/submit.h"', "emul/ lies below core/submit.h"),
    ("emul/rw.c", '#include "../configfs/root.h"', "emul/ may not include configfs/root.h"),
    ("backstore/ramdisk.c", '#include "../core/sense.h"', "may not include core/sense.h"),
    ("backstore/ramdisk.c", "#include <target/target_core_fabric.h>",
     "backstore/ may not include <target/target_core_fabric.h>"),
    ("iscsi/rx.c", "#include <target/target_core_backend.h>", "iscsi/ may not include"),
    ("iscsi/rx.c", '#include "../loopback/host.h"', "may not include loopback/host.h"),
    ("tcm_new/tcm_new_base.h", '#include "../core/sense.h"', "may not include core/sense.h"),
])
def test_forbidden_include_is_found_where_it_stands(project: Write, name: str, line: str,
                                                    problem: str) -> None:
    top = project(GOOD | {
        "drivers/target/core/submit.h": "", "drivers/target/configfs/root.h": "",
        "drivers/target/loopback/host.h": "", f"drivers/target/{name}": f"\n{line}\n"})
    found = problems(top).split("\n")
    assert len(found) == 1, found
    assert found[0].startswith(f"drivers/target/{name}:3: ")
    assert problem in found[0]


def test_tests_may_include_everything(project: Write) -> None:
    top = project(GOOD | {
        "drivers/target/core/tests/lun_kunit.c":
            '#include "../../emul/emul.h"\nint anything(void)\n{\n\treturn 0;\n}\n'})
    assert problems(top) == ""


@pytest.mark.parametrize("name, function, good", [
    ("core/lun.c", "target_lun_open", True),
    ("core/lun.c", "target_luns_open", True),
    ("core/lun.c", "target_tpg_open", False),
    ("core/lun.c", "target_lunatic", False),
    ("core/lun.c", "lun_open", False),
    ("iscsi/pdu_scsi.c", "iscsit_pdu_scsi_command", True),
    ("iscsi/pdu_scsi.c", "iscsit_pdu_nop", False),
    ("iscsi/keys.c", "iscsit_key_find", True),
    ("emul/events.c", "target_emul_events", True),
    ("emul/events.c", "target_emul_other", False),
    ("core/fabric_api.c", "transport_init_session", True),
    ("core/fabric_api.c", "transport_other", False),
])
def test_second_word_is_the_file(project: Write, name: str, function: str, good: bool) -> None:
    top = project({"include/target/target_core_fabric.h": "int transport_init_session(void);\n",
                   f"drivers/target/{name}": f"int {function}(void)\n{{\n\treturn 0;\n}}\n"})
    assert (problems(top) == "") == good


def test_static_names_are_free(project: Write) -> None:
    top = project({"drivers/target/core/lun.c":
                   "static int find(void)\n{\n\treturn 0;\n}\n"
                   "static const struct {\n\tint a;\n} rows[] = {\n\t{ 1 },\n};\n"})
    assert problems(top) == ""


def long_function(lines: int) -> str:
    """Return a function of exactly so many lines."""
    return "int target_lun_long(void)\n{\n" + "\tstep();\n" * (lines - 3) + "}\n"


@pytest.mark.parametrize("lines, listed, failing", [(80, 0, 0), (81, 1, 0), (100, 1, 0),
                                                    (101, 0, 1)])
def test_long_functions(project: Write, lines: int, listed: int, failing: int) -> None:
    report = check_layers.check(project({"drivers/target/core/lun.c": long_function(lines)}))
    assert (len(report.listed), len(report.problems)) == (listed, failing)


def test_deep_nesting_and_many_arguments_are_listed(project: Write) -> None:
    deep = "int target_lun_deep(int a, int b, int c, int d, int (*e)(int, int), int f, int g)\n{\n"
    deep += "".join("\t" * n + "if (a) {\n" for n in range(1, 5))
    deep += "".join("\t" * n + "}\n" for n in range(4, 0, -1)) + "}\n"
    report = check_layers.check(project({"drivers/target/core/lun.c": deep}))
    assert any("nested 4 deep" in line for line in report.listed)
    assert any("7 arguments" in line for line in report.listed)


def test_long_file_and_vague_name_and_licence(project: Write) -> None:
    top = project({"drivers/target/core/lun.c": "\n" * 700,
                   "drivers/target/core/sense_util.c": "",
                   "drivers/target/core/utility.c": ""})
    (top / "drivers/target/core/tpg.c").write_text("int a;\n", encoding="ascii")
    found = problems(top)
    assert "drivers/target/core/lun.c: 701 lines" in found
    assert "sense_util.c: name a file after a noun" in found
    assert "utility.c" not in found
    assert "drivers/target/core/tpg.c:1: no SPDX line" in found
