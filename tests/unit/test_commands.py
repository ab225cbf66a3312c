# SPDX-License-Identifier: GPL-2.0-only
"""What a maintainer runs explains itself, and refuses at once, in one line, what it can't do."""
from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest
from unit.project import TOP

COMMANDS = sorted(path for path in (TOP / "scripts").iterdir()
                  if path.is_file() and path.stat().st_mode & 0o100
                  and path.read_text().startswith("#!"))
BUILT = ("--build", "/nonexistent")


# A make that runs these tests tells its children that they are a part of it.
OUTER_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
AS_TYPED = {name: value for name, value in os.environ.items() if name not in OUTER_MAKE}


def run(*command: str, environment: dict[str, str] | None = None
        ) -> subprocess.CompletedProcess[str]:
    """Run a command of the project as a person would; it ends soon."""
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=60,
                          check=False, env=environment or AS_TYPED)


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("command", COMMANDS, ids=[path.name for path in COMMANDS])
def test_help(command: Path) -> None:
    done = run(str(command), "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: " in done.stdout


@pytest.mark.parametrize("script, arguments, code, why", [
    ("install_modules.py", BUILT, 1, "no modules in /nonexistent: run make modules"),
    ("check_layers.py", ("/nonexistent",), 2, "/nonexistent: no drivers/target in it"),
    ("check_style.py", ("/nonexistent/a.c",), 2, "/nonexistent/a.c: no such file"),
    ("check_python", ("--nonsense",), 2,
     "usage: check_python    (it has no arguments: it looks at every file)"),
    ("overlay.py", ("--undo", "/nonexistent"), 2, "/nonexistent: not a kernel source tree"),
    ("run_kunit.py", ("--only", "nofile.c"), 1, "no such source below drivers/target: "
     f"{TOP}/drivers/target/nofile.c"),
    ("run_kunit.py", ("--only", "../../tests/conftest.py"), 1,
     f"no such source below drivers/target: {TOP}/tests/conftest.py"),
])
def test_refusal(script: str, arguments: tuple[str, ...], code: int, why: str) -> None:
    done = run(str(TOP / "scripts" / script), *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"{why}\n")


def test_kunit_looks_for_the_file_before_it_waits(tmp_path: Path) -> None:
    """Somebody else's run holds the lock, and nothing is unpacked yet."""
    with open(tmp_path / ".kunit-run.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(str(TOP / "scripts/run_kunit.py"), "--only", "nofile.c",
                   environment={"TARGET_CACHE": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 1 and "nofile.c" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".kunit-run.lock"]


@pytest.mark.parametrize("setting, why", [
    (("run", "FABRIC=bogus"), "FABRIC=bogus: there are iscsi and fcoe"),
    (("install", "FABRICS=bogus"), "no such fabric: bogus; there are vhost_scsi "),
])
def test_make_refuses_a_fabric_before_it_builds(setting: tuple[str, str], why: str) -> None:
    done = run("make", *setting, "BUILD=/nonexistent")
    assert done.returncode == 2 and done.stdout == ""
    reason, own = done.stderr.splitlines()
    assert reason.startswith(why) and own.startswith("make: ***")


@pytest.mark.parametrize("arguments, start", [
    ("", "tests -n 2 "), ("-k chap", "tests   -k chap"), ("-k tests", "tests   -k tests"),
    ("tests/unit -x", "tests/unit -x"), ("-x tests/a.py::test_b", "-x tests/a.py::test_b"),
])
def test_a_path_in_arguments_is_all_that_is_run(arguments: str, start: str) -> None:
    done = run("make", "-n", "test", f"ARGS={arguments}")
    command = done.stdout.splitlines()[-1].split("-m pytest ", 1)[1]
    assert command.split()[:2] == start.split()[:2]
    assert command.split().count("tests") == start.split().count("tests")


def test_make_ends_with_the_reason_and_its_own_line() -> None:
    done = run("make", "modules", "KDIR=/nonexistent", "BUILD=/nonexistent")
    reason, own = done.stderr.splitlines()[-2:]
    assert done.returncode == 2 and own.startswith("make: ***")
    assert reason.startswith("/nonexistent: not a configured kernel")
