#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the kernel's checkpatch.pl --strict over our C files, and only what changed.

usage: check_style.py [--jobs N] [FILE...]
"""
from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kernel_source
from mirror import sources

TOP = Path(__file__).resolve().parent.parent
CHECKED = ("drivers/target", "include/target")
SUFFIXES = (".c", ".h")
OPTIONS = ("--strict", "--terse", "--no-summary", "--show-types", "-f")
# A file that is looked at alone has no patch that could touch MAINTAINERS.
IGNORED = "FILE_PATH_CHANGES"
# What checkpatch takes for a mistake: (kind, what stands on this or the line before).
FALSE_ALARMS = (
    # the argument of DEFINE_FREE is a statement
    (r"TRAILING_STATEMENTS|TABSTOP|LEADING_SPACE|CODE_INDENT", r"^DEFINE_FREE\("),
    # an errno of the interface, with a remark that says so
    (r"ENOSYS", r"/\* the errno that user space knows"),
    # a list of rows for a macro that is named when the list is used
    (r"COMPLEX_MACRO|MULTISTATEMENT_MACRO_USE_DO_WHILE|MACRO_ARG_REUSE",
     r"^#define \w+\((?:X|row|_)\b[^)]*\)\s*\\$"),
    # rows of a table that several cases share
    (r"COMPLEX_MACRO|MACRO_ARG_REUSE", r"^#define (?:ALWAYS|REGISTERS|PREEMPTS)\("),
    # names of RFC 7143 and of the kernel
    (r"CAMELCASE", r"(?:Digest|AuthMethod|MaxConnections|TargetAlias|R2T|ImmediateData|Length|"
                   r"DefaultTime2|InOrder|ErrorRecoveryLevel|FMark|Scsi_Host)"),
    # the bytes of a vector
    (r"SPLIT_STRING|MISSING_SPACE", r'^\s*"[0-9a-f]{8,}"'),
    # a macro that makes a function
    (r"MACRO_ARG_\w+|MACRO_WITH_FLOW_CONTROL", r"^#define TARGET_OF_ITEM\("),
    # macros that make the functions of a configfs file
    (r"MACRO_ARG_REUSE|COMPLEX_MACRO", r"^#define \w*(?:ATTR|FILE|AUTH)\w*\(.*\\$"),
    # trace events have a layout of their own, in the kernel's own headers too
    (r"OPEN_ENDED_LINE|PARENTHESIS_ALIGNMENT|SPACING", r"TP_\w+\(|\b__(?:field|array|entry)\b"),
)
REMARK = re.compile(r":(\d+): \w+:(\w+): ")


def is_false_alarm(remark: str, lines: list[str]) -> bool:
    """Tell a remark that checkpatch makes on right code."""
    found = REMARK.search(remark)
    if not found:
        return False
    line, kind = int(found.group(1)), found.group(2)
    near = lines[max(line - 2, 0):line]
    return any(re.fullmatch(kinds, kind) and any(re.search(text, each) for each in near)
               for kinds, text in FALSE_ALARMS)


def checkpatch(tree: Path, path: Path, clean: Path) -> str:
    """Return what checkpatch says about a file; remember a clean one by its hash."""
    content = path.read_bytes()
    mark = clean / hashlib.sha256(str(path).encode() + content).hexdigest()
    if mark.exists():
        return ""
    # In the kernel's tree there is no .git, which it would run other tools on.
    done = subprocess.run(["perl", "scripts/checkpatch.pl", f"--ignore={IGNORED}", *OPTIONS,
                           str(path)], cwd=tree, capture_output=True, text=True, check=False)
    lines = content.decode(errors="replace").split("\n")
    remarks = [text.replace(f"{TOP}/", "") for text in (done.stdout + done.stderr).splitlines()
               if text and not is_false_alarm(text, lines)]
    if not remarks:
        mark.touch()
    return "".join(f"{text}\n" for text in remarks)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    for path in options.files:
        if not path.is_file():
            print(f"{path}: no such file", file=sys.stderr)
            return 2
    try:
        tree = kernel_source.source()
    except kernel_source.SourceError as error:
        print(error, file=sys.stderr)
        return 1
    paths = [path.resolve() for path in options.files] or [
        TOP / folder / name for folder in CHECKED for name in sources(TOP / folder)
        if name.suffix in SUFFIXES]
    clean = kernel_source.cache() / "checkpatch" / tree.name
    clean.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        said = list(pool.map(lambda path: checkpatch(tree, path, clean), paths))
    print("".join(said), end="")
    bad = sum(bool(text) for text in said)
    print(f"checkpatch: {len(paths)} files, {bad} with remarks")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
