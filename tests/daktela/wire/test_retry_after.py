from __future__ import annotations

import pytest

from salesforce_daktela.daktela.wire.retry_after import retry_after
from tests.daktela.examples import NOW


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("0.5", 0.5, id="part of a second"),
        pytest.param(" 12 ", 12.0, id="blanks"),
        pytest.param("-3", 0.0, id="below zero"),
        pytest.param("Sun, 29 Mar 2026 01:30:20 GMT", 20.0, id="date"),
        pytest.param("Sun, 29 Mar 2026 03:30:20 +0200", 20.0, id="date with an offset"),
        pytest.param("Sun, 29 Mar 2026 01:30:20 -0000", 20.0, id="date without a zone"),
        pytest.param("Sun, 29 Mar 2026 01:00:00 GMT", 0.0, id="date in the past"),
        pytest.param(None, None, id="absent"),
        pytest.param("", None, id="empty"),
        pytest.param("soon", None, id="a word"),
        pytest.param("inf", None, id="for ever"),
        pytest.param("nan", None, id="no number"),
        pytest.param("Sun, 99 Mar 2026 01:30:20 GMT", None, id="no such day"),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str | None, seconds: float | None) -> None:
    """Anything else asks for nothing, above all not for waiting for ever."""
    assert retry_after(header, NOW) == seconds
