# SPDX-License-Identifier: GPL-2.0-only
"""The kernel with checks: what is asked of it, what it says, what is read of that."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import debug_kernel
import kernel_build
import pytest
from guest import checks
from kernel_build import KernelBuild, KernelError
from rig.console import Console
from rig.errors import RigError
from rig.kernel import debug_kernel as built_kernel
from rig.modset import module_set
from unit.project import TOP

CHECKS = ["KASAN_INLINE", "KASAN_VMALLOC", "PROVE_LOCKING", "PROVE_RCU", "DEBUG_KMEMLEAK",
          "UBSAN_BOUNDS", "UBSAN_SHIFT", "DEBUG_ATOMIC_SLEEP", "DEBUG_LIST",
          "DEBUG_OBJECTS_WORK", "DEBUG_OBJECTS_TIMERS", "DEBUG_OBJECTS_RCU_HEAD",
          "DEBUG_OBJECTS_PERCPU_COUNTER", "SLUB_DEBUG", "DETECT_HUNG_TASK"]


def test_every_check_is_asked_for_and_every_module_of_ours() -> None:
    asked = debug_kernel.asked()
    assert [name for name in CHECKS if asked.get(name) != "y"] == []
    for name in ("TARGET_CORE", "TCM_IBLOCK", "TCM_FILEIO", "ISCSI_TARGET", "LOOPBACK_TARGET"):
        assert asked[name] == "m"
    assert not [name for name in asked if "KUNIT" in name]


def configured(folder: Path, granted: str, monkeypatch: pytest.MonkeyPatch) -> KernelBuild:
    """Return a build whose kernel grants a certain configuration."""
    tree = folder / "tree"
    (tree / "drivers/target").mkdir(parents=True)
    (tree / "drivers/target/Kconfig").write_text("")
    os.utime(tree / "drivers/target/Kconfig", (1, 1))
    made: list[str] = []

    def make(build: KernelBuild, *arguments: str) -> None:
        made.extend(arguments)
        (build.folder / ".config").write_text(granted)
        (build.folder / "made").write_text(str(len(made) // 2))

    monkeypatch.setattr(KernelBuild, "make", make)
    return KernelBuild(tree, folder, "x86_64")


def test_configuration_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = configured(tmp_path, "CONFIG_KASAN=y\nCONFIG_SCSI=m\n", monkeypatch)
    for _ in range(3):
        build.configure({"KASAN": "y", "SCSI": "m"}, "here")
    assert (tmp_path / "made").read_text() == "1"
    build.configure({"KASAN": "y"}, "here")
    assert (tmp_path / "made").read_text() == "2"


def test_what_is_not_granted_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = configured(tmp_path, "CONFIG_SCSI=y\n# CONFIG_KASAN is not set\n", monkeypatch)
    with pytest.raises(KernelError, match=r"refuses KASAN=y SCSI=m: .* in here$"):
        build.configure({"KASAN": "y", "SCSI": "m"}, "here")
    # Nothing is left that the next run could take for good.
    assert not (tmp_path / ".config").exists()


def test_suites_come_with_kunit_alone(tmp_path: Path) -> None:
    fragment = tmp_path / "a.config"
    fragment.write_text("CONFIG_KUNIT=y\n")
    assert kernel_build.asked([fragment], "y")["TARGET_KUNIT_TEST"] == "y"
    fragment.write_text("CONFIG_SCSI=y\n")
    assert "TARGET_KUNIT_TEST" not in kernel_build.asked([fragment], "y")


LEAKS = """\
unreferenced object 0xffff888101a3c000 (size 256):
  comm "python3", pid 300, jiffies 4294901234
  backtrace (crc 7c1d1bcd):
    kmemleak_alloc+0x4e/0x90
    target_device_create+0x40/0x100 [target_core_mod]
unreferenced object 0xffff888101a3c100 (size 64):
  comm "swapper", pid 1, jiffies 4294667296
  backtrace (crc 0):
    acpi_ns_internalize_name+0x1a/0x90
unreferenced object 0xffff888101a3c200 (size 64):
  comm "rmmod", pid 301, jiffies 4294901299
  backtrace (crc 11):
    kmemleak_alloc+0x4e/0x90
    0xffffffffa01230a4
"""


def test_leaks_of_ours_are_told_from_others() -> None:
    found = checks.ours(LEAKS)
    assert [report.split()[2] for report in found] == ["0xffff888101a3c000", "0xffff888101a3c200"]
    assert checks.ours("") == []


@pytest.mark.parametrize("line", [
    "BUG: KASAN: slab-use-after-free in conn_close+0x1/0x2 [iscsi_target_mod]",
    "WARNING: possible circular locking dependency detected",
    "WARNING: possible recursive locking detected",
    "WARNING: inconsistent lock state",
    "WARNING: suspicious RCU usage",
    "WARNING: bad unlock balance detected!",
    "INFO: trying to register non-static key.",
    "[ BUG: Invalid wait context ]",
    "BUG: MAX_LOCKDEP_CHAINS too low!",
    "BUG: sleeping function called from invalid context at mm/slub.c:1",
    "UBSAN: array-index-out-of-bounds in drivers/target/core/lun.c:9:1",
    "UBSAN: shift-out-of-bounds in drivers/target/core/lun.c:9:1",
    "ODEBUG: free active (active state 0) object: 0 object type: work_struct hint: x",
    "BUG kmalloc-128 (Tainted: G): Right Redzone overwritten",
    "refcount_t: underflow; use-after-free.",
    "list_del corruption. prev->next should be 1, but was 2",
    "INFO: task rmmod:31 blocked for more than 120 seconds.",
    "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [kworker:1]",
    "WARNING: CPU: 0 PID: 9 at drivers/target/core/lun.c:1 lun_put+0x1/0x2",
])
def test_every_kind_of_report_is_a_complaint(tmp_path: Path, line: str) -> None:
    console = Console(tmp_path / "console")
    console.path.write_text(f"[    1.5] iSCSI: all is well\n[    2.0] {line}\n")
    assert console.new_complaint() == f"[    2.0] {line}"
    assert console.new_complaint() is None


@pytest.mark.parametrize("frame, complains", [
    ("fc_rport_work+0xc2e/0x2110 [libfc]", False),
    ("fc_fcp_rec_resp+0xf4/0x620 [libfc]", False),
    ("tcm_fc_sess_put+0x1/0x2 [tcm_fc]", True),
])
def test_faults_of_libfc_are_not_the_targets(tmp_path: Path, frame: str, complains: bool) -> None:
    console = Console(tmp_path / "console")
    console.path.write_text(
        "[ 1.5] ------------[ cut here ]------------\n"
        "[ 1.5] refcount_t: underflow; use-after-free.\n"
        "[ 1.5] WARNING: CPU: 0 PID: 34 at lib/refcount.c:28 refcount_warn_saturate+0x1/0x2\n"
        f"[ 1.5]  {frame}\n"
        "[ 1.5] ---[ end trace 0000000000000000 ]---\n")
    assert bool(console.new_complaint()) == complains


def test_built_kernel_brings_the_target_modules(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(RigError, match="no debug kernel"):
        built_kernel(tmp_path)
    modules = tmp_path / "lib/modules/6.12.0"
    modules.mkdir(parents=True)
    for name in ("modules.dep", "modules.order", "modules.builtin"):
        (modules / name).write_text("")
    (tmp_path / "vmlinuz").write_bytes(b"")
    kernel = built_kernel(tmp_path)
    assert (kernel.version, kernel.carries_ours) == ("6.12.0", True)
    assert kernel.slowness > 1 and kernel.extra_memory > 0
    # No module of another kernel is put above its own.
    assert module_set(kernel, "ours", tmp_path / "nothing here").files == ()


def test_functional_tests_alone_run_on_it() -> None:
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--collect-only",
                           "--debug-kernel", "tests"], cwd=TOP, capture_output=True, text=True,
                          check=False)
    chosen = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(chosen) > 50, done.stdout + done.stderr
    assert not [line for line in chosen if "functional/" not in line.split("::")[0]]
