"""What a lookup of many keys costs does not grow with the table, on PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim
from tests.ledger.examples import MAPPING, SYNC, entry, id_of

NUMBERS = range(1, 3_001)
IDS = [id_of(number) for number in NUMBERS]

ON_POSTGRESQL = pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.heavy)], indirect=True)


def fill(ledger: Ledger) -> None:
    """Some thousands of records, whose number PostgreSQL knows."""
    ledger.records.accept(SYNC, MAPPING, [entry(number) for number in NUMBERS])
    with ledger.db.write() as connection:
        connection.exec_driver_sql("ANALYZE sfd_records")


@contextmanager
def whole_readings(ledger: Ledger) -> Iterator[list[int]]:
    """How often each query has read the whole table."""
    seen: list[int] = []

    def before(_conn: object, cursor: Any, statement: str, *_: object) -> None:
        if _asks(statement):
            seen.append(-_readings(cursor))

    def after(_conn: object, cursor: Any, statement: str, *_: object) -> None:
        if _asks(statement):
            seen[-1] += _readings(cursor)

    event.listen(ledger.db.engine, "before_cursor_execute", before)
    event.listen(ledger.db.engine, "after_cursor_execute", after)
    try:
        yield seen
    finally:
        event.remove(ledger.db.engine, "before_cursor_execute", before)
        event.remove(ledger.db.engine, "after_cursor_execute", after)


def _asks(statement: str) -> bool:
    return "sfd_records" in statement and statement.lstrip().startswith("SELECT")


def _readings(cursor: Any) -> int:
    """PostgreSQL's count for this connection, which it may begin anew between two transactions."""
    with cursor.connection.cursor() as asking:
        asking.execute("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relid = 'sfd_records'::regclass")
        return sum(row[0] for row in asking)


@ON_POSTGRESQL
def test_thousands_of_keys_are_looked_up_in_the_index(ledger: Ledger) -> None:
    """A plan of a million records asks so for each of its parts: reading the table each time would be quadratic."""
    fill(ledger)
    known = ledger.records.read(SYNC, MAPPING, IDS)
    claims = [Claim(id=id_, name=entry.name, expected=entry) for id_, entry in known.items()]
    with whole_readings(ledger) as seen:
        assert len(ledger.records.live_digests(SYNC, MAPPING, IDS, apart_from="none")) == len(IDS)
        assert len(ledger.records.names(SYNC, MAPPING, IDS)) == len(IDS)
        assert len(ledger.records.by_name(SYNC, MAPPING, [entry.name for entry in known.values()])) == len(IDS)
        assert len(ledger.leases.take(SYNC, MAPPING, claims, "task", seconds=60)) == len(IDS)
    assert len(seen) >= 4
    assert set(seen) == {0}
