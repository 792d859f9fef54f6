"""A window that Salesforce cannot serve in time is read in halves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from salesforce_daktela.salesforce.query.rest import QueryTimeoutError
from salesforce_daktela.steps.extract.halving import read_window
from salesforce_daktela.sync.window import EARLIEST, Window

END = datetime(2026, 3, 1, tzinfo=UTC)


class Org:
    """Serves windows up to a length; one page tells which window it is of."""

    def __init__(self, longest: timedelta) -> None:
        self.longest = longest
        self.served: list[Window] = []

    def read(self, window: Window) -> Iterator[pa.Table]:
        if window.until - (window.since or EARLIEST) > self.longest:
            raise QueryTimeoutError("too long", code="QUERY_TIMEOUT", status=400, where="query")
        self.served.append(window)
        yield pa.table({"Id": [str(len(self.served))]})


@pytest.mark.parametrize("since", [None, END - timedelta(days=900)], ids=["from the beginning", "from a watermark"])
def test_halves_cover_the_window_without_a_gap(since: datetime | None) -> None:
    """Each half begins where the one before ends; the first as the whole does: imports set old stamps."""
    org = Org(timedelta(days=100))
    pages = list(read_window(Window(since=since, until=END), org.read))
    assert len(pages) == len(org.served) > 8
    assert org.served[0].since == since
    assert org.served[-1].until == END
    assert all(after.since == before.until for before, after in zip(org.served, org.served[1:], strict=False))


def test_a_window_of_a_minute_is_not_halved() -> None:
    """Then the query is too slow for another reason, and the run says so."""
    with pytest.raises(QueryTimeoutError):
        list(read_window(Window(since=END - timedelta(minutes=1), until=END), Org(timedelta(0)).read))


def test_a_window_that_passes_is_read_once() -> None:
    """Nothing is halved without need."""
    org = Org(timedelta(days=100))
    assert len(list(read_window(Window(since=END - timedelta(days=99), until=END), org.read))) == 1
