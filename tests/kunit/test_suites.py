# SPDX-License-Identifier: GPL-2.0-only
"""Every KUnit suite of the source tree runs, and passes, in an overlaid kernel; the fuzzer, too."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from scsi_protocols import PROTOCOLS

TOP = Path(__file__).resolve().parents[2]
# A few seconds of them
FUZZ = ["--fuzz", "10000"]
SUITE = re.compile(r"struct kunit_suite \w+ = \{[^}]*?\.name\s*=\s*\"([^\"]+)\"", re.S)


def written() -> set[str]:
    """Return the names of the suites that stand in the source."""
    return {name for path in (TOP / "drivers/target").rglob("*_kunit.c")
            for name in SUITE.findall(path.read_text(encoding="utf-8"))}


def test_every_suite_passes(capfd: pytest.CaptureFixture[str],
                            request: pytest.FixtureRequest) -> None:
    """With --long there are also those that the generator writes, in the same kernel."""
    generated = ["--generated"] if request.config.getoption("--long") else []
    wanted = written() | {"target_fuzz"} | {f"gen_{row}" for row in PROTOCOLS if generated}
    said = []
    with capfd.disabled():
        with subprocess.Popen([str(TOP / "scripts/run_kunit.py"), *FUZZ, *generated], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            assert process.stdout
            for line in process.stdout:
                said.append(line)
                if "steps" in line:
                    print(line, end="", flush=True)
    output = "".join(said)
    assert process.returncode == 0, output
    passed = set(re.findall(r"^  ok   (\w+): ", output, re.M))
    assert written() and wanted <= passed, f"did not run: {wanted - passed}"
