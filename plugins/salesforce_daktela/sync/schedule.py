"""When a sync runs next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

SKIPPED_WITHIN = timedelta(hours=1)
"""How much a change to summer time skips, at most."""


def next_run(schedule: str | None, timezone: str | None, now: datetime) -> datetime | None:
    """Return the next moment of a cron expression after ``now``, in UTC; None without a schedule.

    As Airflow's ``CronDataIntervalTimetable`` counts: by the clock on the wall, a skipped hour being the one after it
    and a doubled one its second; a schedule of every hour goes on through both.
    """
    if schedule is None:
        return None
    zone = ZoneInfo(timezone or "UTC")
    wall = now.astimezone(zone).replace(tzinfo=None)
    cron = croniter(schedule, wall)
    found: datetime = cron.get_next(datetime)
    if cron.expanded[1] == ["*"]:
        return now.astimezone(UTC) + (found - wall)
    return found.replace(tzinfo=zone, fold=_second_half(found, zone)).astimezone(UTC)


def skipped_before(moment: datetime, timezone: str | None) -> timedelta:
    """Return how much time the zone's clock has skipped in the hour before ``moment``, in UTC; zero nearly always."""
    zone = ZoneInfo(timezone or "UTC")
    before, after = (at.astimezone(zone).utcoffset() for at in (moment - SKIPPED_WITHIN, moment))
    return max((after or timedelta()) - (before or timedelta()), timedelta())


def _second_half(wall: datetime, zone: ZoneInfo) -> int:
    """Return the fold of a time on the wall: 1 when it comes twice, 0 when it never comes or comes once."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return int(first > second)
