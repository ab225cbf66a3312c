# SPDX-License-Identifier: GPL-2.0-only
"""open-iscsi in a guest: log in, find the disks, log out."""
from __future__ import annotations

import glob
import os
import subprocess
import time
from typing import Any

ISCSI_TCP = ["iscsi_tcp", "sd_mod", "sg"]


def _admin(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["iscsiadm", *arguments], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise OSError(f"iscsiadm {' '.join(arguments)}: exit {done.returncode}: "
                      f"{done.stdout.strip().splitlines()[-1] if done.stdout else ''}")
    return done


def start(name: str) -> None:
    """Start iscsid under an initiator name; a second call changes the name."""
    subprocess.run(["modprobe", "-a", *ISCSI_TCP], check=True)
    subprocess.run(["pkill", "-x", "iscsid"], check=False)
    while subprocess.run(["pgrep", "-x", "iscsid"], check=False,
                         stdout=subprocess.DEVNULL).returncode == 0:
        time.sleep(0.05)
    os.makedirs("/run/lock/iscsi", exist_ok=True)
    with open("/etc/iscsi/initiatorname.iscsi", "w", encoding="ascii") as file:
        file.write(f"InitiatorName={name}\n")
    subprocess.run(["iscsid"], check=True)


def discover(portal: str, settings: dict[str, str] | None = None) -> list[str]:
    """Return the lines of a SendTargets discovery, sorted."""
    base = ["-m", "discoverydb", "-t", "sendtargets", "-p", portal]
    _admin(*base, "-o", "new")
    for key, value in (settings or {}).items():
        _admin(*base, "-o", "update", "-n", key, "-v", value)
    try:
        return sorted(_admin(*base, "--discover").stdout.split("\n")[:-1])
    finally:
        _admin(*base, "-o", "delete", check=False)


def _record(target: str, portal: str, settings: dict[str, str]) -> list[str]:
    base = ["-m", "node", "-T", target, "-p", portal]
    _admin(*base, "-o", "new")
    for key, value in settings.items():
        _admin(*base, "-o", "update", "-n", key, "-v", value)
    return base


def login(target: str, portal: str, settings: dict[str, str] | None = None,
          luns: list[int] | None = None, seconds: float = 60.0) -> dict[str, str]:
    """Log in and return {lun: device} when all of luns have appeared."""
    _admin(*_record(target, portal, settings or {}), "--login")
    return wait_disks(target, luns or [], seconds)


# iscsid repeats a login that ended for a reason that may pass until this is over.
IMPATIENT = {"node.session.initial_login_retry_max": "1",
             "node.conn[0].timeo.login_timeout": "3"}


def try_login(target: str, portal: str, settings: dict[str, str] | None = None) -> int:
    """Log in where that may fail, and return iscsiadm's exit code."""
    base = _record(target, portal, {**IMPATIENT, **(settings or {})})
    code = _admin(*base, "--login", check=False).returncode
    if code:
        _admin(*base, "-o", "delete", check=False)
    return code


def login_many(target: str, portal: str, count: int,
               settings: dict[str, str] | None = None) -> int:
    """Log in with a number of sessions; return how many there are."""
    base = _record(target, portal, settings or {})
    _admin(*base, "-o", "update", "-n", "node.session.nr_sessions", "-v", str(count))
    _admin(*base, "--login")
    return len(sessions(target))


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def sessions(target: str = "") -> list[dict[str, str]]:
    """Return the kernel's iSCSI sessions, by attribute."""
    found = []
    for path in sorted(glob.glob("/sys/class/iscsi_session/session*")):
        names = ("targetname", "state", "sid", "tpgt", "username")
        entry = {name: _read(f"{path}/{name}") for name in names}
        entry["name"] = os.path.basename(path)
        if target in ("", entry["targetname"]):
            found.append(entry)
    return found


def disks(target: str) -> dict[str, str]:
    """Return {lun: device} of the first session with a target."""
    for session in sessions(target):
        base = f"/sys/class/iscsi_session/{session['name']}/device/target*/*:*:*:*"
        return {path.split("/block/")[0].rsplit(":", 1)[1]: "/dev/" + os.path.basename(path)
                for path in sorted(glob.glob(f"{base}/block/*"))}
    return {}


def all_disks(target: str) -> dict[str, dict[str, str]]:
    """Return {session: {lun: device}} of every session with a target."""
    found: dict[str, dict[str, str]] = {}
    for session in sessions(target):
        base = f"/sys/class/iscsi_session/{session['name']}/device/target*/*:*:*:*"
        found[session["name"]] = {
            path.split("/block/")[0].rsplit(":", 1)[1]: "/dev/" + os.path.basename(path)
            for path in sorted(glob.glob(f"{base}/block/*"))}
    return found


def wait_disks(target: str, luns: list[int], seconds: float = 60.0) -> dict[str, str]:
    """Wait until the disks of all luns are there."""
    deadline = time.monotonic() + seconds
    while True:
        found = disks(target)
        ready = all(str(lun) in found and os.path.exists(found[str(lun)]) for lun in luns)
        if ready:
            return found
        if time.monotonic() > deadline:
            raise OSError(f"LUNs {luns} expected, {sorted(found)} seen in {seconds:.0f} s")
        time.sleep(0.1)


def wait_all_disks(target: str, count: int, seconds: float = 60.0) -> dict[str, dict[str, str]]:
    """Wait until each of a number of sessions has its disk."""
    deadline = time.monotonic() + seconds
    while True:
        found = {name: luns for name, luns in all_disks(target).items() if luns}
        if len(found) == count:
            return found
        if time.monotonic() > deadline:
            raise OSError(f"{count} sessions with disks expected, {len(found)} seen")
        time.sleep(0.1)


def logout(target: str = "") -> None:
    """Log out of a target, or of all, and forget the records."""
    which = ["-T", target] if target else []
    if sessions(target):
        _admin("-m", "node", *which, "--logout")
    _admin("-m", "node", *which, "-o", "delete", check=False)


def reset() -> None:
    """Leave no session and no record, whatever state they are in."""
    _admin("-m", "node", "-u", check=False)
    deadline = time.monotonic() + 30
    while sessions() and time.monotonic() < deadline:
        _admin("-m", "session", "-u", check=False)
        time.sleep(0.2)
    _admin("-m", "node", "-o", "delete", check=False)
    if sessions():
        raise OSError(f"sessions remain: {sessions()}")


def chap(user: str, password: str, user_in: str = "", password_in: str = "") -> dict[str, str]:
    """Return the settings for CHAP, mutual if the second pair is given."""
    found = {"node.session.auth.authmethod": "CHAP", "node.session.auth.username": user,
             "node.session.auth.password": password}
    if user_in:
        found["node.session.auth.username_in"] = user_in
        found["node.session.auth.password_in"] = password_in
    return found


def session_parameters(name: str) -> dict[str, Any]:
    """Return what a session negotiated."""
    connection = name.replace("session", "connection") + ":0"
    return {os.path.basename(path): _read(path)
            for folder in (f"/sys/class/iscsi_session/{name}",
                           f"/sys/class/iscsi_connection/{connection}")
            for path in glob.glob(f"{folder}/*") if os.path.isfile(path)}
