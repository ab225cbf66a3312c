# SPDX-License-Identifier: GPL-2.0-only
"""The commands: one function each."""
from __future__ import annotations

import argparse
import copy
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from targetconfig import (arguments, check, edit, fc, history, saveconfig, scst, secret, sessions,
                          store, table)
from targetconfig import state as st
from targetconfig.apply import Settings, change, wanted
from targetconfig.document import to_document, to_state
from targetconfig.imported import Imported
from targetconfig.live import Tree
from targetconfig.plan import plan
from targetconfig.problem import FAILED, USAGE, Problem
from targetconfig.scope import chosen
from targetconfig.state import State
from targetconfig.step import Step

Options = argparse.Namespace
Document = dict[str, Any]


def _settings(options: Options) -> Settings:
    return Settings(Tree(options.root), options.dry_run, options.only, options.wait,
                    options.if_generation, getattr(options, "keep", True), options.verbose)


# -- files

def apply(options: Options) -> int:
    """Change the running system to a file."""
    document = store.read(options.file)
    deadline = time.monotonic() + options.retry
    settings = _settings(options)
    while True:
        code = change(settings, lambda _: document)
        settings.keep = False
        if code != FAILED or options.dry_run or time.monotonic() >= deadline:
            return code
        time.sleep(1)


def dump(options: Options) -> int:
    """Print or write what is configured."""
    state = Tree(options.root).state()
    document = to_document(state, options.all)
    if options.output:
        store.write(options.output, document, options.allow_empty)
        return 0
    if not options.secrets:
        document = secret.take_out(document)[0]
    document = {"format": document.pop("format"), "generation": st.generation(state), **document}
    print(store.dumps(document, options.json), end="")
    return 0


def save(options: Options) -> int:
    """Write what is configured to the file that is applied at boot."""
    os.makedirs(os.path.dirname(os.path.abspath(options.file)), exist_ok=True)
    store.write(options.file, to_document(Tree(options.root).state()), options.allow_empty)
    print(f"{options.file} written")
    return 0


def diff(options: Options) -> int:
    """Print the steps to a file."""
    document = store.read(options.file)
    have = Tree(options.root).state()
    want = wanted(document, have)
    steps = plan(have, want, chosen(options.only, have, want))
    print("\n".join(step.shell(options.root) for step in steps) or "no difference")
    return FAILED if steps else 0


def check_file(options: Options) -> int:
    """Print mistakes and interruptions."""
    document = store.read(options.file)
    have = Tree(options.root).state()
    want = to_state(document, have)
    wrong = check.problems(want, st.schemas(have))
    print("\n".join(wrong) or f"{options.file}: no mistakes")
    if wrong:
        return USAGE
    _interruptions(options.root, have, plan(have, want))
    return 0


def _interruptions(root: str, have: State, steps: list[Step]) -> None:
    """Print each step that somebody notices, and who is logged in there."""
    present = sessions.listed(Tree(root))
    for step in steps:
        if step.interrupts:
            luns = [path for path, node in have.items() if node.link == step.object]
            names = sessions.touched(present, step.object, luns)
            print(f"interrupts {step.interrupts} ({', '.join(names) or 'nobody is logged in'}): "
                  f"{step.shell(root).split('   #')[0]}")


def rollback(options: Options) -> int:
    """Go back."""
    if options.list:
        print(table.render(("number", "written"), [
            (str(number), time.strftime("%F %T", time.localtime(
                os.path.getmtime(history.path(number))))) for number in history.numbers()]))
        return 0
    number, document = history.load(options.number)
    print(f"back to {number}")
    return change(_settings(options), lambda _: document)


def convert(options: Options) -> int:
    """Import another tool's file."""
    try:
        with open(options.file, encoding="utf-8") as file:
            text = file.read()
        found: Imported = scst.convert(text) if options.kind == "scst" \
            else saveconfig.convert(json.loads(text))
    except OSError as error:
        raise Problem(f"{options.file}: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise Problem(f"{options.file}:{error.lineno}: {error.msg}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Problem(f"{options.file}: not as targetctl writes it: {error!r}") from error
    for line in found.lost:
        print(f"not imported: {line}", file=sys.stderr)
    if options.output:
        store.write(options.output, found.document())
    else:
        print(store.dumps(found.document()), end="")
    return FAILED if found.lost else 0


def stop(options: Options) -> int:
    """Remove everything."""
    return change(_settings(options), lambda _: {})


# -- edits

def _edit(options: Options, work: Callable[[Document], object]) -> int:
    def make(document: Document) -> Document:
        changed = copy.deepcopy(document)
        work(changed)
        return changed
    return change(_settings(options), make)


def add_dev(options: Options) -> int:
    """Add a backstore."""
    return _edit(options, lambda document: edit.add_device(document, options.name,
                                                           options.handler, options.attr))


def add_target(options: Options) -> int:
    """Add a target."""
    return _edit(options, lambda document: edit.add_target(document, options.driver,
                                                           options.name))


def add_lun(options: Options) -> int:
    """Show a backstore."""
    return _edit(options, lambda document: edit.add_lun(
        document, options.target, options.number, options.device,
        edit.members(document, options.target, options.group) if options.group
        else [options.initiator] if options.initiator else [], options.read_only))


def add_init(options: Options) -> int:
    """Admit an initiator."""
    return _edit(options, lambda document: edit.add_initiator(
        document, options.target, options.name, options.group))


def add_group(options: Options) -> int:
    """Admit several initiators."""
    def work(document: Document) -> None:
        for name in options.init.split(","):
            edit.add_initiator(document, options.target, str(name), options.name)
    return _edit(options, work)


def enable(options: Options) -> int:
    """Enable or disable a target."""
    def work(document: Document) -> None:
        edit.group(document, options.target)["enable"] = int(options.command == "enable")
    return _edit(options, work)


# -- what there is

def show_sessions(options: Options) -> int:
    """List sessions."""
    found = sessions.listed(Tree(options.root))
    print(table.render(sessions.HEAD, [session.row() for session in found]))
    return 0


def kick(options: Options) -> int:
    """End an initiator's sessions."""
    print(f"{sessions.kick(Tree(options.root), options.initiator)} sessions of "
          f"{options.initiator} ended")
    return 0


def list_fc(_: Options) -> int:
    """Print local and remote ports."""
    print(table.render(fc.LOCAL, fc.local()))
    print()
    print(table.render(fc.REMOTE, fc.remote()))
    return 0


def examine(options: Options) -> int:
    """Look at the machine."""
    from targetconfig import doctor     # here: what it needs is slow to load
    lines = doctor.report(Tree(options.root).state())
    print("\n".join(lines))
    return FAILED if any(line.startswith("WRONG") for line in lines) else 0


COMMANDS: dict[str, Callable[[Options], int]] = {
    "apply": apply, "dump": dump, "diff": diff, "check": check_file, "rollback": rollback,
    "import": convert, "save": save, "stop": stop, "add-dev": add_dev, "add-target": add_target,
    "add-lun": add_lun, "add-init": add_init, "add-group": add_group, "enable": enable,
    "disable": enable, "sessions": show_sessions, "kick": kick, "fc": list_fc,
    "doctor": examine,
}


def main(line: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    options = arguments.parse(line)
    try:
        return COMMANDS[options.command](options)
    except Problem as problem:
        print(f"targetcli-config: {problem}", file=sys.stderr)
        return problem.code
    except PermissionError as error:
        print(f"targetcli-config: {error.filename}: only root can; sudo targetcli-config ...",
              file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        print(f"targetcli-config: {error.filename or 'the kernel'}: {error.strerror}",
              file=sys.stderr)
        return FAILED
