# SPDX-License-Identifier: GPL-2.0-only
"""The generator writes a module from the header alone, once, or refuses in one line."""
from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import c_layout
import check_style
import fabric_ops
import kernel_source
import pytest
import tcm_mod_builder
from scsi_protocols import PROTOCOLS

from unit.project import TOP, write_files

SCRIPT = TOP / "scripts/tcm_mod_builder.py"
FILES = ["Kbuild", "Kconfig", "tcm_nab5000_base.h", "tcm_nab5000_configfs.c",
         "tcm_nab5000_fabric.c", "tcm_nab5000_fabric.h"]
NAB = ("-m", "tcm_nab5000", "-p", "iSCSI")
MEMBERS = fabric_ops.read(TOP / fabric_ops.HEADER)
FUNCTIONS = [member for member in MEMBERS if member.result]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return what the generator needs of a tree."""
    for name in ("drivers/target/Makefile", "drivers/target/Kconfig", str(fabric_ops.HEADER)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    write_files(tmp_path, {"drivers/scsi/Kconfig": "config SCSI\n\ttristate\n"})
    return tmp_path


def run(tree: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run the generator on a tree."""
    return subprocess.run([sys.executable, str(SCRIPT), "--tree", str(tree), *arguments],
                          input=said, capture_output=True, text=True, check=False)


def snapshot(tree: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time stamp of every file."""
    return {str(path.relative_to(tree)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in tree.rglob("*") if path.is_file()}


def made(tree: Path, name: str) -> str:
    """Return a generated file."""
    return (tree / "drivers/target/tcm_nab5000" / name).read_text()


def test_it_says_what_it_works_on_and_writes(tree: Path) -> None:
    done = run(tree, *NAB, "--yes")
    assert done.returncode == 0 and done.stderr == ""
    assert sorted(path.name for path in (tree / "drivers/target/tcm_nab5000").iterdir()) == FILES
    for text in (str(tree), "tcm_nab5000", "drivers/target/tcm_nab5000", "iSCSI",
                 str(fabric_ops.HEADER), *FILES):
        assert text in done.stdout
    makefile = (tree / "drivers/target/Makefile").read_text().splitlines()
    assert "obj-$(CONFIG_TCM_NAB5000) += tcm_nab5000/" in makefile
    kconfig = (tree / "drivers/target/Kconfig").read_text()
    assert kconfig.index('source "drivers/target/tcm_nab5000/Kconfig"') < kconfig.index("endif")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_function_of_the_header_is_in_every_module(tree: Path, name: str) -> None:
    assert run(tree, "-m", "tcm_nab5000", "-p", name, "--no").returncode == 0
    fabric, configfs = made(tree, "tcm_nab5000_fabric.c"), made(tree, "tcm_nab5000_configfs.c")
    prototypes = made(tree, "tcm_nab5000_fabric.h")
    for member in FUNCTIONS:
        own, shared = f"\n\t.{member.name} = {member.name},\n", f"tcm_nab5000_{member.name}("
        if own in configfs:
            assert re.search(rf"^static [^;]*\b{member.name}\(", configfs, re.M)
        else:
            assert shared in fabric and shared in prototypes
            row = f" .{member.name} = tcm_nab5000_{member.name}, "
            assert row in " ".join(configfs.split())
    value = PROTOCOLS[name].symbol or f"{PROTOCOLS[name].value:#04x}"
    assert f"#define TCM_NAB5000_PROTOCOL {value}\n" in made(tree, "tcm_nab5000_base.h")
    for path in FILES:
        text = made(tree, path)
        assert "SPDX-License-Identifier: GPL-2.0-only" in text.split("\n")[0]
        assert not re.search(r"//@|@\w+@", text)


def test_protocols_are_those_of_the_standard() -> None:
    assert sorted(row.value for row in PROTOCOLS.values()) == [*range(0xc), 0xf]
    assert {row.name: row.value for row in PROTOCOLS.values()}["SAS"] == 6


def test_second_run_changes_nothing(tree: Path) -> None:
    run(tree, *NAB, "--yes")
    before = snapshot(tree)
    done = run(tree, *NAB, "--yes")
    assert done.returncode == 0 and "yes" not in done.stdout
    assert snapshot(tree) == before


@pytest.mark.parametrize("said, makefile, kconfig", [
    ("yes\nno\n", True, False), ("n\ny\n", False, True), ("what\nyes\nyes\n", True, True),
    ("", False, False)])
def test_it_asks_before_it_adds_a_line(tree: Path, said: str, makefile: bool,
                                       kconfig: bool) -> None:
    done = run(tree, *NAB, said=said)
    assert done.returncode == 0
    assert ("tcm_nab5000" in (tree / "drivers/target/Makefile").read_text()) == makefile
    assert ("tcm_nab5000" in (tree / "drivers/target/Kconfig").read_text()) == kconfig
    assert done.stdout.count("[yes/no]") == 2 + said.startswith("what")


def test_no_answers_for_scripts_and_yes_can_follow(tree: Path) -> None:
    before = snapshot(tree)
    run(tree, *NAB, "--no")
    after = snapshot(tree)
    assert all(after[name] == before[name] for name in before)
    assert run(tree, *NAB, "--yes").returncode == 0
    assert "tcm_nab5000/" in (tree / "drivers/target/Makefile").read_text()


def with_member(tree: Path, declaration: str, said: str) -> None:
    """Add a member to the header of a tree, and what its kernel-doc says."""
    header = tree / fabric_ops.HEADER
    text = header.read_text()
    text = text.replace("\n\t/* a nexus */", f"\t{declaration}\n\n\t/* a nexus */")
    text = text.replace(" * @close_session:", f"{said}\n * @close_session:", 1)
    header.write_text(text)


@pytest.mark.parametrize("declaration, head, value", [
    ("int (*poll_cmd)(struct se_cmd *se_cmd);",
     "int tcm_nab5000_poll_cmd(struct se_cmd *se_cmd)", "\treturn 0;\n"),
    ("void (*poll_cmd)(struct se_cmd *se_cmd,\n\t\t\t u64 *words, bool);",
     "void tcm_nab5000_poll_cmd(struct se_cmd *se_cmd, u64 *words, bool arg3)", ""),
    ("bool (*poll_cmd)(void);", "bool tcm_nab5000_poll_cmd(void)", "\treturn false;\n"),
    ("const struct se_lun *(*poll_cmd)(const struct se_cmd *se_cmd);",
     "const struct se_lun *tcm_nab5000_poll_cmd(const struct se_cmd *se_cmd)",
     "\treturn NULL;\n")])
def test_new_member_appears_in_the_next_module(tree: Path, declaration: str, head: str,
                                               value: str) -> None:
    with_member(tree, declaration, " * @poll_cmd: see whether the wire has\n *\tanything to say")
    assert run(tree, *NAB, "--yes").returncode == 0
    fabric = made(tree, "tcm_nab5000_fabric.c")
    assert f"{head}\n{{\n{value}}}\n" in fabric
    assert "tcm_nab5000_poll_cmd - see whether the wire has anything to say" in fabric
    assert f"{head};\n" in made(tree, "tcm_nab5000_fabric.h")
    assert "\t.poll_cmd = tcm_nab5000_poll_cmd,\n" in made(tree, "tcm_nab5000_configfs.c")


def test_member_that_is_gone_is_in_no_module(tree: Path) -> None:
    header = tree / fabric_ops.HEADER
    header.write_text(header.read_text().replace(
        "\tint (*get_cmd_state)(struct se_cmd *se_cmd);\n", ""))
    run(tree, *NAB, "--yes")
    assert all("get_cmd_state" not in made(tree, name) for name in FILES)


def test_changed_result_reaches_the_module(tree: Path) -> None:
    header = tree / fabric_ops.HEADER
    header.write_text(header.read_text().replace("void (*queue_tm_rsp)", "int (*queue_tm_rsp)"))
    run(tree, *NAB, "--yes")
    assert "\nint tcm_nab5000_queue_tm_rsp(struct se_cmd *se_cmd)\n" in made(
        tree, "tcm_nab5000_fabric.c")


@pytest.mark.parametrize("arguments, why", [
    ((), "-m NAME"),
    (("-m", "tcm_x"), "-p PROTOCOL"),
    (("-p", "FC"), "-m NAME"),
    (("-m",), "expected one argument"),
    (("-m", "tcm_x", "-p", "SCSI"), "no such protocol: 'SCSI'; there are FC"),
    (("-m", "tcm_x", "-p", ""), "-p PROTOCOL"),
    (("-m", "tcm-x", "-p", "FC"), "small letter"),
    (("-m", "Tcm_x", "-p", "FC"), "small letter"),
    (("-m", "1tcm", "-p", "FC"), "small letter"),
    (("-m", "../x", "-p", "FC"), "small letter"),
    (("-m", "tcm_x\n", "-p", "FC"), "small letter"),
    (("-m", "tcm_\u00e9", "-p", "FC"), "small letter"),
    (("-m", "x" * 32, "-p", "FC"), "at most 31 characters"),
    (("-m", "core", "-p", "FC"), "the target's own"),
    (("-m", "iscsi", "-p", "iSCSI"), "the target's own"),
    (("-m", "tcm_loop", "-p", "SAS"), "there is such a module"),
    (("-m", "target_core_mod", "-p", "SAS"), "there is such a module"),
    (("-m", "target", "-p", "SAS"), "own names begin like this"),
    (("-m", "target_core", "-p", "SAS"), "has a symbol TARGET_CORE"),
    (("-m", "scsi", "-p", "SAS"), "drivers/scsi/Kconfig has a symbol SCSI"),
    ((*NAB, "extra"), "unrecognized arguments"),
    ((*NAB, "--maybe"), "unrecognized arguments"),
])
def test_bad_input_is_refused_in_one_line(tree: Path, arguments: tuple[str, ...],
                                          why: str) -> None:
    before = snapshot(tree)
    done = run(tree, *arguments)
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert why in done.stderr
    assert snapshot(tree) == before


@pytest.mark.parametrize("name, why", [
    ("some_mod", "has drivers/some-mod.ko in "), ("inside", "has kernel/inside.ko in "),
    ("other", "has CONFIG_OTHER in "), ("absent", "has CONFIG_ABSENT in "), ("some", ""),
    ("oth", "")])
def test_names_of_the_installed_kernel_are_taken(
        tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str], name: str, why: str) -> None:
    """A tree that is a kernel's says itself what there is."""
    root = write_files(tmp_path / "root", {
        "lib/modules/6.12.1/modules.order": "drivers/some-mod.ko\n",
        "lib/modules/6.12.1/modules.builtin": "kernel/inside.ko\n",
        "boot/config-6.12.1": "CONFIG_OTHER=m\n# CONFIG_ABSENT is not set\n"})
    monkeypatch.setattr(tcm_mod_builder, "ROOT", root)
    arguments = ["-m", name, "-p", "FC", "--no", "--tree", str(tree)]
    before = snapshot(tree)
    assert tcm_mod_builder.main(arguments) == (2 if why else 0)
    if why:
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1 and why in said.err
        assert snapshot(tree) == before
        (tree / "Kconfig").write_text("mainmenu x\n")
        assert tcm_mod_builder.main(arguments) == 0


def test_existing_module_is_left_alone(tree: Path) -> None:
    assert run(tree, *NAB, "--yes").returncode == 0
    source = tree / "drivers/target/tcm_nab5000/tcm_nab5000_fabric.c"
    source.write_text(source.read_text() + "/* mine */\n")
    before = snapshot(tree)
    for arguments in (NAB, ("-m", "tcm_nab5000", "-p", "FC")):
        done = run(tree, *arguments, "--yes")
        assert done.returncode == 2 and "there is such a module" in done.stderr
        assert done.stdout == "" and done.stderr.count("\n") == 1
    assert snapshot(tree) == before


@pytest.mark.parametrize("missing", ["drivers/target/Makefile", "drivers/target/Kconfig",
                                     str(fabric_ops.HEADER)])
def test_tree_that_is_none_is_refused(tree: Path, missing: str) -> None:
    (tree / missing).unlink()
    before = snapshot(tree)
    done = run(tree, *NAB)
    assert done.returncode == 2 and missing in done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert snapshot(tree) == before


@pytest.mark.parametrize("text", ["", "struct target_core_fabric_ops {\n};\n",
                                  "struct target_core_fabric_ops {\n\tDECLARE(x);\n};\n"])
def test_header_that_says_nothing_is_refused(tree: Path, text: str) -> None:
    (tree / fabric_ops.HEADER).write_text(text)
    before = snapshot(tree)
    done = run(tree, *NAB)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert snapshot(tree) == before


def test_names_in_tests_are_told_apart_by_kind() -> None:
    for row in PROTOCOLS.values():
        assert row.good and row.bad and not set(row.good) & set(row.bad)


@pytest.mark.parametrize("before, after", [
    ("int f(int a,\n  int b);", "int f(int a, int b);"),
    ("\tlong_function_name(first_argument_here, second_argument_here, third_argument_is_here);",
     "\tlong_function_name(first_argument_here, second_argument_here,\n"
     "\t\t\t   third_argument_is_here);"),
    ('\tpr_info("a text, with (a comma and an open parenthesis");',
     '\tpr_info("a text, with (a comma and an open parenthesis");'),
    ("static struct a_structure_with_a_name *the_function_with_a_name(struct another_struct *x)",
     "static struct a_structure_with_a_name *\nthe_function_with_a_name(struct another_struct *x)"),
    ("#define X(a,\n b)", "#define X(a,\n b)"),
    ("/* (\n */\nint x;", "/* (\n */\nint x;"),
])
def test_layout(before: str, after: str) -> None:
    assert c_layout.layout(before) == after


@pytest.mark.parametrize("name", ["x", "tcm_nab5000", "tcm_a_name_of_thirty_one_letter"])
def test_modules_pass_checkpatch(tree: Path, tmp_path: Path, name: str) -> None:
    source = kernel_source.source()
    clean = tmp_path / "clean"
    clean.mkdir()
    for number, protocol in enumerate(("FC", "iSCSI")):
        module = f"{name[:-1]}{number}" if len(name) > 1 else f"x{number}"
        assert run(tree, "-m", module, "-p", protocol, "--no").returncode == 0
        for path in (tree / "drivers/target" / module).glob("*.[ch]"):
            remarks = check_style.checkpatch(source, path, clean).splitlines()
            # The macro that makes the functions of a file: an argument is a name.
            assert [text for text in remarks if ":MACRO_ARG_" not in text] == []
