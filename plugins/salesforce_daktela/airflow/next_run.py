"""When a sync runs next. Airflow's own timetable computes it, so that the run starts at the time that is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable
from pendulum import instance, timezone

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.sync.request import Mode

UNBOUND = TimeRestriction(earliest=None, latest=None, catchup=True)
EPOCH = instance(datetime.fromtimestamp(0, UTC))
LOOK_BACK = timedelta(hours=2)
"""How long before now the count begins.

The timetable computes each run from the one before. A count that begins in an hour that a clock change skips or
repeats can give other times.
"""


def next_run(schedule: str | None, zone: str | None, now: datetime) -> datetime | None:
    """Return the start of the first run after ``now`` that a cron expression gives, in UTC; None without a schedule."""
    if schedule is None:
        return None
    timetable = CronDataIntervalTimetable(schedule, timezone(zone or "UTC"))
    interval = DataInterval(start=EPOCH, end=instance(now - LOOK_BACK))
    while (run := timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=UNBOUND)) is not None:
        if run.run_after > now:
            return datetime.fromtimestamp(run.run_after.timestamp(), UTC)
        interval = DataInterval(start=EPOCH, end=run.run_after)
    return None


def next_try(spec: SyncSpec, mode: Mode, now: datetime) -> str:
    """Say which run repeats the work of a run that wrote nothing, and when."""
    schedules = {Mode.INCREMENTAL: spec.schedule, Mode.RECONCILE: spec.reconcile}
    upcoming = next_run(schedules.get(mode), spec.timezone, now)
    if upcoming is None:
        return "start this run again when it can go on"
    return f"the next scheduled run tries again, at {upcoming.isoformat()}"
