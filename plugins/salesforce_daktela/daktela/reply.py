"""The envelope around every answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.error_parser import parse_errors
from salesforce_daktela.daktela.errors import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing; ``total`` is None when Daktela did not say."""

    rows: list[dict[str, Any]]
    total: int | None


def errors_of(body: object) -> tuple[FieldError, ...]:
    """Complaints in the body, also of a reply whose status claims success."""
    return parse_errors(body)


def read_page(body: object) -> Page | None:
    """Return the rows of a listing, None when the body is no listing: that is not the same as no rows."""
    result = body.get("result") if isinstance(body, Mapping) else None
    if not isinstance(result, Mapping) or "data" not in result:
        return None
    data = result["data"]
    rows = list(data.values()) if isinstance(data, Mapping) else data
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return None
    return Page(rows=[dict(row) for row in rows], total=_number(result.get("total")))


def read_record(body: object) -> dict[str, Any] | None:
    """Return the record of a single reply, None when there is none: then nothing is known."""
    result = body.get("result") if isinstance(body, Mapping) else None
    if not isinstance(result, Mapping):
        return None
    inner = result.get("data")
    if "name" not in result and isinstance(inner, Mapping):
        return dict(inner)
    return dict(result)


def timezone_of(body: object) -> str | None:
    """The server's IANA zone, where the envelope names it."""
    zone = body.get("_timezone") if isinstance(body, Mapping) else None
    return zone if isinstance(zone, str) and zone else None


def _number(value: object) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(str(value))
    except ValueError:
        return None
