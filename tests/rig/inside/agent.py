# SPDX-License-Identifier: GPL-2.0-only
"""Process 1 of a guest: runs what the host asks for over a virtio port.

One JSON object a line in both directions.  Every request has an id, and gets
exactly one answer with that id.  Output goes to files, so that a daemon that
keeps its standard output open holds nothing up.  One thread, so that fork is
always safe.
"""
from __future__ import annotations

import base64
import ctypes
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from typing import Any

OUTPUT_LIMIT = 16 << 20
KILL_GRACE = 10.0
SCRATCH = "/run/rig/jobs"
ENVIRON = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", "USER": "root",
}

Request = dict[str, Any]


class Job:
    """One child process on behalf of the host."""

    def __init__(self, request: Request) -> None:
        self.ident = int(request["id"])
        self.base = f"{SCRATCH}/{self.ident}"
        limit = request.get("timeout")
        self.deadline = time.monotonic() + limit if limit else None
        self.timed_out = False
        self.pid = os.fork()
        if self.pid == 0:
            self._become(request)

    def _become(self, request: Request) -> None:
        """In the child: run the command or the function; never return."""
        code = 127
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for name in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGINT, signal.SIGTERM):
                signal.signal(name, signal.SIG_DFL)
            with open(f"{self.base}.in", "wb") as file:
                file.write(base64.b64decode(request.get("input", "")))
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            for number, path, how in ((0, ".in", os.O_RDONLY), (1, ".out", flags),
                                      (2, ".err", flags)):
                fd = os.open(self.base + path, how, 0o600)
                os.dup2(fd, number)
                os.close(fd)
            os.chdir(request.get("cwd", "/root"))
            os.environ.update(request.get("env", {}))
            if request["op"] == "call":
                # A socket that the other end closed is an exception to Python.
                signal.signal(signal.SIGPIPE, signal.SIG_IGN)
                code = self._call(request)
            else:
                argv = request["argv"]
                os.execvp(argv[0], argv)
        except FileNotFoundError as error:
            os.write(2, f"{error}\n".encode())
        except BaseException:  # pylint: disable=broad-exception-caught
            os.write(2, traceback.format_exc().encode())
            code = 1
        finally:
            os._exit(code)

    def _call(self, request: Request) -> int:
        sys.path.insert(0, request["folder"])
        function = getattr(importlib.import_module(request["module"]), request["function"])
        value = function(*request["args"], **request["kwargs"])
        with open(f"{self.base}.val", "w", encoding="utf-8") as file:
            json.dump(value, file)
        sys.stdout.flush()
        sys.stderr.flush()
        return 0

    def signal(self, number: int) -> None:
        """Send a signal to the child and all it started in its session."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def expired(self, now: float) -> bool:
        """Say whether the job outlived its limit, and move the limit on."""
        if self.deadline is None or now < self.deadline:
            return False
        self.deadline = now + KILL_GRACE
        return True

    def stack(self) -> str:
        """Return where the kernel holds a child that does not die."""
        try:
            with open(f"/proc/{self.pid}/stack", encoding="ascii") as file:
                return file.read()
        except OSError:
            return ""

    def _take(self, suffix: str) -> bytes:
        try:
            with open(self.base + suffix, "rb") as file:
                return file.read(OUTPUT_LIMIT)
        except FileNotFoundError:
            return b""

    def answer(self, code: int | None) -> Request:
        """Return the reply for a job that ended, or that cannot be ended."""
        reply: Request = {"id": self.ident, "code": code, "timed_out": self.timed_out}
        for key, suffix in (("out", ".out"), ("err", ".err"), ("val", ".val")):
            reply[key] = base64.b64encode(self._take(suffix)).decode()
        if code is None:
            reply["stack"] = self.stack()
        else:
            for suffix in (".in", ".out", ".err", ".val"):
                try:
                    os.unlink(self.base + suffix)
                except FileNotFoundError:
                    pass
        return reply


class Agent:
    """The event loop."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._jobs: dict[int, Job] = {}
        self._pending = b""
        self._wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def _send(self, reply: Request) -> None:
        data = json.dumps(reply).encode() + b"\n"
        while data:
            data = data[os.write(self._port, data):]

    def _reap(self) -> None:
        """Collect every child that ended, our own and the orphans."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            job = self._jobs.pop(pid, None)
            if job:
                self._send(job.answer(os.waitstatus_to_exitcode(status)))

    def _expire(self) -> None:
        now = time.monotonic()
        for pid, job in list(self._jobs.items()):
            if not job.expired(now):
                continue
            if not job.timed_out:
                job.timed_out = True
                with open("/proc/sysrq-trigger", "w", encoding="ascii") as file:
                    file.write("w")
                job.signal(signal.SIGKILL)
            else:
                self._send(job.answer(None))
                del self._jobs[pid]

    def _wait_seconds(self) -> float | None:
        deadlines = [job.deadline for job in self._jobs.values() if job.deadline]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _put(self, request: Request) -> Request:
        with open(request["path"], "wb") as file:
            file.write(base64.b64decode(request["data"]))
        os.chmod(request["path"], request["mode"])
        return {"code": 0}

    def _get(self, request: Request) -> Request:
        with open(request["path"], "rb") as file:
            return {"code": 0, "out": base64.b64encode(file.read()).decode()}

    def _kill(self, request: Request) -> Request:
        for job in self._jobs.values():
            if job.ident == request["job"]:
                job.signal(request["signal"])
        return {"code": 0}

    def _poweroff(self, _request: Request) -> Request:
        os.sync()
        subprocess.run(["/bin/busybox", "poweroff", "-f"], check=False)
        return {"code": 0}

    def _handle(self, request: Request) -> None:
        kind = request["op"]
        if kind in ("run", "call"):
            job = Job(request)
            self._jobs[job.pid] = job
            return
        handlers = {"put": self._put, "get": self._get, "kill": self._kill,
                    "poweroff": self._poweroff}
        try:
            reply = handlers[kind](request)
        except OSError as error:
            reply = {"code": 1, "err": base64.b64encode(str(error).encode()).decode()}
        self._send({"id": request["id"], **reply})

    def _receive(self) -> None:
        data = os.read(self._port, 1 << 20)
        if not data:
            # The host's end is closed: no one listens; do not spin on it.
            time.sleep(0.1)
            return
        *lines, self._pending = (self._pending + data).split(b"\n")
        for line in lines:
            self._handle(json.loads(line))

    def serve(self) -> None:
        """Work until the machine is switched off."""
        self._send({"id": 0, "code": 0})
        while True:
            ready, _, _ = select.select([self._port, self._wake], [], [], self._wait_seconds())
            if self._wake in ready:
                os.read(self._wake, 4096)
            self._reap()
            self._expire()
            if self._port in ready:
                self._receive()


def _die_with_kernel_log() -> None:
    """Make an exception here end the machine with a panic that shows it."""
    def hook(kind: type[BaseException], value: BaseException, trace: Any) -> None:
        with open("/dev/console", "w", encoding="utf-8") as console:
            console.write("rig-agent: " + "".join(traceback.format_exception(kind, value, trace)))
        ctypes.CDLL(None).sync()
    sys.excepthook = hook


def main() -> None:
    """Open the port and serve."""
    _die_with_kernel_log()
    os.environ.clear()
    os.environ.update(ENVIRON)
    os.makedirs(SCRATCH, exist_ok=True)
    os.umask(0o022)
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    port = os.open("/dev/vport0p1", os.O_RDWR | os.O_CLOEXEC)
    Agent(port).serve()


if __name__ == "__main__":
    main()
