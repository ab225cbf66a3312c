# SPDX-License-Identifier: GPL-2.0-only
"""A virtual machine: boot it, run commands in it, cut its power."""
from __future__ import annotations

import base64
import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rig.accel import QEMU, choose_accel, host_clock_option
from rig.channel import Channel, binary
from rig.console import Console
from rig.disk import Disk
from rig.errors import CommandFailed, KernelComplaint, RigError
from rig.initramfs import build_initramfs
from rig.job import SLACK, Job, Result, title_of
from rig.kernel import Kernel, installed_kernel
from rig.modset import module_set
from rig.network import Nic
from rig.qmp import Qmp

GUEST_CODE = Path(__file__).resolve().parents[1] / "guest"
COMMAND_LINE = ("console=ttyS0,115200 quiet loglevel=4 panic=1 mitigations=off audit=0 "
                "apparmor=0 random.trust_cpu=on init_on_alloc=0 tsc=nowatchdog "
                "rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60")
BOOT_SECONDS = 120.0
PROBE_SECONDS = 25.0
# QEMU 7.2 that translates for two CPUs: one may still run the int3 of code that the
# other has changed, and the kernel no longer knows it.  Seen while it boots.
STALE_INT3 = "Oops: int3"

# What a fresh guest needs before anything else: no leftovers of the host's
# own configuration, kernel messages on the console, a loopback interface.
FIRST_STEPS = """set -e
dmesg -n 7
echo 60 > /proc/sys/kernel/hung_task_timeout_secs 2>/dev/null || true
echo core > /proc/sys/kernel/core_pattern
ip link set lo up
mkdir -p /dev/pts /dev/shm /run/dbus /run/lock /var/lib/iscsi /etc/target
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t configfs config /sys/kernel/config
mount -t debugfs debug /sys/kernel/debug 2>/dev/null || true
rm -rf /etc/rtslib-fb-target /etc/iscsi/nodes /etc/iscsi/send_targets /var/lib/iscsi
mkdir -p /etc/rtslib-fb-target/pr /etc/rtslib-fb-target/alua /etc/iscsi
mkdir -p /var/lib/iscsi/nodes /var/lib/iscsi/send_targets
"""

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child that becomes QEMU: leave nothing behind a killed test run."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def patience() -> float:
    """Return how crowded the host is: all takes longer then."""
    return min(4.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


@dataclass
class Options:
    """What a machine is made of."""

    name: str = "vm"
    target: str = "stock"
    memory: int = 1024
    cpus: int = 1
    disks: list[Disk] = field(default_factory=list)
    nics: list[Nic] = field(default_factory=list)
    cmdline: str = ""
    kernel: Kernel | None = None
    accel: list[str] | None = None
    boot_seconds: float = BOOT_SECONDS
    arguments: list[str] = field(default_factory=list)


class Vm:
    """One machine.  Boots again with the same disks after stop or kill."""

    def __init__(self, options: Options, logs: Path | None = None) -> None:
        self.options = options
        self.name = options.name
        self.kernel = options.kernel or installed_kernel()
        # Unix socket paths are short: 108 bytes, however long the log's path.
        self._folder = Path(tempfile.mkdtemp(prefix="rig-"))
        if logs:
            logs.mkdir(parents=True, exist_ok=True)
        self.console = Console((logs or self._folder) / f"{self.name}.console")
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self.qmp: Qmp | None = None
        self.allowed: re.Pattern[str] | None = None
        self.boots = 0

    # -- life

    def _arguments(self, accel: list[str]) -> list[str]:
        options = self.options
        modules = module_set(self.kernel, options.target)
        append = (f"{COMMAND_LINE} {host_clock_option()} rig.stage={modules.stage} "
                  f"rig.modules={self.kernel.modules} {options.cmdline}")
        arguments = [
            QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-name", self.name, "-machine", f"{self.kernel.machine},vmport=off", *accel,
            "-smp", str(options.cpus), "-m", str(options.memory + self.kernel.extra_memory),
            "-kernel", str(self.kernel.image), "-initrd", str(build_initramfs(self.kernel)),
            "-append", append,
            "-chardev", f"file,id=console,path={self.console.path},append=on",
            "-serial", "chardev:console",
            "-chardev", f"socket,id=agent,path={self._folder}/agent,server=on,wait=off",
            "-device", "virtio-serial-pci",
            "-device", "virtserialport,chardev=agent,name=rig,nr=1",
            "-qmp", f"unix:{self._folder}/qmp,server=on,wait=off",
            "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=root,mount_tag=root"]
        for disk in options.disks:
            arguments += disk.arguments()
        for nic in options.nics:
            arguments += nic.arguments()
        return arguments + options.arguments

    def _spawn(self, accel: list[str]) -> None:
        for name in ("agent", "qmp"):
            (self._folder / name).unlink(missing_ok=True)
        errors = (self._folder / "qemu.err").open("wb")
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with
            self._arguments(accel), stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
            start_new_session=True, preexec_fn=_die_with_parent)
        errors.close()
        deadline = time.monotonic() + 20
        while not (self._folder / "qmp").exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RigError(f"QEMU does not start: {self._qemu_words()}")
            time.sleep(0.02)
        self.qmp = Qmp(self._folder / "qmp")
        self._channel = Channel(self._folder / "agent")

    def _qemu_words(self) -> str:
        words = (self._folder / "qemu.err").read_text(errors="replace").strip()
        return words.splitlines()[-1] if words else "no message"

    def _comes_up(self, seconds: float) -> bool:
        assert self._channel and self.qmp and self._process
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._channel.wait_hello(1.0):
                return True
            try:
                if self._process.poll() is not None or self.qmp.status() != "running":
                    return False
            except (RigError, OSError):     # it ended in between
                return False
        return False

    def boots_with(self, accel: list[str]) -> bool:
        """Say whether a bare machine boots with an accelerator."""
        probe = Vm(Options(name="probe", kernel=self.kernel))
        try:
            probe._spawn(accel)
            return probe._comes_up(PROBE_SECONDS * self.kernel.slowness)
        except RigError:
            return False
        finally:
            probe.close()

    def power_on(self) -> None:
        """Begin to boot.  By the main thread: a machine ends with who began it."""
        self._spawn(self.options.accel or choose_accel(self.boots_with))

    def start(self) -> "Vm":
        """Boot, and return when commands can run."""
        self.power_on()
        try:
            return self.wait_up()
        except RigError as error:
            if STALE_INT3 not in str(error):
                raise
        self.power_on()
        return self.wait_up()

    def wait_up(self) -> "Vm":
        """Return when commands can run."""
        if not self._comes_up(self.options.boot_seconds * self.patience()):
            self.kill()
            why = self.console.new_complaint() or self._qemu_words()
            raise RigError(f"{self.name} does not boot: {why}\n{self.console.tail()}")
        self.boots += 1
        steps = [FIRST_STEPS]
        steps += [nic.setup() for nic in self.options.nics]
        self.sh("\n".join(steps))
        return self

    @property
    def running(self) -> bool:
        """Say whether QEMU is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Write everything back and switch off."""
        if self.running and self._channel:
            try:
                self._channel.send("poweroff")
            except (RigError, OSError):
                pass
            self._wait_exit(30)
        self.kill()

    def kill(self) -> None:
        """Cut the power."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process:
            self._process.wait()
        if self._channel:
            self._channel.close()
        if self.qmp:
            self.qmp.close()
        self._process = self._channel = self.qmp = None

    def _wait_exit(self, seconds: float) -> None:
        assert self._process
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass

    def reboot(self, power_cut: bool = False) -> None:
        """Boot again with the same disks, after a clean stop or a power cut."""
        if power_cut:
            self.kill()
        else:
            self.stop()
        self.start()

    def close(self) -> None:
        """Cut the power and forget the machine; its console log stays."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Vm":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- work

    def patience(self) -> float:
        """Return by how much limits stretch: for a slow kernel, on a crowded host."""
        return self.kernel.slowness * patience()

    def _require(self) -> Channel:
        if self._channel is None:
            raise RigError(f"{self.name} is switched off")
        return self._channel

    def begin(self, command: str | Sequence[str], timeout: float = 60.0,
              data: bytes = b"", env: dict[str, str] | None = None) -> Job:
        """Start a command (a string goes through the shell), do not wait."""
        argv = ["/bin/sh", "-c", command] if isinstance(command, str) else list(command)
        timeout *= self.patience()
        channel = self._require()
        number, pending = channel.send("run", argv=argv, timeout=timeout, env=env or {},
                                       input=base64.b64encode(data).decode())
        return Job(channel, title_of(command), timeout, number, pending)

    def sh(self, command: str | Sequence[str], timeout: float = 60.0, check: bool = True,
           data: bytes = b"") -> Result:
        """Run a command and return how it ended."""
        return self.begin(command, timeout, data).wait(check)

    def begin_call(self, where: str, *args: Any, timeout: float = 60.0,
                   **kwargs: Any) -> Job:
        """Start a function of tests/guest, named module.function."""
        module, _, function = where.partition(".")
        timeout *= self.patience()
        channel = self._require()
        number, pending = channel.send(
            "call", folder=str(GUEST_CODE), module=module, function=function,
            args=args, kwargs=kwargs, timeout=timeout)
        return Job(channel, where, timeout, number, pending)

    def call(self, where: str, *args: Any, timeout: float = 60.0, **kwargs: Any) -> Any:
        """Run a function of tests/guest and return its value."""
        return self.begin_call(where, *args, timeout=timeout, **kwargs).value()

    def put(self, path: str, data: bytes | str, mode: int = 0o644) -> None:
        """Write a file in the guest."""
        raw = data.encode() if isinstance(data, str) else data
        answer = self._require().send("put", path=path, mode=mode,
                                      data=base64.b64encode(raw).decode())[1].wait(SLACK)
        if answer["code"]:
            raise CommandFailed(f"{path}: {binary(answer, 'err').decode()}")

    def get(self, path: str) -> bytes:
        """Read a file of the guest."""
        answer = self._require().send("get", path=path)[1].wait(SLACK)
        if answer["code"]:
            raise CommandFailed(f"{path}: {binary(answer, 'err').decode()}")
        return binary(answer, "out")

    def cut_link(self, nic: Nic) -> None:
        """Pull a network cable."""
        assert self.qmp
        self.qmp.set_link(f"{nic.name}-card", False)

    def restore_link(self, nic: Nic) -> None:
        """Plug a network cable in again."""
        assert self.qmp
        self.qmp.set_link(f"{nic.name}-card", True)

    def check(self) -> None:
        """Raise if the kernel complained since the last check."""
        line = self.console.new_complaint(self.allowed)
        if line:
            raise KernelComplaint(f"{self.name}'s kernel: {line}\n"
                                  f"console: {self.console.path}\n{self.console.tail(80)}")


def start_all(vms: list[Vm]) -> None:
    """Boot several machines at once."""
    for vm in vms:
        vm.power_on()
    for vm in vms:
        vm.wait_up()
