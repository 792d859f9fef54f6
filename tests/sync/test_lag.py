"""How far behind a mapping is, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.sync.lag import Standing, lag_of

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lag", "age"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=12, seconds=30), "12 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(days=2, hours=1, minutes=59), "2 d 1 h"),
        (timedelta(days=40, minutes=59), "40 d"),
        (None, ""),
    ],
)
def test_age(lag: timedelta | None, age: str) -> None:
    """The two largest units."""
    assert Standing(lag=lag).age() == age


def test_a_watermark_ahead_of_this_clock_is_not_behind() -> None:
    """Salesforce's clock decides about windows; this one only shows."""
    assert lag_of(NOW + timedelta(minutes=1), NOW) == timedelta()
    assert lag_of(None, NOW) is None


def test_calls() -> None:
    """With their allowance, or nothing."""
    assert Standing(calls_left=99_950, calls_allowed=100_000).calls() == "99,950 of 100,000"
    assert Standing().calls() == ""
    assert Standing(calls_left=0, calls_allowed=5_000).to_dict() == {
        "lag_seconds": None,
        "calls_left": 0,
        "calls_allowed": 5_000,
    }
