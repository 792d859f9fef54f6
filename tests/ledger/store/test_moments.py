from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from salesforce_daktela.ledger.store.tables import Moment

DIALECT = sqlite.dialect()
PRAGUE = ZoneInfo("Europe/Prague")
MOMENTS = [
    datetime(1, 2, 3, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 12, 30, 15, 7, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-11))),
    datetime(2026, 10, 25, 2, 30, tzinfo=PRAGUE),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PRAGUE),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_sqlite_holds_the_text_that_sqlalchemy_would_make(moment: datetime) -> None:
    """Ledgers of earlier versions hold its texts, and texts are what is compared."""
    ours = Moment().dialect_impl(DIALECT).bind_processor(DIALECT)
    theirs = DateTime().dialect_impl(DIALECT).bind_processor(DIALECT)
    assert ours is not None
    assert theirs is not None
    assert ours(moment) == theirs(moment.astimezone(UTC).replace(tzinfo=None))
    assert ours(None) is None
