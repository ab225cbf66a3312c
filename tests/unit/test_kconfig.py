# SPDX-License-Identifier: GPL-2.0-only
"""Our Kconfig files are read as the kernel reads them."""
from __future__ import annotations

from pathlib import Path

import kconfig
import pytest
from unit.project import TOP, Write

KCONFIG = """
menuconfig TARGET_CORE
	tristate "core"
	depends on BLOCK && SCSI
	help
	  The next line is text.
	  config NOT_A_SYMBOL

	  if nothing

if TARGET_CORE

config TCM_NEW
	tristate "needs libfc"
	depends on LIBFC

config TCM_GATED
	tristate "needs what is not there"
	depends on \\
		NONSENSE

config TCM_SWITCH
	bool "on by default"
	default y

config TCM_OFF
	bool "off by default"

config TCM_KUNIT_TEST
	tristate "suites" if !KUNIT_ALL_TESTS
	depends on KUNIT

source "drivers/target/part/Kconfig"

endif
"""
PART = 'config TCM_PART\n\ttristate "part"\n\tdepends on TCM_NEW && !TCM_OFF\n'


@pytest.mark.parametrize("text, level", [
    ("A", 2), ("B", 1), ("C", 0), ("!A", 0), ("!B", 1), ("!C", 2), ("A && B", 1), ("C || B", 1),
    ("A && (C || B)", 1), ("A=y", 2), ("B=y", 0), ("B!=n && A", 2), ("!(A && C)", 2), ("", 2),
])
def test_condition(text: str, level: int) -> None:
    values = {"A": 2, "B": 1, "C": 0}
    assert kconfig.condition(text, lambda name: values[name]) == level


def read(project: Write) -> list[kconfig.Symbol]:
    """Return the symbols of the example."""
    top = project({"drivers/target/Kconfig": KCONFIG, "drivers/target/part/Kconfig": PART})
    return kconfig.read(top / "drivers/target/Kconfig", top)


def test_symbols_and_what_surrounds_them(project: Write) -> None:
    symbols = {symbol.name: symbol for symbol in read(project)}
    assert list(symbols) == ["TARGET_CORE", "TCM_NEW", "TCM_GATED", "TCM_SWITCH", "TCM_OFF",
                             "TCM_KUNIT_TEST", "TCM_PART"]
    assert symbols["TCM_PART"].depends == ["TARGET_CORE", "TCM_NEW && !TCM_OFF"]
    assert symbols["TCM_GATED"].depends == ["TARGET_CORE", "NONSENSE"]
    assert (symbols["TCM_SWITCH"].kind, symbols["TCM_SWITCH"].default) == ("bool", "y")


def test_everything_that_the_kernel_allows_is_chosen(project: Write) -> None:
    kernel = {"BLOCK": "y", "SCSI": "m", "TARGET_CORE": "m", "LIBFC": "m", "KUNIT": "y"}
    assert kconfig.chosen(read(project), kernel) == {
        "TCM_NEW": "m", "TCM_SWITCH": "y", "TCM_PART": "m"}


def test_nothing_is_chosen_that_the_kernel_does_not_allow(project: Write) -> None:
    assert kconfig.chosen(read(project), {"BLOCK": "y", "SCSI": "n"}) == {}


def test_configuration_file(tmp_path: Path) -> None:
    path = tmp_path / "auto.conf"
    path.write_text('# comment\nCONFIG_A=y\nCONFIG_B="text=x"\n# CONFIG_C is not set\n')
    assert kconfig.configuration(path) == {"A": "y", "B": '"text=x"'}


def test_our_own_files_are_understood() -> None:
    symbols = {symbol.name: symbol.kind
               for symbol in kconfig.read(TOP / "drivers/target/Kconfig", TOP)}
    for name in ("TARGET_CORE", "TCM_IBLOCK", "TCM_FILEIO", "LOOPBACK_TARGET", "ISCSI_TARGET"):
        assert symbols[name] == "tristate"
