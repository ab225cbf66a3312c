# SPDX-License-Identifier: GPL-2.0-only
"""What initiators know a disk by: SCST's words for it, and the kernel's files."""
from __future__ import annotations

import re

from targetconfig.problem import Problem

FILES = {"usn": "vpd_unit_serial", "t10_vend_id": "vendor_id", "prod_id": "product_id",
         "prod_rev_lvl": "revision", "t10_dev_id": "t10_dev_id", "naa_id": "naa_id",
         "eui64_id": "eui64_id"}
NUMBERS = {"naa_id": "[235][0-9a-f]{15}|6[0-9a-f]{31}|none",
           "eui64_id": "[0-9a-f]{16}|[0-9a-f]{24}|[0-9a-f]{32}"}


def value(word: str, text: str) -> str:
    """Return what the kernel shows for an identifier."""
    if word not in NUMBERS:
        return text
    digits = text.lower().removeprefix("0x")
    if not re.fullmatch(NUMBERS[word], digits):
        raise Problem(f"{word} {text}: SPC-5 has no such identifier")
    return digits
