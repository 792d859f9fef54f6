"""Dates and pauses as servers and proxies write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salesforce_daktela.http_headers import LONGEST, http_date, retry_after_seconds

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("0", 0.0, id="no pause"),
        pytest.param("0.5", 0.5, id="part of a second"),
        pytest.param(" 12 ", 12.0, id="blanks"),
        pytest.param("Sun, 29 Mar 2026 01:30:20 GMT", 20.0, id="date"),
        pytest.param("Sun, 29 Mar 2026 03:30:20 +0200", 20.0, id="date with an offset"),
        pytest.param("Sun, 29 Mar 2026 01:30:20 -0000", 20.0, id="date without a zone"),
        pytest.param("Sun, 29 Mar 2026 01:00:00 GMT", 0.0, id="date in the past"),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@pytest.mark.parametrize(
    "header",
    [None, "", "soon", "-3", "1e3", "1_0", "٣", "inf", "nan", "Sun, 99 Mar 2026 01:30:20 GMT"],
)
def test_anything_else_asks_for_no_pause(header: str | None) -> None:
    """The caller then waits as long as it does without the header."""
    assert retry_after_seconds(header, NOW) is None


@pytest.mark.parametrize("header", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"], ids=["seconds", "date"])
def test_a_pause_without_end_is_cut(header: str) -> None:
    assert retry_after_seconds(header, NOW) == LONGEST


@pytest.mark.parametrize("header", [None, "", "yesterday", "29 Mar", "Fri, 31 Dec 9999 23:59:59 -0900"])
def test_a_header_that_is_not_a_date_gives_none(header: str | None) -> None:
    """So does a date that is out of range in UTC."""
    assert http_date(header) is None
