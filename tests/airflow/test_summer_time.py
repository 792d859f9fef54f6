"""What the scheduler makes of a sync's schedule when clocks change, and on leap days."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.request import backfill_request
from tests.airflow.test_dags import SHIPPED
from tests.scenarios.scenario_runner import rewrite

pytestmark = pytest.mark.filterwarnings("ignore")

PRAGUE = "Europe/Prague"
CHANGES = pytest.mark.parametrize(
    "change",
    [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)],
    ids=["an hour skipped", "an hour doubled", "leap day"],
)
SCHEDULES = pytest.mark.parametrize(
    "schedule",
    [
        "*/15 * * * *", "7 * * * *", "0 2 * * *", "30 2 * * *", "0 3 * * *", "0 */2 * * *", "30 1-4 * * *",
        "*/7 2 * * *", "15,45 2 * * 0", "30 2 29 * *", "0 0 29 2 *", "0 0 * * *",
    ],
)  # fmt: skip
"""Fixed times and steps, many of them in the hour that is skipped or doubled."""


def intervals(folder: Path, schedule: str, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The data intervals that Airflow gives to the runs of the sync's DAG, from ``first`` to one past ``last``."""
    shutil.copytree(SHIPPED, folder)
    rewrite(folder / "sync.yaml", 'schedule: "*/15 * * * *"', f'schedule: "{schedule}"')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pendulum
        from airflow.timetables.base import TimeRestriction

        from salesforce_daktela.airflow.sync_dags.loading import build_dag
        from tests.airflow.releases import coerce_to_core_timetable

        spec = load_sync(folder)
        assert spec.timezone == PRAGUE
        timetable = coerce_to_core_timetable(build_dag(spec).timetable)
    wanted = TimeRestriction(earliest=pendulum.instance(first), latest=None, catchup=True)
    interval = None
    while interval is None or interval.end <= last:
        info = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=wanted)
        assert info is not None
        interval = info.data_interval
        assert interval is not None
        yield interval.start, interval.end


def plain(moment: datetime) -> datetime:
    """A moment of Airflow's as the standard library has it."""
    return datetime.fromtimestamp(moment.timestamp(), UTC)


@CHANGES
@SCHEDULES
def test_backfills_leave_no_instant_out(schedule: str, change: datetime, tmp_path: Path) -> None:
    """Each window begins where the one before it ends, or within the hour after a skipped hour, earlier."""
    found = intervals(tmp_path / "sync", schedule, change - timedelta(days=2), change + timedelta(days=2))
    windows = [backfill_request(*each, timezone=PRAGUE) for each in found]
    for before, after in pairwise(windows):
        assert before.since is not None
        assert before.until is not None
        assert after.since is not None
        assert before.since < before.until
        again = before.until - after.since
        assert timedelta() <= again <= timedelta(hours=1)
        assert not again or (change.month == 3 and after.since.date() == change.date())


@CHANGES
@SCHEDULES
def test_a_deferred_run_names_the_moment_at_which_the_next_one_starts(
    schedule: str, change: datetime, tmp_path: Path
) -> None:
    """The end of the data interval, whenever in it somebody asks."""
    from salesforce_daktela.airflow.next_run import next_run

    found = intervals(tmp_path / "sync", schedule, change - timedelta(days=1), change + timedelta(days=1))
    starts = [(plain(start), plain(end)) for start, end in found]
    spec = load_sync(tmp_path / "sync")
    for start, end in starts:
        for moment in (start, end - timedelta(seconds=1)):
            assert next_run(spec.schedule, spec.timezone, moment) == end


def test_a_backfill_in_utc_never_reaches_back() -> None:
    """Only a zone that skips an hour leaves a run without its time."""
    start = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert backfill_request(start, start + timedelta(minutes=15)).since == start
    assert backfill_request(start, start + timedelta(minutes=15), timezone=PRAGUE).since == start - timedelta(hours=1)


def test_a_backfill_run_takes_the_zone_of_its_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the tasks of such a run see it: its data interval, and an hour more where one was skipped."""
    from salesforce_daktela.airflow.task_run import TaskRun

    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(SHIPPED.parent))
    start = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    run = SimpleNamespace(
        run_type="backfill",
        data_interval_start=start,
        data_interval_end=start + timedelta(minutes=15),
        conf=None,
    )
    ti = SimpleNamespace(xcom_pull=lambda **_: None, dag_id="salesforce_to_daktela__default")
    context: Any = {"dag_run": run, "params": {}, "run_id": "backfill__1", "ti": ti}
    assert TaskRun.of("default", context, "").request.since == start - timedelta(hours=1)
