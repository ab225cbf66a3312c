# SPDX-License-Identifier: GPL-2.0-only
"""Fixtures: machines that are up and clean when a test starts."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functional import debug
from functional.lab import KINDS, Initiator, Lab, Plan, Target
from rig.kernel import Kernel, custom_kernel

TOP = Path(__file__).resolve().parents[2]
TAIL = 60


def asked_kernel(config: pytest.Config) -> Kernel | None:
    """Return the kernel to boot in place of the installed one."""
    image, modules = config.getoption("--kernel-image"), config.getoption("--kernel-modules")
    if image and modules:
        return custom_kernel(image, modules)
    if not config.getoption("--debug-kernel"):
        return None
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        return debug.build()


def logs_folder(config: pytest.Config) -> Path:
    """Return where consoles go: each process of a spread run has its own machines."""
    folder: Path = config.getoption("--logs") or TOP / "build" / "logs"
    worker: dict[str, str] = getattr(config, "workerinput", {})
    return folder / worker["workerid"] if worker else folder


@pytest.fixture(scope="session")
def plan(request: pytest.FixtureRequest) -> Plan:
    """What the command line chose."""
    option = request.config.getoption
    return Plan(option("--target"), asked_kernel(request.config),
                120 if option("--long") else 15, logs_folder(request.config))


@pytest.fixture(scope="session")
def lab(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The machines; none is booted yet."""
    made = Lab(plan, tmp_path_factory.mktemp("disks"))
    yield made
    made.close()


@pytest.fixture(scope="module", autouse=True)
def examined(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each file, with the debug kernel: has the target lost memory?"""
    if not request.config.getoption("--debug-kernel"):
        yield
        return
    machines = request.getfixturevalue("lab")
    yield
    debug.examine_target(machines)


@pytest.fixture(name="clean")
def fixture_clean(lab: Lab) -> Iterator[Lab]:
    """Undo what a test makes, and fail it if a kernel complained."""
    yield lab
    lab.clean()


@pytest.fixture
def target(clean: Lab) -> Target:
    """The target machine, nothing configured."""
    clean.use(clean.target)
    return clean.target


@pytest.fixture
def no_scsi_disk(target: Target) -> Iterator[None]:
    """After a test that has made a SCSI disk of the target machine's memory, remove it."""
    yield
    if target.vm.sh("test -d /sys/module/scsi_debug", check=False).code == 0:
        target.clear()
        target.vm.sh("until rmmod scsi_debug; do sleep 0.2; done", timeout=60)


@pytest.fixture
def initiator(clean: Lab) -> Initiator:
    """The first initiator machine, logged in nowhere."""
    clean.use(clean.initiators[0])
    return clean.initiators[0]


@pytest.fixture
def second(clean: Lab) -> Initiator:
    """The second initiator machine."""
    clean.use(clean.initiators[1])
    return clean.initiators[1]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of backstore in turn."""
    return str(request.param)


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Put the consoles' last lines below a failure."""
    outcome: Any = yield
    report = outcome.get_result()
    lab_used = getattr(item, "funcargs", {}).get("lab") or getattr(
        item, "funcargs", {}).get("clean")
    if report.failed and isinstance(lab_used, Lab):
        for vm in lab_used.vms:
            if vm.boots:
                report.sections.append((f"console of {vm.name} ({vm.console.path})",
                                        vm.console.tail(TAIL)))
