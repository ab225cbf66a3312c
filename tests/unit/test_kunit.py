# SPDX-License-Identifier: GPL-2.0-only
"""The KUnit runner reads results as they are, and kernel complaints with them."""
from __future__ import annotations

from pathlib import Path

import kernel_source
import pytest
import run_kunit

GOOD = """\
Linux version 6.12
KTAP version 1
1..1
    KTAP version 1
    # Subtest: target_sense
    1..2
    ok 1 sense_fixed
    ok 2 sense_descriptor
# target_sense: pass:2 fail:0 skip:0 total:2
ok 1 target_sense
reboot: System halted
"""


def result(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code and the summary for a kernel's output."""
    code = run_kunit.report(kernel_source.source(), text.splitlines(), tmp_path / "log", 1.0)
    return code, capsys.readouterr().out


def test_good_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = result(GOOD, tmp_path, capsys)
    assert code == 0
    assert "ok   target_sense: 2 of 2" in said
    assert "kunit: 2 passed, 0 failed, 0 crashed, 0 skipped, 1 suites, 0 kernel warnings" in said


@pytest.mark.parametrize("old, new, counted", [
    ("    ok 2 sense_descriptor", "    not ok 2 sense_descriptor", "1 failed"),
    ("    ok 2 sense_descriptor\n", "", "1 crashed"),
    (GOOD[GOOD.index("KTAP"):], "Kernel panic - not syncing\n", "0 passed"),
    ("    ok 1 sense_fixed", "BUG: sleeping function called from invalid context at x.c:1\n"
     "    ok 1 sense_fixed", "1 kernel warnings"),
    ("    ok 1 sense_fixed", "WARNING: CPU: 0 PID: 1 at drivers/target/core/lun.c:1\n"
     "    ok 1 sense_fixed", "1 kernel warnings"),
])
def test_bad_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str,
                 counted: str) -> None:
    assert old in GOOD
    code, said = result(GOOD.replace(old, new), tmp_path, capsys)
    assert code == 1
    assert counted in said.splitlines()[-1]


def test_kernel_that_cannot_start_is_told_from_one_that_crashes() -> None:
    assert not run_kunit.started(["ptrace set fp regs failed, errno = 14"])
    assert run_kunit.started(["Linux version 6.12", "Kernel panic"])


def test_every_symbol_of_ours_is_asked_for() -> None:
    asked = run_kunit.asked(run_kunit.MACHINES["um"])
    for name in ("KUNIT", "TARGET_CORE", "ISCSI_TARGET", "LOOPBACK_TARGET", "TARGET_KUNIT_TEST",
                 "ISCSI_TARGET_KUNIT_TEST"):
        assert asked[name] == "y"


def test_fragments_are_added() -> None:
    asked = run_kunit.asked(run_kunit.MACHINES["um"], ("fuzz", "kasan"))
    assert asked["KASAN"] == asked["BLK_DEV_RAM"] == asked["TARGET_KUNIT_TEST"] == "y"
    assert "KASAN" not in run_kunit.asked(run_kunit.MACHINES["um"])


def test_what_the_fuzzer_says_is_shown(tmp_path: Path,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    text = "Linux\nfuzz: 5 cases\ncase 7 of seed 1: ramdisk-0: bad"
    assert run_kunit.run(["echo", text], log, 60) == text.splitlines()
    assert log.read_text() == f"{text}\n"
    assert capsys.readouterr().out == "  fuzz: 5 cases\n  case 7 of seed 1: ramdisk-0: bad\n"


def test_a_kernel_that_does_not_halt_is_ended(tmp_path: Path) -> None:
    lines = run_kunit.run(["sh", "-c", "echo Linux; exec sleep 60"], tmp_path / "log", 3.0)
    assert lines == ["Linux", "no halt within the time limit"]
