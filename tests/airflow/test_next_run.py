"""What a run that wrote nothing says of the run that will repeat its work."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.request import Mode
from tests.airflow.test_dags import SHIPPED

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "timezone", "told"),
    [
        ("0 18 * * *", "Europe/Prague", "the next scheduled run tries again, at 2026-01-05T17:00:00+00:00"),
        ("*/15 * * * *", None, "the next scheduled run tries again, at 2026-01-05T12:15:00+00:00"),
        (None, "Europe/Prague", "start this run again when it can go on"),
    ],
)
def test_the_next_run_follows_the_schedule_in_its_own_zone(
    schedule: str | None, timezone: str | None, told: str
) -> None:
    """Six in the evening in Prague is five in UTC in winter; without a schedule somebody has to start the run."""
    from salesforce_daktela.airflow.next_run import next_try

    spec = replace(load_sync(SHIPPED), schedule=schedule, timezone=timezone)
    assert next_try(spec, Mode.INCREMENTAL, NOON) == told


def test_a_run_that_somebody_started_is_not_repeated_by_the_schedule() -> None:
    """Its request is its own."""
    from salesforce_daktela.airflow.next_run import next_try

    assert next_try(load_sync(SHIPPED), Mode.FULL, NOON) == "start this run again when it can go on"


@pytest.mark.parametrize(("mode", "told"), [(Mode.RECONCILE, "2026-01-06T03:00:00+00:00"), (Mode.REPAIR, "start this")])
def test_a_comparison_follows_its_own_schedule_and_a_repair_none(mode: Mode, told: str) -> None:
    """A repair is somebody's wish."""
    from salesforce_daktela.airflow.next_run import next_try

    spec = replace(load_sync(SHIPPED), reconcile="0 4 * * *", timezone="Europe/Prague")
    assert told in next_try(spec, mode, NOON)
