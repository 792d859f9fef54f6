"""The allowances that Salesforce tells. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Calls of the last 24 hours and their allowance."""

    used: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One allowance of the org."""

    max: int
    remaining: int


def parse_usage(header: str | None) -> Usage | None:
    """Return the org's figure of ``api-usage=18/5000; per-app-api-usage=...``, None when it is not there."""
    found = re.search(r"(?:^|[;,\s])api-usage=([0-9]{1,15})/([0-9]{1,15})(?![0-9])", header or "")
    return None if found is None else Usage(used=int(found.group(1)), max=int(found.group(2)))


def parse_limits(body: object) -> dict[str, Limit]:
    """Return the reply of ``/limits`` by limit name; nested per-app figures are left out."""
    found = body if isinstance(body, Mapping) else {}
    return {
        str(name): Limit(max=limit["Max"], remaining=limit["Remaining"])
        for name, limit in found.items()
        if isinstance(limit, Mapping) and all(type(limit.get(key)) is int for key in ("Max", "Remaining"))
    }
