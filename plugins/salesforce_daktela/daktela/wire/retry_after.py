"""How long Daktela asks us to wait. Pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DEFAULT = 5.0
LONGEST = 120.0
"""Seconds: the wait after a 429 that names none, and the longest that is waited whatever was asked."""


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for (a number or an HTTP date), None when it says nothing.

    ``now`` is best the server's own: of two clocks that disagree by an hour the difference would be waited.
    """
    if header is None or not header.strip():
        return None
    try:
        seconds = float(header)
    except ValueError:
        moment = moment_of(header)
        return None if moment is None else max(0.0, (moment - now).total_seconds())
    return max(0.0, seconds) if math.isfinite(seconds) else None


def moment_of(date: str | None) -> datetime | None:
    """Return what an HTTP date says, aware; None when it is absent or says nothing."""
    try:
        moment = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.utcoffset() is None else moment
