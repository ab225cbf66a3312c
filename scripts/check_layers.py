#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prove the layering of drivers/target and the shape of its files.

  - who includes what (RULES below)
  - no circle of files that call each other's non-static functions; where a
    Makefile says "bottom to top", a file calls only those listed before it
  - the second word of a name that crosses files is the name of its file, except
    for the names of the interface in include/target
  - an SPDX line first, no file over 700 lines, no function over 100,
    no file that is called util, misc, common or helper

Functions over 80 lines, nested deeper than 3 or with more than 6 arguments are
listed, and fail nothing.

usage: check_layers.py [TOP]
"""
from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import csource

FILE_LINES, FUNCTION_LINES, FUNCTION_LISTED, NESTING, ARGUMENTS = 700, 100, 80, 3, 6
VAGUE = {"util", "utils", "misc", "common", "helper", "helpers"}
SPDX = "SPDX-License-Identifier: GPL-2.0-only"
LICENSED = (".c", ".h", ".py", ".sh", ".rst", ".config", "Makefile", "Kconfig", "Kbuild")


@dataclass(frozen=True)
class Layer:
    """What a folder of drivers/target may include, and how its names begin."""

    folders: tuple[str, ...]            # private headers of these folders
    public: tuple[str, ...]             # headers of include/target
    prefixes: tuple[str, ...] = ()
    not_headers: tuple[str, ...] = ()   # headers of those folders that are too high


FABRIC = ("target_core_base.h", "target_core_fabric.h", "target_core_fabric_ops.h",
          "target_core_listing.h", "target_core_refuse.h", "target_core_schema.h")
ANY = ("*",)
LAYERS = {
    "core": Layer(("core",), ANY, ("target",)),
    "emul": Layer(("core", "emul"), ANY, ("target",),
                  ("core/submit.h", "core/execute.h", "core/tmf.h")),
    "configfs": Layer(ANY, ANY, ("target",)),
    "backstore": Layer(("backstore",), ("target_core_backend.h",), ("tcmu", "fileio", "iblock")),
    "iscsi": Layer(("iscsi",), (*FABRIC, "iscsi/*"), ("iscsit",)),
    "loopback": Layer(("loopback",), FABRIC, ("tcm_loop", "loop")),
    "tcm_fc": Layer(("tcm_fc",), FABRIC, ("tcm_fc", "ft")),
}
# The only files of core/ above the emulation, and all of it that they see.
ABOVE_EMULATION = ("submit.c", "execute.c", "tmf.c", "main.c")
EMULATION = "emul/emul.h"


@dataclass
class Report:
    """Collects what is wrong and what is only worth a look."""

    problems: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    functions: int = 0
    files: int = 0


class Tree:
    """The sources below drivers/target, read once."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.target = top / "drivers/target"
        self.paths = sorted([*self.target.rglob("*.c"), *self.target.rglob("*.h"),
                             *(top / "include/target").rglob("*.h")])
        self.text = {path: path.read_text(encoding="utf-8") for path in self.paths}
        self.symbols = csource.symbols(self.paths)
        self.interface = {word for path in self.paths if not self.inside(path)
                          for word in re.findall(r"\w+", csource.blanked(self.text[path]))}

    def short(self, path: Path) -> str:
        """Name a file as a reader knows it."""
        return str(path.relative_to(self.top))

    def inside(self, path: Path) -> str:
        """Name a file relative to drivers/target, or nothing if it is elsewhere."""
        return str(path.relative_to(self.target)) if self.target in path.parents else ""

    def folder(self, path: Path) -> str:
        """Return the layer that a file belongs to."""
        return self.inside(path).split("/")[0]

    def is_test(self, path: Path) -> bool:
        """Tests may see everything and are called by nobody."""
        return "tests" in path.relative_to(self.top).parts

    def resolve(self, path: Path, name: str) -> Path | None:
        """Find the file that a quoted include means."""
        layer = self.target / self.folder(path)
        for folder in (path.parent, layer, self.target, self.top / "include"):
            found = (folder / name).resolve()
            if found in self.text:
                return found
        return None


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a name is one of these, or below one that ends in /*."""
    return any(pattern in ("*", name)
               or (pattern.endswith("/*") and name.startswith(pattern[:-1]))
               for pattern in patterns)


def own_layer(folder: str) -> Layer:
    """Return the rules of a folder; one that is not named above is a fabric."""
    return LAYERS.get(folder, Layer((folder,), FABRIC))


def include_problem(tree: Tree, path: Path, quote: str, name: str) -> str:
    """Return what is wrong with one include, or nothing."""
    folder, inside = tree.folder(path), tree.inside(path)
    layer = own_layer(folder) if inside else Layer((), ANY)
    if quote == "<" or name.startswith("target/"):
        public = name.removeprefix("target/")
        if name.startswith("target/") and not matches(public, layer.public):
            return f"{folder}/ may not include <{name}>"
        return ""
    found = tree.resolve(path, name)
    if not found or not tree.inside(found):
        return ""
    if not inside:
        return f"a public header may not include the private {name}"
    private, other = tree.inside(found), tree.folder(found)
    if folder == "core" and other == "emul":
        good = private == EMULATION and path.name in ABOVE_EMULATION
        return "" if good else f"only {' '.join(ABOVE_EMULATION)} may include {EMULATION}"
    if not matches(other, layer.folders):
        return f"{folder}/ may not include {private}"
    if private in layer.not_headers:
        return f"{folder}/ lies below {private}"
    return ""


def check_includes(tree: Tree, report: Report) -> None:
    """Hold every include against the rules of its folder."""
    for path in tree.paths:
        if tree.is_test(path):
            continue
        for line, quote, name in csource.includes(tree.text[path]):
            problem = include_problem(tree, path, quote, name)
            if problem:
                report.problems.append(f"{tree.short(path)}:{line}: {problem}")


def call_graph(tree: Tree) -> dict[Path, dict[Path, set[str]]]:
    """Return, for each .c file, the .c files that it calls and by which names."""
    defined: dict[str, list[Path]] = defaultdict(list)
    private: dict[Path, set[str]] = defaultdict(set)
    sources = [path for path in tree.paths if path.suffix == ".c" and not tree.is_test(path)]
    for symbol in tree.symbols:
        if symbol.kind != "function" or symbol.path not in sources:
            continue
        if symbol.static:
            private[symbol.path].add(symbol.name)
        else:
            defined[symbol.name].append(symbol.path)
    graph: dict[Path, dict[Path, set[str]]] = {path: defaultdict(set) for path in sources}
    for path in sources:
        for name in csource.calls(tree.text[path]) - private[path]:
            places = defined.get(name, [])
            if path in places or not places:
                continue
            near = [place for place in places if tree.folder(place) == tree.folder(path)]
            graph[path][(near or places)[0]].add(name)
    return graph


def components(graph: dict[Path, dict[Path, set[str]]]) -> Iterator[list[Path]]:
    """Yield the strongly connected components (Tarjan, without recursion)."""
    index: dict[Path, int] = {}
    low: dict[Path, int] = {}
    stack: list[Path] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, successors = work[-1]
            following = next(successors, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    place = stack.index(node)
                    yield stack[place:]
                    del stack[place:]
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                work.append((following, iter(graph[following])))
            elif following in stack:
                low[node] = min(low[node], index[following])


def check_cycles(tree: Tree, graph: dict[Path, dict[Path, set[str]]], report: Report) -> None:
    """Report every set of files that call each other in a circle."""
    for files in components(graph):
        if len(files) < 2:
            continue
        names = sorted(tree.inside(path) for path in files)
        report.problems.append("a circle of calls: " + " ".join(names))
        for path in sorted(files):
            for other, called in sorted(graph[path].items()):
                if other in files:
                    report.problems.append(f"  {tree.inside(path)} -> {tree.inside(other)}: "
                                           + " ".join(sorted(called)[:4]))


def object_order(makefile: Path) -> dict[Path, tuple[str, int]]:
    """Return each source's module and place in a makefile that is in order of layers."""
    text = makefile.read_text(encoding="utf-8")
    if "bottom to top" not in text:
        return {}
    order: dict[Path, tuple[str, int]] = {}
    joined = text.replace("\\\n", " ")
    for module, words in re.findall(r"^(\w+)-(?:y|objs)\s*[:+]?=(.*)$", joined, re.M):
        for word in words.split():
            path = (makefile.parent / word).with_suffix(".c")
            order[path] = (module, len(order))
    return order


def check_order(tree: Tree, graph: dict[Path, dict[Path, set[str]]], report: Report) -> None:
    """Report calls upwards in the order of the makefiles."""
    for makefile in sorted(tree.target.rglob("Makefile")):
        order = object_order(makefile)
        for path, called in graph.items():
            for other, names in called.items():
                if path not in order or other not in order:
                    continue
                here, there = order[path], order[other]
                if here[0] == there[0] and there[1] > here[1]:
                    report.problems.append(
                        f"{tree.inside(path)} calls upwards into {tree.inside(other)}: "
                        + " ".join(sorted(names)[:4]))


def name_problem(tree: Tree, symbol: csource.Symbol) -> str:
    """Return what is wrong with a public name, or nothing."""
    folder, stem = tree.folder(symbol.path), symbol.path.stem
    prefixes = own_layer(folder).prefixes
    # Two layers may have a file of the same name: then the folder comes first.
    prefixes += tuple(f"{prefix}_{folder}" for prefix in prefixes)
    fitting = [prefix for prefix in prefixes if symbol.name.startswith(prefix + "_")]
    if not prefixes:
        return ""
    if not fitting:
        return f"{symbol.name}: a public name here starts with {prefixes[0]}_"
    stems = (stem, stem.removesuffix("s"), stem + "s")
    if any(f"{symbol.name}_".startswith(f"{prefix}_{each}_")
           for prefix in fitting for each in stems):
        return ""
    return f"{symbol.name}: belongs to another file, or is {fitting[0]}_{stem}_..."


def is_private(tree: Tree, symbol: csource.Symbol) -> bool:
    """Tell a static symbol; ctags misses the word before an unnamed struct."""
    lines = tree.text[symbol.path].split("\n")
    if symbol.static or not lines[symbol.line - 1].startswith("}"):
        return symbol.static
    opening = next((line for line in reversed(lines[:symbol.line - 1])
                    if line[:1].isalpha()), "")
    return opening.startswith("static")


def check_names(tree: Tree, report: Report) -> None:
    """Hold the public names of .c files against their file's name."""
    for symbol in tree.symbols:
        path = symbol.path
        if path.suffix != ".c" or tree.is_test(path) or is_private(tree, symbol):
            continue
        if symbol.name in tree.interface:   # include/target fixes it
            continue
        problem = name_problem(tree, symbol)
        if problem:
            report.problems.append(f"{tree.short(path)}:{symbol.line}: {problem}")


def check_functions(tree: Tree, report: Report) -> None:
    """Look at the size of each function."""
    for symbol in tree.symbols:
        if symbol.kind != "function":
            continue
        report.functions += 1
        where = f"{tree.short(symbol.path)}:{symbol.line}: {symbol.name}"
        if symbol.length > FUNCTION_LINES:
            report.problems.append(f"{where}: {symbol.length} lines")
        elif symbol.length > FUNCTION_LISTED:
            report.listed.append(f"{where}: {symbol.length} lines")
        lines = tree.text[symbol.path].split("\n")[symbol.line - 1:symbol.end]
        nesting = csource.depth("\n".join(lines))
        if nesting > NESTING:
            report.listed.append(f"{where}: nested {nesting} deep")
        count = csource.arguments(symbol.signature) if symbol.signature else 0
        if count > ARGUMENTS and symbol.name not in tree.interface:
            report.listed.append(f"{where}: {count} arguments")


def check_python(path: Path, name: str, text: str, report: Report) -> None:
    """Look at the size of each Python function."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError as error:
        report.problems.append(f"{name}:{error.lineno}: {error.msg}")
        return
    for node in nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        report.functions += 1
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES:
            report.problems.append(f"{name}:{node.lineno}: {node.name}: {length} lines")
        elif length > FUNCTION_LISTED:
            report.listed.append(f"{name}:{node.lineno}: {node.name}: {length} lines")


def project_files(top: Path) -> list[str]:
    """List the project's files; without git, all that is not hidden or built."""
    done = subprocess.run(["git", "-C", str(top), "ls-files", "-co", "--exclude-standard"],
                          capture_output=True, text=True, check=False)
    if not done.returncode:
        return sorted(set(done.stdout.splitlines()))
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())


def check_file(top: Path, name: str, report: Report) -> None:
    """Look at one file's name, licence and length."""
    path = top / name
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = text.splitlines()
    script = text.startswith("#!")
    report.files += 1
    if text and (path.name.endswith(LICENSED) or script):
        first = lines[1:2] if script else lines[:1]
        if not any(SPDX in line for line in first):
            report.problems.append(f"{name}:1: no SPDX line: {SPDX}")
    if path.suffix in (".c", ".h", ".py") and len(lines) > FILE_LINES:
        report.problems.append(f"{name}: {len(lines)} lines")
    if VAGUE & set(re.split(r"[_-]", path.stem.lower())) and path.suffix in (".c", ".h", ".py"):
        report.problems.append(f"{name}: name a file after a noun or a stage")
    if path.suffix == ".py" or (script and "python" in lines[0]):
        check_python(path, name, text, report)


def check(top: Path) -> Report:
    """Run every check over a project."""
    report = Report()
    tree = Tree(top)
    for name in project_files(top):
        if (top / name).is_file():
            check_file(top, name, report)
    graph = call_graph(tree)
    check_includes(tree, report)
    check_cycles(tree, graph, report)
    check_order(tree, graph, report)
    check_names(tree, report)
    check_functions(tree, report)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("top", nargs="?", default=Path(__file__).parent.parent, type=Path,
                        metavar="TOP", help="a project (default: this one)")
    top = parser.parse_args().top.resolve()
    if not (top / "drivers/target").is_dir():
        print(f"{top}: no drivers/target in it", file=sys.stderr)
        return 2
    report = check(top)
    if report.listed:
        print("worth a look:")
        print("\n".join(f"  {line}" for line in report.listed))
    print("\n".join(report.problems), end="\n" if report.problems else "")
    print(f"layers: {report.files} files, {report.functions} functions, "
          f"{len(report.problems)} problems")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
