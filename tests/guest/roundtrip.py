# SPDX-License-Identifier: GPL-2.0-only
"""Write back what each attribute shows, as a restore does."""
from __future__ import annotations

import os
from errno import errorcode

import lio

# What rtslib saves and restores, by the folder that holds it.
FOLDERS = ("attrib", "param", "auth", "default_tg_pt_gp")
# Shown, but not written by a restore: set by the hardware, the state or the
# fabric; the ALUA ones name a group's state in words.
EXCEPT = {"alua_access_status", "alua_access_type", "tg_pt_gp_id", "pi_prot_format",
          "alua_support", "pgr_support", "block_size"}


def refused(top: str) -> list[list[str]]:
    """Return [path, value, error] of each write below a folder that is refused."""
    rows = []
    for base, _, names in os.walk(lio.path(top)):
        if os.path.basename(base) not in FOLDERS:
            continue
        for name in sorted(names):
            path = os.path.join(base, name)
            if name in EXCEPT or os.stat(path).st_mode & 0o666 != 0o644:
                continue
            with open(path, encoding="utf-8") as file:
                value = file.read()
            if value.strip():
                try:
                    lio.write(path, value)
                except OSError as error:
                    rows.append([os.path.relpath(path, lio.ROOT), value,
                                 errorcode.get(error.errno or 0, "?")])
    return rows
