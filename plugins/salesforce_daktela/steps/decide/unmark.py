"""Bring a marked record back: what marked it is cleared, unless the mapping fills it anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CUSTOM = "customFields"


def revived(body: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``body`` with every field of ``marks`` that it does not hold set to empty."""
    result = {**dict.fromkeys(field for field in marks if field != CUSTOM), **body}
    if CUSTOM in marks:
        result[CUSTOM] = {**{name: [] for name in marks[CUSTOM]}, **body.get(CUSTOM, {})}
    return result
