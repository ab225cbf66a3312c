#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Print the opcode table as a document, or check that the document has it.

usage: opcode_table.py [--check | --write]

The rows are read from drivers/target/emul/opdef_*.c by way of the C
preprocessor, so that the document says what the module does.
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import kernel_source

TOP = Path(__file__).resolve().parent.parent
EMULATION = TOP / "drivers/target/emul"
TABLES = [EMULATION / "opdef_primary.c", EMULATION / "opdef_copy.c",
          EMULATION / "opdef_block.c"]
SHARED = EMULATION / "opdef_rows.h"
DOCUMENT = TOP / "Documentation/target/opcodes.rst"
INTRO = """\
.. SPDX-License-Identifier: GPL-2.0-only
.. Written by scripts/opcode_table.py from drivers/target/emul/opdef_*.c

========
Commands
========

Every command that a disk has, as the opcode table has it. REPORT SUPPORTED
OPERATION CODES prints the same rows. *Usage* is the CDB usage data of SPC-5
6.35.3: a one for each bit that is looked at; all others are refused with a
field pointer. NACA, 04h of CONTROL, is one for every command. Bits of options
that a logical unit does not have (protection information, FUA, UNMAP) drop out
where they are switched off, and so do whole commands: those with an attribute in
*If*.

*Reservation* says what a persistent reservation of another nexus lets through:
``allow`` everything, ``read`` where reading is allowed, ``write`` where
writing is; ``start`` is ``write`` unless the unit is started; ``reserve`` is
let through by persistent reservations, but not by the RESERVE of another.

"""
ABSENT = """
Not there
=========

Commands of SPC-5 and SBC-4 that a disk may have and this one has not:

.. list-table::
   :header-rows: 1

   * - Name
     - Why
   * - PREVENT ALLOW MEDIUM REMOVAL, READ MEDIA SERIAL NUMBER
     - the medium cannot be removed: RMB is 0
   * - FORMAT WITH PRESET
     - FORMAT UNIT keeps the format that there is; no VPD page B8h
   * - SANITIZE: CRYPTOGRAPHIC ERASE
     - no medium is encrypted here, so there is no key to throw away
   * - WRITE SCATTERED(16), (32)
     - no medium writes several ranges at once; VPD page B7h says 0
   * - WRITE LONG(10), (16)
     - no medium has a block that it could make unreadable
   * - READ LONG, XDWRITEREAD, SEEK, REZERO UNIT
     - obsolete
   * - BACKGROUND CONTROL
     - nothing runs in the background: BOCS of VPD page B1h is 0
   * - GET PHYSICAL ELEMENT STATUS, REMOVE ELEMENT AND TRUNCATE, RESTORE ELEMENTS
     - the medium is one element
   * - REPORT PROVISIONING INITIALIZATION PATTERN
     - LBPRZ of VPD page B2h is never 010b
   * - CHANGE ALIASES, REPORT ALIASES
     - SPC-5 asks for them of no device; copies name logical units by designators
   * - SET PRIORITY, REPORT PRIORITY
     - all commands of a task set have one priority
   * - READ ATTRIBUTE, WRITE ATTRIBUTE
     - there is no medium auxiliary memory
   * - SECURITY PROTOCOL IN, SECURITY PROTOCOL OUT
     - there is no security protocol
   * - MANAGEMENT PROTOCOL IN, MANAGEMENT PROTOCOL OUT
     - a target is managed on its own machine
   * - REPORT ZONES and the other commands of ZBC
     - the medium has no zones; iblock refuses devices that have
"""
RESERVATIONS = {"TARGET_RESV_ALLOW": "allow", "TARGET_RESV_READ": "read",
                "TARGET_RESV_WRITE": "write", "TARGET_RESV_START": "start",
                "TARGET_RESV_SPC2": "reserve"}
DIRECTIONS = {"DMA_NONE": "", "DMA_TO_DEVICE": "out", "DMA_FROM_DEVICE": "in"}


def constants() -> str:
    """Return what the table needs of the kernel's headers."""
    kdir = kernel_source.headers()
    # Debian keeps the headers of all flavours in a folder of their own.
    folders = [kdir, kdir / "source", Path(str(kdir).rsplit("-", 1)[0] + "-common")]
    header = next(path for path in (folder / "include/scsi/scsi_proto.h" for folder in folders)
                  if path.exists())
    text = header.read_text(encoding="utf-8")
    found = re.findall(r"^#define\s+(\w+)\s+(0x[0-9a-f]+)\b", text, re.M)
    return "".join(f"#define {name} {value}\n" for name, value in found) + \
        "#define BIT(n) (1 << (n))\n"


def preprocess(table: Path) -> str:
    """Return a table with its macros expanded."""
    body = "".join(path.read_text(encoding="utf-8") for path in (SHARED, table))
    body = re.sub(r"^#include.*$", "", body, flags=re.M)
    done = subprocess.run(["cpp", "-P", "-undef", "-"], input=constants() + body, text=True,
                          stdout=subprocess.PIPE, check=True)
    text = done.stdout
    start = text.index("target_opdef table[] = {") + len("target_opdef table[] = {")
    return text[start:text.index("};", start)]


def split_rows(text: str) -> list[str]:
    """Return the text between the outermost braces, one a row."""
    rows, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char == "{":
            depth += 1
            start = place + 1 if depth == 1 else start
        elif char == "}":
            depth -= 1
            if not depth:
                rows.append(text[start:place])
    return rows


def usage(text: str, length: int) -> str:
    """Return CDB usage data in hexadecimal."""
    found, place = [0] * length, 0
    for item in filter(None, (item.strip() for item in text.split(","))):
        match = re.fullmatch(r"(?:\[(\d+)\] = )?(.+)", item)
        assert match, item
        place = int(match[1]) if match[1] else place
        first, *rest = match[2].split(" - ")
        found[place] = int(first, 0) - sum(int(part, 0) for part in rest)
        place += 1
    return " ".join(f"{byte:02x}" for byte in found)


def fields(row: str) -> dict[str, str]:
    """Return the columns of a row."""
    flat = re.sub(r"\s+", " ", row)
    found = {"usage": re.search(r"\.usage = \{(.*?)\}", flat)[1]}  # type: ignore[index]
    flat = re.sub(r"\{.*?\}", "", flat)
    for name, value in re.findall(r'\.(\w+) = ("[^"]*"|[^,]*)', flat):
        found.setdefault(name, value.strip().strip('"'))
    return found


def line(row: dict[str, str]) -> list[str]:
    """Return the cells of a row of the document."""
    action = f"/{int(row['sa'], 0):02x}" if "TARGET_OP_SA" in row.get("flags", "") else ""
    condition = row.get("enabled", "").replace("has_", "")
    return [f"{int(row['op'], 0):02x}{action}", row["name"], DIRECTIONS[row["dir"]],
            RESERVATIONS[row["resv"]], condition, usage(row["usage"], int(row["cdb_len"]))]


def document() -> str:
    """Return the whole document."""
    cells = [["Code", "Name", "Data", "Reservation", "If", "Usage"]]
    cells += sorted(line(fields(row)) for table in TABLES for row in split_rows(preprocess(table)))
    text = INTRO + ".. list-table::\n   :header-rows: 1\n\n"
    for row in cells:
        for number, cell in enumerate(row):
            mark = "* -" if not number else "  -"
            shown = f"``{cell}``" if cell and number in (0, 5) and row is not cells[0] else cell
            text += f"   {mark} {shown}".rstrip() + "\n"
    return text + ABSENT


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="fail if the document differs")
    parser.add_argument("--write", action="store_true", help="write the document")
    options = parser.parse_args()
    text = document()
    if options.write:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif not options.check:
        print(text, end="")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
        print(f"{DOCUMENT.relative_to(TOP)} is not what the table says: "
              "scripts/opcode_table.py --write")
        return 1
    rows = text.count("* - ``")
    if options.check or options.write:
        print(f"opcodes: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
