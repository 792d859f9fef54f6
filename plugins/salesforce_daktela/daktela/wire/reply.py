"""Reads the envelope of every reply. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing; ``total`` is None if Daktela does not give it."""

    rows: list[dict[str, Any]] = field(repr=False)
    total: int | None


def read_page(body: object) -> Page | None:
    """Return the page of a listing, None when the body is not a listing; a page without rows is not None."""
    result = body.get("result") if isinstance(body, Mapping) else None
    if not isinstance(result, Mapping) or "data" not in result:
        return None
    data = result["data"]
    rows = list(data.values()) if isinstance(data, Mapping) else data
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return None
    return Page(rows=[dict(row) for row in rows], total=_number(result.get("total")))


def read_record(body: object) -> dict[str, Any] | None:
    """Return the record of a reply about one record, None when there is none.

    It is in ``result``, in some replies in ``result.data``; a record itself may have a field ``data``.
    """
    result = body.get("result") if isinstance(body, Mapping) else None
    if not isinstance(result, Mapping) or not result:
        return None
    inner = result.get("data")
    if "name" not in result and isinstance(inner, Mapping):
        return dict(inner)
    return dict(result)


def reference_name(value: object) -> str | None:
    """Return a reference's name, None without one. Daktela gives an object with a name, or the name alone."""
    if isinstance(value, Mapping):
        value = value.get("name")
    return value if isinstance(value, str) else None


def is_set(flag: object) -> bool:
    """Whether a flag is on, as a boolean, a number or a text."""
    return str(flag).casefold() in ("1", "true")


def timezone_of(body: object) -> str | None:
    """Return the server's IANA zone if the envelope names an existing one."""
    zone = body.get("_timezone") if isinstance(body, Mapping) else None
    if not isinstance(zone, str) or not zone:
        return None
    try:
        return ZoneInfo(zone).key
    except (ValueError, LookupError, OSError):
        return None


def _number(value: object) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(str(value))
    except ValueError:
        return None
