"""How long to wait before a request is repeated. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DEFAULT = 5.0
LONGEST = 120.0
"""Seconds."""


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for (a number or an HTTP date), None when it says nothing."""
    if header is None or not header.strip():
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def pause(attempt: int, asked: float | None) -> float:
    """Return the pause before the next try: what was asked, else doubling from one second; never beyond ``LONGEST``."""
    if asked is not None:
        return min(LONGEST, asked)
    return min(LONGEST, 2.0 ** (attempt - 1))
