# SPDX-License-Identifier: GPL-2.0-only
"""The overlay changes a kernel tree once, and leaves no trace when it is undone."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import overlay
import pytest
from unit.project import TOP

HEAD = "List of maintainers\n\nMaintainers List\n----------------\n"
ENTRIES = """
ABC DRIVER
M:	A B <a@b.c>
F:	drivers/abc/

FIREWIRE SBP-2 TARGET
F:	drivers/target/sbp/

SCSI SUBSYSTEM
F:	drivers/scsi/

SCSI TARGET SUBSYSTEM
M:	Somebody Else <else@example.org>
F:	Documentation/target/
F:	drivers/target/

XYZ DRIVER
F:	drivers/xyz/

THE REST
F:	*
F:	*/
"""
ISERT = """\
# SPDX-License-Identifier: GPL-2.0-only
config INFINIBAND_ISERT
	tristate "iSCSI Extensions for RDMA (iSER) target support"
	depends on INET && INFINIBAND_ADDR_TRANS && TARGET_CORE && ISCSI_TARGET
	help
	Support for iSCSI Extensions for RDMA (iSER) Target on Infiniband fabrics.
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a small kernel tree that the overlay knows."""
    files = {
        "Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 99\nEXTRAVERSION =\n",
        "MAINTAINERS": HEAD + ENTRIES,
        "drivers/target/old.c": "int old;\n",
        "drivers/target/sbp/sbp.c": "int sbp;\n",
        "include/target/old.h": "int old;\n",
        "drivers/infiniband/ulp/isert/Kconfig": ISERT,
        "drivers/scsi/keep.c": "int keep;\n",
    }
    for name, text in files.items():
        path = tmp_path / "linux" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "linux"


def snapshot(tree: Path, hidden: bool = False) -> dict[str, bytes]:
    """Return the content of every file of a tree."""
    return {str(path.relative_to(tree)): path.read_bytes() for path in tree.rglob("*")
            if path.is_file() and (hidden or overlay.KEPT not in path.parts)}


def times(tree: Path) -> dict[str, int]:
    """Return the time stamp of every file of a tree."""
    return {str(path.relative_to(tree)): path.stat().st_mtime_ns
            for path in tree.rglob("*") if path.is_file()}


def test_our_sources_take_the_place_of_the_old_ones(tree: Path) -> None:
    overlay.apply(tree)
    assert not (tree / "drivers/target/old.c").exists()
    assert not (tree / "drivers/target/sbp").exists()
    for name in ("drivers/target/Kconfig", "drivers/target/Makefile",
                 "include/target/target_core_base.h"):
        assert (tree / name).read_bytes() == (TOP / name).read_bytes()
    assert (tree / "drivers/scsi/keep.c").read_text() == "int keep;\n"


def test_kconfig_patch_is_applied(tree: Path) -> None:
    overlay.apply(tree)
    text = (tree / "drivers/infiniband/ulp/isert/Kconfig").read_text()
    assert text.count("ISCSI_TARGET_OFFLOAD_API") == 1


def test_maintainers_entries_are_replaced_and_the_rest_keeps_its_place(tree: Path) -> None:
    overlay.apply(tree)
    text = (tree / "MAINTAINERS").read_text()
    assert "Somebody Else" not in text and "drivers/target/sbp/" not in text
    titles = [overlay.title(entry) for entry in overlay.entries(text)[1]]
    assert titles == ["ABC DRIVER", "SCSI SUBSYSTEM", "SCSI TARGET FIBRE CHANNEL OVER ETHERNET",
                      "SCSI TARGET ISCSI", "SCSI TARGET SUBSYSTEM", "XYZ DRIVER", "THE REST"]
    assert text.startswith(HEAD)


def test_our_maintainers_entries_name_what_is_there() -> None:
    names = [line.split()[1] for line in (TOP / "MAINTAINERS").read_text().splitlines()
             if line.startswith("F:\t")]
    ours = [name for name in names if not name.startswith("include/uapi/")]
    assert ours
    assert not [name for name in ours if not (TOP / name).exists()]


def test_second_run_writes_nothing(tree: Path) -> None:
    assert overlay.apply(tree) > 0
    before = times(tree)
    assert overlay.apply(tree) == 0
    assert times(tree) == before


def test_undo_restores_every_byte(tree: Path) -> None:
    before = snapshot(tree)
    overlay.apply(tree)
    overlay.apply(tree)
    overlay.undo(tree)
    assert snapshot(tree, hidden=True) == before
    assert overlay.undo(tree) == 0


def test_restored_files_are_newer_than_what_was_built_from_ours(tree: Path) -> None:
    os.utime(tree / "include/target/old.h", (1, 1))
    overlay.apply(tree)
    built = (tree / "include/target/target_core_base.h").stat().st_mtime
    overlay.undo(tree)
    assert (tree / "include/target/old.h").stat().st_mtime >= built


def test_what_a_build_left_in_the_tree_survives_a_second_run(tree: Path) -> None:
    overlay.apply(tree)
    built = tree / "drivers/target/core/sense.o"
    built.parent.mkdir(exist_ok=True)
    built.write_text("object")
    (tree / "drivers/target/stale.c").write_text("int stale;\n")
    assert overlay.apply(tree) == 1
    assert built.read_text() == "object"
    assert not (tree / "drivers/target/stale.c").exists()


@pytest.mark.parametrize("version, named", [("5.15.3", "Linux 5.15.3"), ("6.1.12", "Linux 6.1.12"),
                                            ("6.13.0", "Linux 6.13.0")])
def test_other_kernels_are_refused_by_their_version(tree: Path, version: str, named: str) -> None:
    numbers = version.split(".")
    (tree / "Makefile").write_text("".join(
        f"{key} = {value}\n" for key, value in zip(("VERSION", "PATCHLEVEL", "SUBLEVEL"), numbers)))
    before = snapshot(tree)
    with pytest.raises(overlay.OverlayError, match=named):
        overlay.apply(tree)
    assert snapshot(tree, hidden=True) == before


def test_tree_that_the_patch_does_not_fit_is_left_as_it_was(tree: Path) -> None:
    (tree / "drivers/infiniband/ulp/isert/Kconfig").write_text("config OTHER\n")
    before, stamps = snapshot(tree), times(tree)
    with pytest.raises(overlay.OverlayError, match="does not apply"):
        overlay.apply(tree)
    assert snapshot(tree, hidden=True) == before
    assert times(tree) == stamps


def test_command_line_refuses_in_one_line(tmp_path: Path) -> None:
    script = str(TOP / "scripts/overlay.py")
    for argument in ("", str(tmp_path)):
        done = subprocess.run([sys.executable, script, argument], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 2
        assert done.stdout == "" and done.stderr.count("\n") == 1
