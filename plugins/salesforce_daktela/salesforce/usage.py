"""The daily calls that Salesforce counts in a header of its replies. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Calls of the last 24 hours and their allowance."""

    used: int
    max: int


def parse_usage(header: str | None) -> Usage | None:
    """Return the org's figure of ``api-usage=18/5000; per-app-api-usage=...``, None when it is not there."""
    found = re.search(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)", header or "")
    return None if found is None else Usage(used=int(found.group(1)), max=int(found.group(2)))
