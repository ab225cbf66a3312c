# SPDX-License-Identifier: GPL-2.0-only
"""What the tree's builds ask of a configuration, and what they take for a failure."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import build_tree
import pytest

from unit.project import TOP, write_files

KCONFIG = ('config TARGET_CORE\n\ttristate "core"\nconfig TCM_X\n\tbool "x"\n'
           'config TCM_X_KUNIT_TEST\n\ttristate "test"\nconfig TCM_SIZE\n\tint "size"\n')


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree with a few symbols."""
    return write_files(tmp_path, {"drivers/target/Kconfig": KCONFIG})


def test_every_symbol_of_ours_is_asked_for(tree: Path) -> None:
    modular = build_tree.asked(tree, build_tree.VARIANTS["modular"])
    assert modular["TARGET_CORE"] == "m" and modular["TCM_X"] == "y"
    assert modular["VHOST_SCSI"] == "m" and modular["USB_CONFIGFS_F_TCM"] == "y"
    assert "TCM_X_KUNIT_TEST" not in modular and "TCM_SIZE" not in modular
    builtin = build_tree.asked(tree, build_tree.VARIANTS["builtin"])
    assert builtin["TARGET_CORE"] == builtin["INFINIBAND_SRPT"] == "y"
    assert build_tree.asked(tree, build_tree.VARIANTS["rt"])["PREEMPT_RT"] == "y"
    assert build_tree.asked(tree, build_tree.VARIANTS["tiny"]) == {
        "TARGET_CORE": "y", "BLOCK": "y", "SCSI": "y"}


@pytest.mark.parametrize("line, found", [
    ("drivers/target/core/lun.c:1:2: warning: unused variable 'x' [-Wunused-variable]", 1),
    ("drivers/vhost/scsi.c:10:5: error: too few arguments", 1),
    ("WARNING: modpost: missing MODULE_LICENSE() in x.o", 1),
    ("ld: x.o: undefined reference to `target_lun_add'", 1),
    ("  CC      drivers/target/core/warning.o", 0),
    (".config:12:warning: symbol value 'm' invalid for X", 0),
])
def test_warnings_are_counted(tmp_path: Path, line: str, found: int) -> None:
    said = ["sh", "-c", f"cat <<'EOF'\n  CC      a.o\n{line}\nEOF"]
    code, files, remarks = build_tree.compile_all(said, tmp_path / "log")
    assert code == 0 and len(remarks) == found
    assert files == 1 + line.startswith("  CC")
    assert line in (tmp_path / "log").read_text()


def test_divisions_of_64_bits_are_found(tmp_path: Path) -> None:
    """On 64 bits there is an instruction for them."""
    folder = tmp_path / "drivers/target"
    folder.mkdir(parents=True)
    source = tmp_path / "a.c"
    source.write_text("unsigned long long f(unsigned long long a, unsigned long long b)\n"
                      "{\n\treturn a % b;\n}\n", encoding="ascii")
    variant = build_tree.VARIANTS["modular"]
    for bits, found in (("-m64", []), ("-m32", ["__umoddi3"])):
        subprocess.run(["gcc", bits, "-O2", "-c", str(source), "-o", str(folder / "a.o")],
                       check=True)
        assert [remark.split()[2] for remark in build_tree.divisions(tmp_path, variant)] == found


def test_exit_code_of_make_is_seen(tmp_path: Path) -> None:
    assert build_tree.compile_all(["sh", "-c", "exit 3"], tmp_path / "log")[0] == 3


def test_unknown_variant_is_refused() -> None:
    done = subprocess.run([sys.executable, str(TOP / "scripts/build_tree.py"), "big"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "there are modular builtin tiny" in done.stderr
