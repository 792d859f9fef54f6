"""When a sync runs next."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from croniter import croniter


def next_run(schedule: str | None, timezone: str | None, now: datetime) -> datetime | None:
    """Return the next moment of a cron expression after ``now``, in UTC; None without a schedule."""
    if schedule is None:
        return None
    moment: datetime = croniter(schedule, now.astimezone(ZoneInfo(timezone or "UTC"))).get_next(datetime)
    return moment.astimezone(UTC)
