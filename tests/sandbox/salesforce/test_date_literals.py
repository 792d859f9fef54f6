"""Date literals as spans of days."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.salesforce.soql.dates import literal_span, midnight
from sandbox.salesforce.soql.tree import DateLiteral

TODAY = date(2026, 5, 20)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("name", "count", "first", "end"),
    [
        ("YESTERDAY", None, "2026-05-19", "2026-05-20"),
        ("TOMORROW", None, "2026-05-21", "2026-05-22"),
        ("THIS_WEEK", None, "2026-05-18", "2026-05-25"),
        ("LAST_MONTH", None, "2026-04-01", "2026-05-01"),
        ("NEXT_QUARTER", None, "2026-07-01", "2026-10-01"),
        ("LAST_QUARTER", None, "2026-01-01", "2026-04-01"),
        ("LAST_YEAR", None, "2025-01-01", "2026-01-01"),
        ("LAST_90_DAYS", None, "2026-02-19", "2026-05-21"),
        ("LAST_N_DAYS", 3, "2026-05-17", "2026-05-21"),
        ("NEXT_N_DAYS", 2, "2026-05-21", "2026-05-23"),
        ("N_DAYS_AGO", 2, "2026-05-18", "2026-05-19"),
        ("LAST_N_MONTHS", 6, "2025-11-01", "2026-05-01"),
        ("LAST_N_YEARS", 2, "2024-01-01", "2026-01-01"),
    ],
)
def test_a_literal_is_a_span_of_days(name: str, count: int | None, first: str, end: str) -> None:
    """A literal is a half-open span of days."""
    assert literal_span(DateLiteral(name, count), TODAY) == (date.fromisoformat(first), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-03-29", "2026-03-28T23:00:00.000Z"), ("2026-03-30", "2026-03-29T22:00:00.000Z")]
)
def test_midnight_follows_the_clock_change(day: str, expected: str) -> None:
    """A day begins at midnight in Prague, in summer and in winter."""
    assert midnight(date.fromisoformat(day)) == expected
