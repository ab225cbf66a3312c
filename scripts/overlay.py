#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Put the target's sources onto a kernel tree, or take them out again.

drivers/target, include/target and Documentation/target replace the tree's own,
the entries of MAINTAINERS for these folders are replaced by ours, and
Kconfig.patch is applied.  What stood there before is kept in TREE/.target-overlay,
so that a second run changes nothing and --undo restores every byte.  Sources that
somebody else put into these folders, such as a new fabric, are left alone.
"""
from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import fabric_hooks
from mirror import mirror, sources, write_if_changed

TOP = Path(__file__).resolve().parent.parent
KNOWN = re.compile(r"6\.12\.")
FOLDERS = ("drivers/target", "include/target", "Documentation/target")
FILES = ("Documentation/ABI/testing/configfs-target", "Documentation/driver-api/target.rst")
PATCH = "Kconfig.patch"
MAINTAINERS = "MAINTAINERS"
KEPT = ".target-overlay"
ABSENT = "absent"           # lists what the tree did not have
PUT = "put"                 # lists what was put into the folders
# Everything before this line of a MAINTAINERS file explains its format.
LIST_STARTS = re.compile(r"^Maintainers List\n-+\n", re.M)


class OverlayError(Exception):
    """Why the tree is left as it is."""


def version(tree: Path) -> str:
    """Return the version that the tree's makefile states."""
    makefile = tree / "Makefile"
    text = makefile.read_text(encoding="utf-8", errors="replace") if makefile.is_file() else ""
    found = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL) *= *(\d+)", text, re.M))
    if len(found) != 3:
        raise OverlayError(f"{tree}: not a kernel source tree")
    return f"{found['VERSION']}.{found['PATCHLEVEL']}.{found['SUBLEVEL']}"


def patched_files(patch: str) -> list[str]:
    """Return the files that a patch changes, relative to the tree."""
    return re.findall(r"^\+\+\+ b/(\S+)", patch, re.M)


def touched() -> list[str]:
    """List everything that the overlay replaces or changes in a tree."""
    patch = (TOP / PATCH).read_text(encoding="utf-8")
    return [*FOLDERS, *FILES, MAINTAINERS, *patched_files(patch)]


def exists(path: Path) -> bool:
    """Tell whether a path is there, dangling links included."""
    return os.path.lexists(path)


def listed(tree: Path, name: str) -> list[str]:
    """Read one of our lists in a tree; without one it is empty."""
    path = tree / KEPT / name
    return path.read_text(encoding="utf-8").split("\n") if path.exists() else []


def write_list(tree: Path, name: str, lines: list[str]) -> None:
    """Write one of our lists."""
    write_if_changed(tree / KEPT / name, "\n".join(filter(None, lines)).encode())


def set_aside(tree: Path) -> list[str]:
    """List what an overlay, maybe an older one, replaced or changed in a tree, or added."""
    kept = tree / KEPT
    folders = [name for name in FOLDERS if exists(kept / name)]
    files = [str(Path(here, name).relative_to(kept)) for here, _, names in os.walk(kept)
             for name in names]
    return [*folders, *filter(None, listed(tree, ABSENT)),
            *(name for name in files
              if not name.startswith(FOLDERS) and name not in (ABSENT, PUT))]


def in_folders(top: Path) -> list[str]:
    """List the sources in the folders that are replaced, relative to a tree."""
    return [f"{folder}/{name}" for folder in FOLDERS for name in sources(top / folder)]


def strangers(tree: Path) -> list[str]:
    """List the sources in an overlaid tree's folders that no overlay put there."""
    put = set(listed(tree, PUT))
    ours = tuple(f"{name}/" for name in set_aside(tree) if name in FOLDERS)
    return [name for name in in_folders(tree)
            if put and name.startswith(ours) and name not in put]


def keep(tree: Path, names: list[str]) -> None:
    """Set aside what stands in the tree, once: a second run must not keep our own."""
    kept = tree / KEPT
    gone = listed(tree, ABSENT)
    for name in names:
        aside = kept / name
        if exists(aside) or name in gone:
            continue
        if not exists(tree / name):
            gone.append(name)
            continue
        aside.parent.mkdir(parents=True, exist_ok=True)
        if name in FOLDERS:
            (tree / name).rename(aside)
        else:
            shutil.copy2(tree / name, aside)
    kept.mkdir(exist_ok=True)
    write_list(tree, ABSENT, gone)


def entries(text: str) -> tuple[str, list[str]]:
    """Split MAINTAINERS into its head and its entries."""
    start = LIST_STARTS.search(text)
    if not start:
        raise OverlayError("MAINTAINERS: no list of entries in it")
    body = text[start.end():].strip("\n")
    return text[:start.end()], re.split(r"\n\n+", body)


def is_target(entry: str) -> bool:
    """Tell an entry for the folders that are replaced from any other."""
    files = re.findall(r"^F:\s*(\S+)", entry, re.M)
    return any(name.startswith(FOLDERS) for name in files)


def title(entry: str) -> str:
    """Return what the kernel sorts entries by."""
    return entry.split("\n", 1)[0]


def best_place(titles: list[str], wanted: str) -> int:
    """Return where the fewest neighbours are out of order: the list is nearly sorted."""
    wrong = best = sum(other < wanted for other in titles)
    place = 0
    for i, other in enumerate(titles, start=1):
        wrong += 1 if other > wanted else -1
        if wrong < best:
            best, place = wrong, i
    return place


def merged_maintainers(theirs: str, ours: str) -> str:
    """Return the tree's MAINTAINERS with our entries in place of the old ones."""
    head, existing = entries(theirs)
    _, new = entries(ours)
    result = [entry for entry in existing if not is_target(entry)]
    for entry in new:
        result.insert(best_place([title(other) for other in result], title(entry)), entry)
    return head + "\n" + "\n\n".join(result) + "\n"


def original(tree: Path, name: str) -> Path:
    """Return where the tree's own version of a file is."""
    kept = tree / KEPT / name
    return kept if kept.is_file() else tree / name


def patched(tree: Path, patch: str) -> dict[str, bytes]:
    """Apply the patch to the tree's own files and return the new ones."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in patched_files(patch):
            before = original(tree, name)
            if not before.is_file():
                raise OverlayError(f"{tree / name}: {PATCH} changes it, and it is not there")
            copy = Path(scratch, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(before, copy)
        done = subprocess.run(["patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch"],
                              cwd=scratch, input=patch, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise OverlayError(f"{PATCH} does not apply:\n{done.stdout}{done.stderr}".rstrip())
        return {name: Path(scratch, name).read_bytes() for name in patched_files(patch)}


def hooks(tree: Path, others: list[str]) -> dict[Path, bytes]:
    """Return our Makefile and Kconfig with the lines that the tree's have for others' fabrics."""
    target = Path(fabric_hooks.TARGET)
    fabrics = sorted({path.parts[2] for path in map(Path, others)
                      if path.is_relative_to(target) and len(path.parts) > 3})
    text = {}
    for file in fabric_hooks.HOOKS:
        there = (tree / target / file).read_text(encoding="utf-8").splitlines() if fabrics else []
        ours = (TOP / target / file).read_text(encoding="utf-8")
        for name in fabrics:
            if fabric_hooks.hook(file, name) in there:
                ours = fabric_hooks.hooked(ours, file, name)
        text[Path(file)] = ours.encode()
    return text


def fill_folders(tree: Path, others: list[str]) -> int:
    """Bring the folders up to our sources, beside others'; return the number of files changed."""
    ours = in_folders(TOP)
    clash = sorted({*others} & {*ours})
    if clash:
        raise OverlayError(f"{tree / clash[0]}: not of an overlay, and this one has such a file: "
                           "move it away first")
    write_list(tree, PUT, sorted({*listed(tree, PUT), *ours}))
    changed = 0
    for folder in FOLDERS:
        besides = [Path(name).relative_to(folder) for name in others
                   if name.startswith(folder + "/")]
        instead = hooks(tree, others) if folder == fabric_hooks.TARGET else None
        changed += mirror(TOP / folder, tree / folder, besides, instead)
    write_list(tree, PUT, sorted(ours))
    return changed


def apply(tree: Path, alone: bool = False) -> int:
    """Bring the tree up to our sources; return the number of files written.

    Sources of others stay in our folders, unless ours are to be alone.
    """
    found = version(tree)
    if not KNOWN.match(found):
        raise OverlayError(f"{tree} is Linux {found}: this overlay is for 6.12")
    text = patched(tree, (TOP / PATCH).read_text(encoding="utf-8"))
    theirs = original(tree, MAINTAINERS).read_text(encoding="utf-8")
    ours = (TOP / MAINTAINERS).read_text(encoding="utf-8")
    text[MAINTAINERS] = merged_maintainers(theirs, ours).encode()
    others = [] if alone else strangers(tree)
    keep(tree, touched())
    for name in FILES:
        text[name] = (TOP / name).read_bytes()
    # what an older overlay changed or added, and this one does not
    for name in {*set_aside(tree)} - {*touched()}:
        if exists(tree / KEPT / name):
            text[name] = original(tree, name).read_bytes()
        else:
            (tree / name).unlink(missing_ok=True)
    changed = sum(write_if_changed(tree / name, data) for name, data in text.items())
    return changed + fill_folders(tree, others)


def undo(tree: Path) -> int:
    """Put back what the overlay replaced; return the number of things put back."""
    version(tree)
    kept = tree / KEPT
    if not kept.is_dir():
        return 0
    others = strangers(tree)
    if others:
        raise OverlayError(f"{tree / others[0]}: not of the overlay, and would be lost: "
                           "move it away first")
    restored = 0
    for name in set_aside(tree):
        here, aside = tree / name, kept / name
        if here.is_dir():
            shutil.rmtree(here)
        else:
            here.unlink(missing_ok=True)
        if exists(aside):
            aside.rename(here)
            renew(here)
            restored += 1
    shutil.rmtree(kept)
    return restored


def renew(path: Path) -> None:
    """Make restored files newer than the objects that were built from ours."""
    paths = path.rglob("*") if path.is_dir() else [path]
    for each in paths:
        if each.is_file() and not each.is_symlink() and not each.name.endswith((".o", ".cmd")):
            os.utime(each)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--undo", action="store_true", help="take the sources out again")
    parser.add_argument("tree", help="kernel source tree")
    options = parser.parse_args()
    if not options.tree:
        print("which kernel tree? make overlay TREE=linux", file=sys.stderr)
        return 2
    tree = Path(options.tree).resolve()
    try:
        if options.undo:
            count = undo(tree)
            print(f"{tree}: {count} restored" if count else f"{tree}: no overlay in it")
        else:
            changed = apply(tree)
            print(f"{tree}: Linux {version(tree)}, {changed} files written")
    except OverlayError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
