# SPDX-License-Identifier: GPL-2.0-only
"""What comes with the configuration tool: units, completion, manual, installation."""
from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from targetconfig import arguments, cli
from targetconfig.apply import told
from targetconfig.execute import Failure, Report
from targetconfig.step import Step

from unit.project import TOP

TOOL = TOP / "tools/targetcli-config"
SYSTEM = TOOL / "system"
NEEDS = re.compile(r"\bcould not be|not executable|Failed|Unknown|Invalid", re.I)


def unit() -> configparser.ConfigParser:
    """Read the service."""
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str        # type: ignore[assignment]
    parser.read(SYSTEM / "targetcli-config.service")
    return parser


def test_service() -> None:
    """It applies what save writes, tries again, and removes all when it stops."""
    service = unit()["Service"]
    shell, option, line = shlex.split(service["ExecStart"])
    begin, end = line.split(" || ")
    assert (shell, option, end) == ("/bin/sh", "-c", "[ $$? = 1 ]")
    start, stop = (arguments.parse(shlex.split(text)[1:]) for text in (begin, service["ExecStop"]))
    assert (start.command, start.file, stop.command) == ("apply", arguments.DEFAULT, "stop")
    assert 0 < start.retry < int(service["TimeoutStartSec"])
    assert service["Type"] == "oneshot" and service["RemainAfterExit"] == "yes"
    assert unit()["Unit"]["ConditionPathExists"] == arguments.DEFAULT


def test_openrc() -> None:
    script = SYSTEM / "targetcli-config.openrc"
    subprocess.run(["sh", "-n", str(script)], check=True)
    lines = re.findall(r"targetcli-config (apply|stop)(.*)", script.read_text(encoding="utf-8"))
    assert [arguments.parse([word, *shlex.split(rest.replace('"$config"', "FILE"))]).command
            for word, rest in lines] == ["apply", "stop", "apply"]


def test_installation(tmp_path: Path) -> None:
    """The command works from where it is installed, and systemd takes the unit."""
    subprocess.run(["make", "-s", "-C", str(TOOL), "install", f"DESTDIR={tmp_path}"], check=True)
    command = tmp_path / "usr/sbin/targetcli-config"
    text = command.read_text(encoding="utf-8").replace('"/usr/share', f'"{tmp_path}/usr/share')
    command.write_text(text, encoding="utf-8")
    said = subprocess.run([str(command), "--help"], check=True, capture_output=True, text=True)
    assert all(word in said.stdout for word in cli.COMMANDS)
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze: the unit was only read")
    installed = tmp_path / "usr/lib/systemd/system/targetcli-config.service"
    installed.write_text(installed.read_text(encoding="utf-8").replace(
        "/usr/sbin/targetcli-config", str(command)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(installed)],
                          check=False, capture_output=True, text=True)
    mine = [line for line in done.stderr.splitlines() if "targetcli-config.service" in line]
    assert not [line for line in mine if NEEDS.search(line)], done.stderr


def completed(tmp_path: Path, *words: str) -> list[str]:
    """Return what bash offers for the last word."""
    (tmp_path / "targetcli-config").unlink(missing_ok=True)
    (tmp_path / "targetcli-config").symlink_to(TOOL / "targetcli-config")
    line = " ".join(shlex.quote(word) for word in ("targetcli-config", *words))
    script = f"PATH={tmp_path}:$PATH; . {SYSTEM}/targetcli-config.bash; COMP_WORDS=({line}); " \
             f"COMP_CWORD={len(words)}; _targetcli_config; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_completion(tmp_path: Path) -> None:
    assert set(completed(tmp_path, "")) == set(cli.COMMANDS)
    assert completed(tmp_path, "ro") == ["rollback"]
    assert completed(tmp_path, "apply", "--dr") == ["--dry-run"]
    assert completed(tmp_path, "import", "s") == ["saveconfig", "scst"]
    assert completed(tmp_path, "fc", "") == ["list"]


def test_manual() -> None:
    """Every command is in it, and groff has nothing to say."""
    page = SYSTEM / "targetcli-config.8"
    text = page.read_text(encoding="utf-8").replace("\\-", "-")
    assert not [word for word in cli.COMMANDS if not re.search(rf"\b{word}\b", text)]
    if not shutil.which("groff"):
        pytest.skip("no groff: the page was only read")
    done = subprocess.run(["groff", "-man", "-ww", "-z", str(page)], check=True,
                          capture_output=True, text=True)
    assert done.stderr == ""


def test_what_is_tried_again_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A device that comes late must not fill the journal."""
    step = Step("write", "core/fileio_0/a", "core/fileio_0/a/enable", "1")
    failed = Report(failed=[Failure(step, FileNotFoundError(2, "no"))])
    said: set[str] = set()
    for _ in range(3):
        assert told(failed, said) == 1
    assert told(Report(done=[step]), said) == 0
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1 and shown.out.count("\n") == 2
