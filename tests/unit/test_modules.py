# SPDX-License-Identifier: GPL-2.0-only
"""Modules are built outside the source tree, with our headers, and strictly where asked."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from unit.project import TOP, write_files

FILES = {
    "include/target/target_core_base.h":
        "#ifndef TARGET_CORE_BASE_H\n#define TARGET_CORE_BASE_H\n#define TARGET_IS_OURS 1\n"
        "int target_sense_length(int kind);\n#endif\n",
    "drivers/target/Makefile":
        "obj-$(CONFIG_TARGET_CORE) += target_core_mod.o\ntarget_core_mod-y := core/sense.o\n"
        "obj-$(CONFIG_TCM_SINCE_THIS_KERNEL) += tcm_since.o\n"
        "obj-$(CONFIG_TARGET_KUNIT_TEST) += missing.o\n",
    "drivers/target/Kconfig":
        'config TARGET_CORE\n\ttristate "core"\n\tdepends on SCSI\n'
        'config TCM_SINCE_THIS_KERNEL\n\ttristate "new"\n\tdepends on TARGET_CORE\n'
        'config TARGET_KUNIT_TEST\n\ttristate "suites"\n\tdepends on KUNIT\n',
    "drivers/target/core/sense.c":
        "#include <linux/module.h>\n#include <target/target_core_base.h>\n"
        "#ifndef TARGET_IS_OURS\n#error not our header\n#endif\n"
        "int target_sense_length(int kind)\n{\n\treturn kind ? 8 : 18;\n}\n"
        "EXPORT_SYMBOL_GPL(target_sense_length);\n"
        'MODULE_LICENSE("GPL");\nMODULE_DESCRIPTION("example");\n',
    "drivers/target/tcm_since.c":
        "#include <linux/module.h>\n#include <target/target_core_base.h>\n"
        "#if !IS_MODULE(CONFIG_TCM_SINCE_THIS_KERNEL)\n#error symbol not set\n#endif\n"
        "static int __init since_init(void)\n{\n"
        "\treturn target_sense_length(1) == 8 ? 0 : -EINVAL;\n}\nmodule_init(since_init);\n"
        'MODULE_LICENSE("GPL");\nMODULE_DESCRIPTION("example");\n',
}
STRICT = ("W=1e", "C=1", "CF=-Wsparse-error")


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of two modules with the real scripts, built once."""
    folder = write_files(tmp_path_factory.mktemp("modules"), FILES)
    shutil.copytree(TOP / "scripts", folder / "scripts",
                    ignore=shutil.ignore_patterns("__pycache__"))
    done = build(folder)
    assert done.returncode == 0, done.stdout
    return folder


def build(top: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the project's build."""
    return subprocess.run([str(top / "scripts/build_modules.py"), "--jobs", "2", *arguments],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)


def test_every_module_lands_in_one_folder(top: Path) -> None:
    assert sorted(path.name for path in (top / "build/modules").glob("*.ko")) == [
        "target_core_mod.ko", "tcm_since.ko"]


def test_source_folders_stay_clean(top: Path) -> None:
    assert sorted(str(path.relative_to(top)) for folder in ("drivers", "include")
                  for path in (top / folder).rglob("*") if path.is_file()) == sorted(FILES)


def test_only_what_changed_is_built_again(top: Path) -> None:
    source = top / "drivers/target/tcm_since.c"
    source.write_text(source.read_text() + "/* changed */\n")
    done = build(top)
    built = [line.split("/")[-1] for line in done.stdout.splitlines() if line.startswith("  CC ")]
    assert built == ["tcm_since.o"]
    assert "  CC " not in build(top).stdout


@pytest.mark.parametrize("planted, complaint", [
    ("int target_sense_stray(void)\n{\n\treturn 0;\n}\n", "no previous prototype"),
    ("static int __user *stray;\nint *target_sense_at(void);\n"
     "int *target_sense_at(void)\n{\n\treturn (int *)stray;\n}\n", "removes address space"),
    ("static u32 stray(__be32 x)\n{\n\treturn x;\n}\n"
     "u32 target_sense_word(__be32 x);\n"
     "u32 target_sense_word(__be32 x)\n{\n\treturn stray(x);\n}\n",
     "incorrect type in return expression"),
])
def test_strict_build_stops_again_and_again(top: Path, planted: str, complaint: str) -> None:
    source = top / "drivers/target/core/sense.c"
    before = source.read_text()
    source.write_text(before + planted)
    try:
        for _ in range(2):
            done = build(top, "--build", str(top / "strict"), *STRICT)
            assert done.returncode != 0
            assert complaint in done.stdout
    finally:
        source.write_text(before)
    assert build(top, "--build", str(top / "strict"), *STRICT).returncode == 0


def test_kernel_without_configuration_is_refused(top: Path, tmp_path: Path) -> None:
    done = build(top, "--kdir", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout.strip().endswith("not a configured kernel "
                                        "(no include/config/kernel.release)")


def test_kernel_with_the_target_built_in_is_refused(top: Path, tmp_path: Path) -> None:
    (tmp_path / "include/config").mkdir(parents=True)
    (tmp_path / "include/config/kernel.release").write_text("6.12.1\n")
    (tmp_path / "include/config/auto.conf").write_text("CONFIG_MODULES=y\nCONFIG_TARGET_CORE=y\n")
    done = build(top, "--kdir", str(tmp_path))
    assert done.returncode == 1 and "built in" in done.stdout


def install(top: Path, root: Path, *fabrics: str) -> subprocess.CompletedProcess[str]:
    """Install the project's modules below another root."""
    return subprocess.run([str(top / "scripts/install_modules.py"), "--root", str(root), *fabrics],
                          capture_output=True, text=True, check=False)


def test_installed_modules_are_found_before_the_kernels_own(top: Path, tmp_path: Path) -> None:
    assert build(top).returncode == 0
    release = (top / "build/modules/.release").read_text().strip()
    kernel = tmp_path / "lib/modules" / release
    stale = kernel / "updates/target/stale.ko"
    stale.parent.mkdir(parents=True)
    for name in ("modules.order", "modules.builtin"):
        (kernel / name).touch()
    stale.touch()
    done = install(top, tmp_path)
    assert done.returncode == 0, done.stderr
    rows = (kernel / "modules.dep").read_text().splitlines()
    assert "updates/target/tcm_since.ko: updates/target/target_core_mod.ko" in rows
    assert not stale.exists()


def test_install_refuses_what_it_cannot_do(top: Path, tmp_path: Path) -> None:
    done = install(top, tmp_path)
    assert done.returncode == 1 and "this kernel is not installed" in done.stderr
    done = install(top, tmp_path, "nonesuch")
    assert done.returncode == 2 and "there are vhost_scsi" in done.stderr
