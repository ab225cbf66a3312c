# SPDX-License-Identifier: GPL-2.0-only
"""The command line."""
from __future__ import annotations

import argparse

from targetconfig import step

DEFAULT = "/etc/target/config.yaml"


class CommandLine:
    """The parser, a method for each family of commands."""

    def __init__(self) -> None:
        self.parser = argparse.ArgumentParser(
            prog="targetcli-config", description="The configuration of the SCSI target as one "
            "file.", epilog="exit code: 0 done or no difference, 1 something failed or differs, "
            "2 a mistake in a file or on the command line, 3 somebody else was faster")
        self.parser.add_argument("--root", default=step.ROOT, help=argparse.SUPPRESS)
        self.words = self.parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        self._files()
        self._edits()
        self._watch()

    def _add(self, name: str, text: str, *arguments: str) -> argparse.ArgumentParser:
        word = self.words.add_parser(name, help=text, description=text)
        for argument in arguments:
            word.add_argument(argument)
        return word

    def _add_change(self, name: str, text: str, *arguments: str) -> argparse.ArgumentParser:
        word = self._add(name, text, *arguments)
        word.add_argument("-n", "--dry-run", action="store_true",
                          help="print the steps as shell lines, and do nothing")
        word.add_argument("--only", action="append", default=[], metavar="KIND=NAME",
                          help="touch only this target, backstore, fabric or initiator")
        word.add_argument("--wait", type=float, default=30.0, metavar="SECONDS",
                          help="for another change to end (30)")
        word.add_argument("--if-generation", default="", metavar="G",
                          help="only if the configuration is still the one that dump named")
        word.add_argument("-v", "--verbose", action="store_true", help="print each step")
        return word

    def _files(self) -> None:
        apply = self._add_change("apply",
                                 "change the running system to a file, with the fewest steps")
        apply.add_argument("file", nargs="?", default=DEFAULT, help=f"({DEFAULT})")
        apply.add_argument("--retry", type=float, default=0.0, metavar="SECONDS",
                           help="try again what fails, such as devices that come late")
        dump = self._add("dump", "print what is configured")
        dump.add_argument("-o", "--output", metavar="FILE", help="write a file, secrets apart")
        dump.add_argument("--json", action="store_true", help="JSON, not YAML")
        dump.add_argument("--all", action="store_true", help="also what has its default")
        dump.add_argument("--allow-empty", action="store_true",
                          help="write the file although nothing is configured")
        dump.add_argument("--secrets", action="store_true", help="print them too")
        diff = self._add("diff", "print the steps from the running system to a file", "file")
        diff.add_argument("--only", action="append", default=[], metavar="KIND=NAME",
                          help="look only at this target, backstore, fabric or initiator")
        self._add("check", "print the mistakes in a file, and what applying it would interrupt",
                  "file")
        rollback = self._add_change("rollback",
                                    "go back to what was configured before the last change")
        rollback.add_argument("number", nargs="?", type=int,
                              help="of those that --list shows (the newest)")
        rollback.add_argument("-l", "--list", action="store_true", help="list what is kept")
        convert = self._add("import", "convert another tool's file; what is lost is listed")
        convert.add_argument("kind", choices=("saveconfig", "scst"), help="whose file it is")
        convert.add_argument("file", help="such as /etc/target/saveconfig.json, /etc/scst.conf")
        convert.add_argument("-o", "--output", metavar="FILE",
                             help="write a file, secrets apart")
        save = self._add("save", f"write what is configured ({DEFAULT})")
        save.add_argument("file", nargs="?", default=DEFAULT, help=f"({DEFAULT})")
        save.add_argument("--allow-empty", action="store_true",
                          help="write the file although nothing is configured")
        stop = self._add_change("stop", "remove everything, targets first, in order")
        stop.set_defaults(keep=False)

    def _edits(self) -> None:
        device = self._add_change("add-dev", "add a backstore", "name")
        device.add_argument("--handler", required=True, help="fileio, blockio or nullio")
        device.add_argument("--attr", default="", metavar="KEY=VALUE,...",
                            help="filename=PATH,size=64M,blocksize=4096,read_only,"
                                 "usn=SERIAL,naa_id=NUMBER,t10_dev_id=NAME")
        target = self._add_change("add-target", "add a target, disabled", "name")
        target.add_argument("--driver", default="iscsi", help="(iscsi)")
        lun = self._add_change("add-lun", "show a backstore at a number")
        lun.add_argument("number", type=int)
        lun.add_argument("--target", required=True, help="that shows it")
        lun.add_argument("--device", required=True, help="name of the backstore")
        lun.add_argument("--initiator", default="", help="only to this one")
        lun.add_argument("--read-only", action="store_true", help="for them")
        lun.add_argument("--group", default="", help="only to the initiators of this one")
        group = self._add_change("add-group", "admit the initiators of a group, as add-init does: "
                                 "one ACL each, which the group is the tag of", "name")
        group.add_argument("--target", required=True, help="that admits them")
        group.add_argument("--init", required=True, metavar="NAME,NAME", help="the initiators")
        initiator = self._add_change("add-init", "admit an initiator, with what its group "
                                     "sees, or with every LUN", "name")
        initiator.add_argument("--target", required=True, help="that admits it")
        initiator.add_argument("--group", default="", help="that it belongs to")
        for word in ("enable", "disable"):
            self._add_change(word, f"{word} a target", "target")

    def _watch(self) -> None:
        self._add("sessions", "list who is logged in")
        self._add("kick", "end the sessions of an initiator", "initiator")
        fibre = self._add("fc", "Fibre Channel ports of this machine, and what they see")
        fibre.add_argument("what", choices=("list",))
        self._add("doctor", "look for what slows the target down or keeps initiators away")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    return CommandLine().parser.parse_args(arguments)
