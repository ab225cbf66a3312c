# SPDX-License-Identifier: GPL-2.0-only
"""The document has a row for each unit attention, and for no other."""
from __future__ import annotations

import re

from unit.project import TOP

TITLE = "\nUnit attentions\n==="


def test_each_is_documented() -> None:
    header = (TOP / "drivers/target/emul/ua.h").read_text(encoding="utf-8")
    there = re.findall(r"^#define TARGET_UA_\w+\s+0x([0-9a-f]{2})([0-9a-f]{2})$", header, re.M)
    text = (TOP / "Documentation/target/pages.rst").read_text(encoding="utf-8")
    rows = re.findall(r"^   \* - ``([0-9a-f]{2})/([0-9a-f]{2})``$", text.split(TITLE)[1], re.M)
    assert len(there) > 20
    assert rows == sorted(there)
