# SPDX-License-Identifier: GPL-2.0-only
"""The overlay changes a kernel tree once, and leaves no trace when it is undone."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import kernel_source
import overlay
import pytest
import tcm_mod_builder
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
    put_by_an_older_overlay(tree, "drivers/target/stale.c")
    assert overlay.apply(tree) == 1
    assert built.read_text() == "object"
    assert not (tree / "drivers/target/stale.c").exists()


def put_by_an_older_overlay(tree: Path, name: str) -> None:
    """Add a file as an overlay would have that had it."""
    (tree / name).write_text("int stale;\n")
    with (tree / overlay.KEPT / overlay.PUT).open("a") as put:
        put.write(f"\n{name}")


def new_fabric(tree: Path) -> None:
    """Have the generator write a fabric into a tree."""
    assert not tcm_mod_builder.main(["-m", "tcm_nab5000", "-p", "SAS", "--tree", str(tree),
                                     "--yes"])


def test_a_new_fabric_in_the_tree_is_left_alone(tree: Path) -> None:
    overlay.apply(tree)
    new_fabric(tree)
    put_by_an_older_overlay(tree, "drivers/target/stale.c")
    before = snapshot(tree)
    assert overlay.apply(tree) == 1
    assert before.pop("drivers/target/stale.c") and snapshot(tree) == before
    assert overlay.apply(tree) == 0
    # a makefile of ours that is newer has the line of the fabric, too
    makefile = tree / "drivers/target/Makefile"
    makefile.write_text("obj-$(CONFIG_TCM_NAB5000) += tcm_nab5000/\n")
    assert overlay.apply(tree) == 1 and snapshot(tree) == before


def test_a_new_fabric_in_the_tree_is_not_thrown_away(tree: Path) -> None:
    pristine = snapshot(tree)
    overlay.apply(tree)
    new_fabric(tree)
    before = snapshot(tree, hidden=True)
    with pytest.raises(overlay.OverlayError, match=r"tcm_nab5000/Kbuild: not of the overlay"):
        overlay.undo(tree)
    assert snapshot(tree, hidden=True) == before
    shutil.rmtree(tree / "drivers/target/tcm_nab5000")
    overlay.undo(tree)
    assert snapshot(tree, hidden=True) == pristine


def test_a_file_of_others_is_not_overwritten(tree: Path) -> None:
    overlay.apply(tree)
    name = "drivers/target/core/lun.c"
    put = tree / overlay.KEPT / overlay.PUT
    put.write_text("\n".join(each for each in put.read_text().split("\n") if each != name))
    with pytest.raises(overlay.OverlayError, match=f"{name}: not of an overlay"):
        overlay.apply(tree)


@pytest.mark.parametrize("then", [overlay.apply, overlay.undo])
def test_what_only_an_older_overlay_changed_is_restored(tree: Path,
                                                        then: Callable[[Path], int]) -> None:
    changed, added = "drivers/scsi/keep.c", "Documentation/ABI/old"
    overlay.apply(tree)
    (tree / overlay.KEPT / changed).parent.mkdir(parents=True)
    (tree / changed).rename(tree / overlay.KEPT / changed)
    (tree / changed).write_text("int changed;\n")
    (tree / added).write_text("added")
    with (tree / overlay.KEPT / overlay.ABSENT).open("a") as absent:
        absent.write(f"\n{added}")
    then(tree)
    assert (tree / changed).read_text() == "int keep;\n"
    assert not (tree / added).exists()


def test_undo_that_was_interrupted_can_be_done_again(tree: Path) -> None:
    before = snapshot(tree)
    overlay.apply(tree)
    shutil.rmtree(tree / "drivers/target")
    (tree / overlay.KEPT / "drivers/target").rename(tree / "drivers/target")
    overlay.undo(tree)
    assert snapshot(tree, hidden=True) == before


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


@pytest.fixture
def real() -> Iterator[Path]:
    """Return a copy, by links, of the distribution's tree, with something for ours to replace."""
    with tempfile.TemporaryDirectory(dir=kernel_source.cache(), prefix=".overlay-") as folder:
        copy = Path(folder, "linux")
        subprocess.run(["cp", "-al", str(kernel_source.source()), str(copy)], check=True)
        (copy / "drivers/target").mkdir()
        (copy / "drivers/target/old.c").write_text("int old;\n")
        yield copy


def differences(tree: Path) -> set[str]:
    """Return the files in which a copy and the distribution's tree differ."""
    source = kernel_source.source()
    names = [{os.path.relpath(Path(here, name), top) for here, _, files in os.walk(top)
              for name in files} for top in (source, tree)]
    return names[0] ^ names[1] | {
        name for name in names[0] & names[1]
        if os.lstat(source / name).st_ino != os.lstat(tree / name).st_ino
        and (source / name).read_bytes() != (tree / name).read_bytes()}


def test_the_distribution_s_tree(real: Path) -> None:
    """Nothing else is changed, and each byte is back."""
    before = differences(real)
    assert overlay.apply(real) > 400 and overlay.apply(real) == 0
    assert {name for name in differences(real)
            if not name.startswith((*overlay.FOLDERS, overlay.KEPT))} == {
        "MAINTAINERS", "drivers/infiniband/ulp/isert/Kconfig", *overlay.FILES}
    theirs, ours = (overlay.entries(path.read_text(encoding="utf-8"))[1]
                    for path in (kernel_source.source() / "MAINTAINERS", real / "MAINTAINERS"))
    assert [each for each in theirs if not overlay.is_target(each)] == \
        [each for each in ours if not overlay.is_target(each)]
    assert len([each for each in ours if overlay.is_target(each)]) == 3
    overlay.undo(real)
    assert differences(real) == before == {"drivers/target/old.c"}
