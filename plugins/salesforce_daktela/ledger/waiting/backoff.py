"""When a rejected record is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesforce_daktela.sync.outcome import NAME_REFUSED, Problem

FIRST = timedelta(minutes=15)
LONGEST = timedelta(days=1)
SELDOM = timedelta(days=30)
"""Where nothing that is sent can help, and each try may leave an object of another name in Daktela."""


def next_try(attempts: int, at: datetime, problem: Problem) -> datetime:
    """Return the moment of the next try: the pause doubles with each attempt, up to a day."""
    if (problem.code, problem.field) == (NAME_REFUSED.code, NAME_REFUSED.field):
        return at + SELDOM
    return at + min(LONGEST, FIRST * int(2 ** min(attempts - 1, 20)))
