"""What a part costs does not grow with what waits, was rejected or is to be read again in other parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Waiting
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, at, id_of

MINE = [id_of(1), id_of(2), id_of(3)]
KINDS = ("parked", "rejects", "rereads")
BY_ID = ("id IN", "id = ANY", "INSERT")


@contextmanager
def statements(ledger: Ledger) -> Iterator[list[str]]:
    """What the database is asked meanwhile, on one line each."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(ledger.db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(ledger.db.engine, "before_cursor_execute", note)


def fill(ledger: Ledger, first: int, count: int) -> list[str]:
    """Children that wait, rejects and records to be read again, all of other parts."""
    ids = [id_of(number) for number in range(first, first + count)]
    ledger.parking.park(
        SYNC, MAPPING, [Waiting(id=id_, parent_mapping="accounts", parent_id=id_of(9)) for id_ in ids], START
    )
    problems = (Problem(code="phone_invalid"),)
    outcomes = [RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=problems) for id_ in ids]
    ledger.rejects.save(SYNC, MAPPING, "run-1", outcomes, START)
    ledger.rereads.ask(SYNC, MAPPING, ids, START)
    return ids


def settle(ledger: Ledger, ids: list[str]) -> None:
    """What the end of a part says of its records."""
    ledger.rejects.close(SYNC, MAPPING, ids, at(1))
    ledger.parking.unpark(SYNC, MAPPING, ids, at(1))
    ledger.rereads.forget(SYNC, MAPPING, ids, at(1))
    ledger.rejects.codes(SYNC, MAPPING, ids)


@pytest.mark.parametrize("others", [10, 2_000])
def test_a_part_asks_for_its_own_ids_alone(ledger: Ledger, others: int) -> None:
    """Every question names them, and there are no more questions when thousands of others wait."""
    fill(ledger, 100, others)
    with statements(ledger) as seen:
        settle(ledger, MINE)
    asked = [text for text in seen if any(f"sfd_{kind}" in text for kind in KINDS)]
    assert len(asked) == 4
    assert [text for text in asked if not any(mark in text for mark in BY_ID)] == []


def test_a_part_settles_its_own_and_leaves_the_others(ledger: Ledger) -> None:
    """Also where it has more Ids than one statement takes."""
    ids = fill(ledger, 1, 12_000)
    others = fill(ledger, 20_000, 3)
    settle(ledger, ids)
    assert [found.id for found in ledger.parking.read(SYNC, MAPPING)] == others
    assert [found.id for found in ledger.rejects.read(SYNC, MAPPING)] == others
    assert ledger.rereads.read(SYNC, MAPPING) == others


def test_codes_are_those_of_open_rejects(ledger: Ledger) -> None:
    """What was closed, or never rejected, has none."""
    fill(ledger, 1, 2)
    ledger.rejects.close(SYNC, MAPPING, [id_of(1)], at(1))
    assert ledger.rejects.codes(SYNC, MAPPING, MINE) == {id_of(2): "phone_invalid"}
