# SPDX-License-Identifier: GPL-2.0-only
"""What an import makes: a document, and what has no equivalent."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from targetconfig.document import FORMAT


@dataclass
class Imported:
    """A document in the making."""

    backstores: dict[str, Any] = field(default_factory=dict)
    fabrics: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def fabric(self, name: str) -> dict[str, Any]:
        """Return a fabric's part."""
        part: dict[str, Any] = self.fabrics.setdefault(name, {})
        return part

    def document(self) -> dict[str, Any]:
        """Return the document."""
        return {"format": FORMAT, "backstores": self.backstores, "fabrics": self.fabrics}
