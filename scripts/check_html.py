#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make the documents as make htmldocs does, in an overlaid tree: nothing is remarked."""
from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys

import kernel_source
import overlay
from kernel_build import clean_environment

REMARK = re.compile(r"warning|error|undefined", re.I)
# What is said of this machine's programs, not of a document.
EXPECTED = re.compile(r"dot\(1\) not found|convert\(1\) not found|theme")


def remarks() -> tuple[list[str], int]:
    """Make the documents; return what is said of them, and their number."""
    tree = kernel_source.overlaid("docs")
    folder = kernel_source.cache() / f"docs-build-{tree.name.removeprefix('docs-')}"
    with kernel_source.locked("docs-run"):
        # what was made before would not be read again
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        overlay.apply(tree, alone=True)
        done = subprocess.run(
            ["make", "-s", "-C", str(tree), f"O={folder}", "SPHINXDIRS=target", "htmldocs"],
            env=clean_environment(), text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    found = [line for line in done.stdout.splitlines()
             if REMARK.search(line) and not EXPECTED.search(line)]
    pages = len(list((folder / "Documentation/output/target").glob("*.html")))
    if done.returncode or not pages:
        found += [*done.stdout.splitlines()[-5:], "htmldocs fails"]
    return found, pages


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0]).parse_args()
    try:
        found, pages = remarks()
    except (kernel_source.SourceError, overlay.OverlayError) as error:
        print(error, file=sys.stderr)
        return 1
    print("".join(f"{line}\n" for line in found), end="")
    print(f"html documents: {pages} pages, {len(found)} remarks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
