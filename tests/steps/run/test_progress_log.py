from __future__ import annotations

import logging

import pytest

from salesforce_daktela.steps.run.progress_log import ProgressLog
from tests.daktela.examples import Clock


def test_a_line_comes_every_few_seconds_and_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    """A hundred rows a second, told twice on the way and once when all is done."""
    clock = Clock()
    with caplog.at_level(logging.INFO):
        told = ProgressLog(what="contacts, part 3", total=1200, clock=clock)
        for _ in range(12):
            clock.seconds += 1.0
            told.advance(100)
    assert [record.getMessage() for record in caplog.records] == [
        "contacts, part 3: 500 of 1,200 rows, 100 a second, about 7 s left",
        "contacts, part 3: 1,000 of 1,200 rows, 100 a second, about 2 s left",
        "contacts, part 3: 1,200 of 1,200 rows, 100 a second, about 0 s left",
    ]


def test_rows_of_an_earlier_try_are_counted_and_not_timed(caplog: pytest.LogCaptureFixture) -> None:
    """It says how far the whole has come, and how fast this try is."""
    clock = Clock()
    with caplog.at_level(logging.INFO):
        told = ProgressLog(what="contacts", total=None, done=50_000, clock=clock)
        clock.seconds += 5.0
        told.advance(1_000)
    assert [record.getMessage() for record in caplog.records] == ["contacts: 51,000 rows, 200 a second"]
