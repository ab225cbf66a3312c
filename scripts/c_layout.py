# SPDX-License-Identifier: GPL-2.0-only
"""Lay out C statements as the kernel does, whatever length a name has.

A template is written with one name and filled in with another, so lines become
too long and what was below a parenthesis no longer is.  Every statement that
spans lines, or is too long for one, is filled again: broken behind a comma or
an operator, and continued below the innermost open parenthesis.
"""
from __future__ import annotations

import re

COLUMNS = 80
TAB = 8
# What is no statement: comments, the preprocessor, macros on several lines.
LEFT = re.compile(r"\s*(?:/\*|\*|//|#)|.*\\$")
LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')


def width(line: str) -> int:
    """Return how many columns a line takes."""
    return len(line.expandtabs(TAB))


def blank(line: str) -> str:
    """Hide literals, which have parentheses and blanks of their own."""
    return LITERAL.sub(lambda found: "x" * len(found.group()), line)


def balance(line: str) -> int:
    """Return how many parentheses a line leaves open."""
    hidden = blank(line)
    return hidden.count("(") - hidden.count(")")


def indent(columns: int) -> str:
    """Return tabs and blanks up to a column."""
    return "\t" * (columns // TAB) + " " * (columns % TAB)


def breaks(text: str) -> list[tuple[int, int]]:
    """Return where a line may end, and how deep: behind a comma or an operator."""
    hidden = blank(text)
    places = [found.end() for found in re.finditer(r",(?= )| (?:\|\||&&|\||\?|:)(?= )", hidden)]
    return [(place, balance(text[:place])) for place in places if balance(text[:place]) > 0]


def own_line(text: str) -> list[str] | None:
    """Put the type of a function on a line of its own."""
    found = re.match(r"((?:static |inline |const )*[\w ]+?(?: \*+| ))(\w+\(.*)", text)
    if not found or text.startswith(("\t", " ")) or "=" in blank(text):
        return None
    return [found.group(1).rstrip(), found.group(2)]


def fill(start: int, text: str) -> list[str]:
    """Break one statement, which begins at a column, into lines."""
    lines: list[str] = []
    column = start
    opened = ""         # the parentheses that earlier lines leave open
    while width(indent(column) + text) > COLUMNS:
        places = [(place - len(opened), depth) for place, depth in breaks(opened + text)]
        fitting = [(place, depth) for place, depth in places if place <= COLUMNS - column]
        if not places:
            break
        # The last one of the outermost; where none fits, the first.
        outer = min((depth for _, depth in fitting), default=0)
        place = max((place for place, depth in fitting if depth == outer), default=places[0][0])
        lines.append(indent(column) + text[:place])
        opened = "(" * balance(opened + text[:place])
        text = text[place:].lstrip()
        column = open_at(lines)
    return [*lines, indent(column) + text]


def open_at(lines: list[str]) -> int:
    """Return the column behind the innermost parenthesis that lines leave open."""
    stack = []
    for line in lines:
        for place, character in enumerate(blank(line.expandtabs(TAB))):
            if character == "(":
                stack.append(place + 1)
            elif character == ")" and stack:
                stack.pop()
    return stack[-1] if stack else TAB


def behind_equals(start: int, text: str) -> list[str]:
    """Begin a new line behind the first equals sign."""
    found = re.search(r" = (?!\{)", blank(text))
    if not found:
        return fill(start, text)
    return [indent(start) + text[:found.end() - 1],
            *fill(start + 2 * TAB, text[found.end():])]


def statement(lines: list[str]) -> list[str]:
    """Lay out the lines of one statement: the first way that fits, or the best."""
    start = width(lines[0]) - len(lines[0].expandtabs(TAB).lstrip())
    text = re.sub(r"\( ", "(", " ".join(line.strip() for line in lines))
    ways = [fill(start, text), behind_equals(start, text)]
    parts = own_line(indent(start) + text)
    if parts:
        ways.append([parts[0], *fill(0, parts[1])])
    return min(ways, key=lambda way: max(COLUMNS, *map(width, way)))


def layout(text: str) -> str:
    """Lay out every statement of a C source that needs it."""
    result: list[str] = []
    pending: list[str] = []
    level = 0
    in_comment = False
    for line in text.split("\n"):
        if not pending and (in_comment or LEFT.match(line)):
            in_comment = (in_comment or "/*" in line) and "*/" not in line
            result.append(line)
            continue
        pending.append(line)
        level += balance(line)
        if level > 0:
            continue
        again = len(pending) > 1 or width(line) > COLUMNS
        result += statement(pending) if again else pending
        pending, level = [], 0
    return "\n".join(result + pending)
