#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write a new fabric module: a skeleton that builds, loads and answers commands.

usage: tcm_mod_builder.py -m NAME -p PROTOCOL [--yes | --no] [--tree TREE]

NAME is the module's, and its directory's below /sys/kernel/config/target;
PROTOCOL is what its ports speak (FC, iSCSI, SAS, SRP ... as SPC-5 has them).
Six files go to TREE/drivers/target/NAME.  Whether the folder is added to the
Makefile and to the Kconfig file there is asked; --yes and --no answer.
"""
from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import c_layout
import fabric_hooks
import fabric_ops
from fabric_ops import Member
from mirror import write_if_changed
from scsi_protocols import PROTOCOLS, Protocol

TOP = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "fabric_template"
TARGET = Path(fabric_hooks.TARGET)
# Template and what it makes, in the order in which they are written.
FILES = (("base.h.in", "{}_base.h"), ("fabric.c.in", "{}_fabric.c"),
         ("fabric.h.in", "{}_fabric.h"), ("configfs.c.in", "{}_configfs.c"),
         ("Kbuild.in", "Kbuild"), ("Kconfig.in", "Kconfig"))
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST = 31                    # of a fabric's name
# Folders of ours, also those that this tree does not have yet, and names that
# the directory below /sys/kernel/config/target cannot have.
RESERVED = {"core", "emul", "backstore", "configfs", "iscsi", "loopback", "tcm_fc", "tests"}
# Modules of the target and of the fabrics elsewhere in the kernel, and their directories.
TAKEN = {"target_core_mod", "target_core_iblock", "target_core_file", "target_core_pscsi",
         "target_core_user", "target_core_cdrom", "iscsi_target_mod", "tcm_loop", "tcm_fc",
         "tcm_qla2xxx", "qla2xxx", "vhost_scsi", "vhost", "ib_srpt", "srpt", "ib_isert",
         "sbp_target", "sbp", "xen_scsiback", "usb_f_tcm", "usb_gadget", "tcm_usb_gadget",
         "efct", "ibmvscsis", "tcm_remote", "cxgbit", "fc"}
# What the names of functions and structs in the headers of others begin with.
PREFIXES = {"target", "se", "transport", "configfs", "config", "kunit", "sbc", "spc"}
# Where the installed kernels say which modules and symbols they have.
ROOT = Path("/")
MODULES = ("lib/modules/*/modules.order", "lib/modules/*/modules.builtin")
CONFIGS = "boot/config-*"
KEYWORD = re.compile(r"//@(\w+) ?(.*)")


class BuilderError(Exception):
    """Why nothing was written, in one line."""


class Parser(argparse.ArgumentParser):
    """Refuses in one line."""

    def error(self, message: str) -> NoReturn:
        """Print why, and end."""
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(2)


@dataclass(frozen=True)
class Job:
    """What is asked for: a module, its protocol, and where."""

    name: str
    protocol: Protocol
    tree: Path

    @property
    def folder(self) -> Path:
        """Where the module's files go, relative to the tree."""
        return TARGET / self.name

    @property
    def symbol(self) -> str:
        """The module's configuration symbol."""
        return self.name.upper()


# -- the six files

def conditional(lines: Iterator[str], kind: str) -> Iterator[str]:
    """Keep the parts of a template that are for a kind of name."""
    nested: list[str] = []      # //@if and //@op both have an //@end
    keeping = [True]
    for line in lines:
        found = KEYWORD.match(line)
        word, rest = found.groups() if found else ("", "")
        if word == "if":
            nested.append(word)
            keeping.append(keeping[-1] and kind in rest.split())
        elif word == "else":
            keeping[-1] = keeping[-2] and not keeping[-1]
        elif word == "end" and nested.pop() == "if":
            keeping.pop()
        elif keeping[-1]:
            yield line
        if word == "op":
            nested.append(word)


def operations(lines: Iterator[str], members: dict[str, Member],
               heading: Callable[[Member], str]) -> Iterator[str]:
    """Give each function the head that the header says; leave out what it has not."""
    current: Member | None = None
    leaving = False
    for line in lines:
        found = KEYWORD.match(line)
        word, rest = found.groups() if found else ("", "")
        if word == "op":
            current = members.get(rest)
            leaving = current is None
        elif word == "end":
            leaving = False
        elif leaving:
            continue
        elif word == "signature" and current:
            yield heading(current)
        else:
            yield line.replace("@op@", f"@name@_{current.name}") if current else line


def known(template: str) -> list[str]:
    """Return the functions that a template has."""
    return re.findall(r"^//@op (\w+)$", (TEMPLATES / template).read_text(encoding="ascii"), re.M)


def stub(member: Member) -> str:
    """Return a function for a member that the templates do not know."""
    text = re.sub(r"^mandatory[;,:]?\s*", "", member.text) or "not described in the header"
    arguments = "".join(f" * @{argument.name}: see struct target_core_fabric_ops\n"
                        for argument in member.arguments)
    said = c_comment(f"@name@_{member.name} - {text}")
    result, value = "", ""
    if member.result != "void":
        result = " *\n * Return: nothing useful yet\n"
        value = "\treturn NULL;\n" if member.result.endswith("*") else "\treturn 0;\n"
        value = "\treturn false;\n" if member.result == "bool" else value
    return (f"/**\n{said}{arguments}{result} */\n{member.signature('@name@_' + member.name)}\n"
            f"{{\n{value}}}\n")


def c_comment(text: str) -> str:
    """Fill the first paragraph of a kernel-doc comment."""
    lines = [" *"]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > 78:
            lines.append(" *\t")
        lines[-1] += ("" if lines[-1].endswith("\t") else " ") + word
    return "\n".join(lines) + "\n"


def prototypes(members: list[Member]) -> str:
    """Declare the functions of a module's _fabric.c, by the header's sections."""
    lines: list[str] = []
    section = ""
    for member in members:
        if member.section != section:
            section = member.section
            lines += ["", f"/* {section} */"]
        lines.append(member.signature(f"@name@_{member.name}") + ";")
    return "\n".join(lines).lstrip("\n")


def ops_table(job: Job, members: list[Member], local: list[str]) -> str:
    """Initialise the struct: values first, then every function of the header."""
    values = {
        "fabric_name": f'"{job.name}"', "module": "THIS_MODULE",
        "node_acl_size": f"sizeof(struct {job.name}_acl)",
        "default_submit_type": "TARGET_QUEUE_SUBMIT",
        "tfc_wwn_attrs": "wwn_attrs", "tfc_tpg_base_attrs": "tpg_attrs",
        "tfc_tpg_attrib_attrs": "attrib_attrs", "tfc_schema": "schema",
    }
    lines: list[str] = []
    section = ""
    for member in members:
        value = values.get(member.name, "")
        if member.result:
            value = member.name if member.name in local else f"@name@_{member.name}"
        if not value:
            continue
        if member.section != section and lines:
            lines.append("")
        section = member.section
        lines.append(f"\t.{member.name} = {value},")
    return "\n".join(lines)


def strings(texts: tuple[str, ...]) -> str:
    """Return rows of an array of texts."""
    return "\n".join(f'\t\t"{text}",' for text in texts)


def render(job: Job, template: str, members: list[Member]) -> str:
    """Fill in one template."""
    local, remote = known("configfs.c.in"), known("fabric.c.in")
    functions = [member for member in members if member.result]
    foreign = [member for member in functions if member.name not in local]
    fresh = [member for member in foreign if member.name not in remote]
    news = "/* ------------------- members that have no model here: fill them in -- */\n\n"
    blocks = {
        "//@prototypes": prototypes(foreign),
        "//@ops": ops_table(job, members, local),
        "//@new_members": news + "\n".join(map(stub, fresh)) if fresh else "",
        "//@good": strings(job.protocol.good), "//@bad": strings(job.protocol.bad),
    }

    def heading(member: Member) -> str:
        if member.name in local:
            return "static " + member.signature(member.name)
        return member.signature(f"@name@_{member.name}")

    source = (TEMPLATES / template).read_text(encoding="ascii").splitlines()
    lines = operations(conditional(iter(source), job.protocol.kind),
                       {member.name: member for member in functions}, heading)
    text = "\n".join(blocks.get(line, line) for line in lines)
    values = {
        "name": job.name, "NAME": job.symbol, "title": job.protocol.title,
        "protocol": job.protocol.symbol or f"{job.protocol.value:#04x}",
        "size": str(job.protocol.size),
        "prefixes": ", ".join(f'"{prefix}"' for prefix in job.protocol.prefixes),
    }
    text = re.sub(r"@(\w+)@", lambda found: values[found.group(1)], text)
    text = re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"
    return c_layout.layout(text) if template.endswith((".c.in", ".h.in")) else text


def generate(job: Job, members: list[Member]) -> dict[Path, bytes]:
    """Return the six files, relative to the tree."""
    return {job.folder / name.format(job.name): render(job, template, members).encode()
            for template, name in FILES}


# -- what is refused

def symbols(tree: Path) -> Iterator[tuple[str, Path]]:
    """Yield each configuration symbol of a tree, and where it is."""
    for path in sorted(tree.rglob("Kconfig*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for name in re.findall(r"^\s*(?:menu)?config\s+(\w+)\s*$", text, re.M):
                yield name, path.relative_to(tree)


def check_name(name: str) -> None:
    """Refuse what cannot be a module's name."""
    if not NAME.fullmatch(name):
        raise BuilderError(f"{name!a}: a module's name has a small letter and then small letters, "
                           "digits and _")
    if len(name) > LONGEST:
        raise BuilderError(f"{name}: a fabric's name has at most {LONGEST} characters")
    if name in RESERVED:
        raise BuilderError(f"{name}: this folder of {TARGET} is the target's own")
    if name in PREFIXES:
        raise BuilderError(f"{name}: the kernel's own names begin like this")
    if name in TAKEN:
        raise BuilderError(f"{name}: there is such a module or fabric")


def taken(job: Job) -> str:
    """Say what in this machine's kernels has the module's name or its symbol, or nothing.

    A kernel tree says itself what there is.
    """
    if (job.tree / "Kconfig").is_file():
        return ""
    module = re.compile(rf"^(?:\S+/)?{job.name.replace('_', '[-_]')}\.ko$", re.M)
    symbol = re.compile(rf"^(?:# )?CONFIG_{job.symbol}(?:_KUNIT_TEST)?[ =]", re.M)
    for pattern, found in (*((each, module) for each in MODULES), (CONFIGS, symbol)):
        for path in sorted(ROOT.glob(pattern)):
            match = found.search(path.read_text(encoding="utf-8", errors="replace"))
            if match:
                return f"{match.group().strip('# =')} in {path}"
    return ""


def check_tree(tree: Path) -> None:
    """Refuse a tree that is not one, or that we cannot write to."""
    for name in fabric_hooks.HOOKS:
        if not (tree / TARGET / name).is_file():
            raise BuilderError(f"{tree}: no {TARGET / name} in it")


def check_free(job: Job, files: dict[Path, bytes]) -> None:
    """Refuse a module that is there, unless it is just what we would write."""
    folder = job.tree / job.folder
    if folder.exists() or folder.is_symlink():
        there = {path.relative_to(job.tree): path for path in folder.glob("*")} \
            if folder.is_dir() else {}
        for name, data in files.items():
            if name not in there or there[name].read_bytes() != data:
                raise BuilderError(f"{job.folder}: there is such a module, and its "
                                   f"{name.name} is not what this would write")
        return
    for symbol, path in symbols(job.tree):
        if symbol in (job.symbol, f"{job.symbol}_KUNIT_TEST"):
            raise BuilderError(f"{job.name}: {path} has a symbol {symbol}")
    other = taken(job)
    if other:
        raise BuilderError(f"{job.name}: the kernel has {other}")
    made = (job.tree / TARGET / "Makefile").read_text(encoding="utf-8")
    if re.search(rf"\b{job.name}(?:\.o|/)", made):
        raise BuilderError(f"{job.name}: {TARGET}/Makefile builds such a module")


# -- the two lines elsewhere

def additions(job: Job) -> dict[Path, tuple[str, str]]:
    """Return for each file that needs one the line and the new text."""
    found = {}
    for name in fabric_hooks.HOOKS:
        path = TARGET / name
        text = (job.tree / path).read_text(encoding="utf-8")
        line = fabric_hooks.hook(name, job.name)
        if line in text.splitlines():
            continue
        more = fabric_hooks.hooked(text, name, job.name)
        if more == text:
            raise BuilderError(f"{path}: no place for: {line}")
        found[path] = (line, more)
    return found


def agreed(path: Path, line: str, answer: bool | None) -> bool:
    """Ask whether to add a line, unless that is answered already."""
    question = f"Add '{line}' to {path}? [yes/no] "
    if answer is not None:
        print(f"{question}{'yes' if answer else 'no'}")
        return answer
    while True:
        try:
            said = input(question).strip().lower()
        except EOFError:
            print("no")
            return False
        if said in ("y", "yes", "n", "no"):
            return said.startswith("y")


def build(job: Job, answer: bool | None) -> None:
    """Write what is missing; everything is checked before the first byte."""
    header = job.tree / fabric_ops.HEADER
    check_tree(job.tree)
    members = fabric_ops.read(header)
    files = generate(job, members)
    check_free(job, files)
    lines = additions(job)
    print(f"tree      {job.tree}\nmodule    {job.name}\nfolder    {job.folder}\n"
          f"protocol  {job.protocol.name} ({job.protocol.value:X}h: {job.protocol.title})\n"
          f"scanning  {fabric_ops.HEADER}: {sum(bool(each.result) for each in members)} functions")
    for path, data in files.items():
        changed = write_if_changed(job.tree / path, data)
        print(f"{'writing ' if changed else 'is there'}  {path}")
    for path, (line, text) in lines.items():
        if agreed(path, line, answer):
            write_if_changed(job.tree / path, text.encode())


def asked(arguments: list[str] | None) -> tuple[Job, bool | None]:
    """Read the command line."""
    parser = Parser(prog="tcm_mod_builder.py", allow_abbrev=False,
                    formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__,
                    usage=argparse.SUPPRESS)
    parser.add_argument("-m", "--modulename", metavar="NAME")
    parser.add_argument("-p", "--protoident", metavar="PROTOCOL",
                        help=" ".join(row.name for row in PROTOCOLS.values()))
    parser.add_argument("--yes", action="store_const", const=True, dest="answer")
    parser.add_argument("--no", action="store_const", const=False, dest="answer")
    parser.add_argument("--tree", type=Path, default=TOP, metavar="TREE",
                        help="kernel tree with the overlay (default: this project)")
    options = parser.parse_args(arguments)
    if not options.modulename:
        raise BuilderError("which module? -m NAME")
    if not options.protoident:
        raise BuilderError("which protocol? -p PROTOCOL")
    check_name(options.modulename)
    protocol = PROTOCOLS.get(options.protoident.lower())
    if not protocol:
        raise BuilderError(f"no such protocol: {options.protoident!a}; there are "
                           + " ".join(row.name for row in PROTOCOLS.values()))
    return Job(options.modulename, protocol, options.tree.resolve()), options.answer


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; 2 means that nothing was written."""
    try:
        build(*asked(arguments))
    except (BuilderError, fabric_ops.HeaderError) as error:
        print(f"tcm_mod_builder.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"tcm_mod_builder.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
