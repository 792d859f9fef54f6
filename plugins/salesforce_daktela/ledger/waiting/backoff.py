"""When a rejected record is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(minutes=15)
LONGEST = timedelta(days=1)


def next_try(attempts: int, at: datetime) -> datetime:
    """Return the moment of the next try: the pause doubles with each attempt, up to a day."""
    return at + min(LONGEST, FIRST * int(2 ** min(attempts - 1, 20)))
