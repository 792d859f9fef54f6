"""Dates and pauses in the headers of an HTTP reply. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
LONGEST = 1e9
"""Seconds, some thirty years: a longer pause is read as this one, which every ``timedelta`` can hold."""


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, as a number or as a date; None for anything else.

    A date in the past asks for 0 seconds. ``now`` is best the server's own clock: where two clocks disagree by an hour,
    that hour would be waited.
    """
    text = (header or "").strip()
    if SECONDS.fullmatch(text):
        return min(LONGEST, float(text))
    moment = http_date(text)
    return None if moment is None else min(LONGEST, max(0.0, (moment - now).total_seconds()))


def http_date(header: str | None) -> datetime | None:
    """Return the date of an HTTP header, aware and in UTC; None when it is absent or not a date."""
    try:
        moment = parsedate_to_datetime(header or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
