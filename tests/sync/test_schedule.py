"""When a deferred run is tried again."""

from datetime import UTC, datetime

from salesforce_daktela.sync.schedule import next_run


def test_the_next_run_follows_the_schedule_in_its_own_zone() -> None:
    """Six in the evening in Prague is five in UTC in winter."""
    now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    assert next_run("0 18 * * *", "Europe/Prague", now) == datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
    assert next_run("*/15 * * * *", None, now) == datetime(2026, 1, 5, 12, 15, tzinfo=UTC)


def test_without_a_schedule_there_is_no_next_run() -> None:
    """Somebody has to start it."""
    assert next_run(None, "Europe/Prague", datetime(2026, 1, 5, tzinfo=UTC)) is None
