"""What became of a record in each run: remembered with what it says, for a while, and erased with the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records import outcomes
from salesforce_daktela.ledger.records.entries import PastOutcome
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, id_of


def past(run: int, outcome: Outcome = Outcome.PARKED, number: int = 1) -> PastOutcome:
    return PastOutcome(id=id_of(number), run_id=f"run-{run}", outcome=outcome.value, at=at(run))


def history(ledger: Ledger, number: int = 1, limit: int = 50) -> list[tuple[str, str]]:
    found = ledger.outcomes.read(SYNC, MAPPING, id_of(number), limit)
    return [(each.run_id, each.outcome) for each in found]


def test_the_latest_runs_come_first(ledger: Ledger) -> None:
    """At most as many as were asked for, and those of this record under this mapping alone."""
    ledger.outcomes.save(SYNC, MAPPING, [past(run) for run in range(1, 5)])
    ledger.outcomes.save(SYNC, MAPPING, [past(9, number=2)])
    ledger.outcomes.save(SYNC, "leads", [past(9)])
    assert history(ledger, limit=2) == [("run-4", "parked"), ("run-3", "parked")]


def test_the_records_of_one_run_are_counted_by_outcome(ledger: Ledger) -> None:
    """Those of this mapping alone, from a moment on."""
    for number, outcome in enumerate((Outcome.CREATED, Outcome.CREATED, Outcome.REMOVED), start=1):
        ledger.outcomes.save(SYNC, MAPPING, [past(5, outcome, number), past(6, outcome, number)])
    ledger.outcomes.save(SYNC, "leads", [past(5)])
    assert ledger.outcomes.count(SYNC, MAPPING, "run-5", at(5)) == {"created": 2, "removed": 1}
    assert ledger.outcomes.count(SYNC, MAPPING, "run-5", at(6)) == {}


def test_a_write_is_remembered_with_its_entry(ledger: Ledger) -> None:
    """In the same transaction, under the run that made it; what has not changed is no history."""
    same = replace(entry(2), outcome=Outcome.UNCHANGED.value)
    ledger.records.accept(SYNC, MAPPING, [entry(1), same], "run-1")
    ledger.records.accept(SYNC, MAPPING, [entry(3)])
    assert [history(ledger, number) for number in (1, 2, 3)] == [[("run-1", "created")], [], []]


def test_a_reject_is_remembered_with_its_reason(ledger: Ledger) -> None:
    """Also after it was closed; a repeated task replaces what it had said."""
    refused = RecordOutcome(
        id=id_of(1), outcome=Outcome.REJECTED, problems=(Problem(code="phone_invalid", field="customFields.number"),)
    )
    ledger.outcomes.save(SYNC, MAPPING, [past(1)])
    ledger.rejects.save(SYNC, MAPPING, "run-1", [refused], at(2))
    ledger.rejects.close(SYNC, MAPPING, [id_of(1)], at(3))
    assert ledger.outcomes.read(SYNC, MAPPING, id_of(1), 50) == [
        PastOutcome(
            id=id_of(1),
            run_id="run-1",
            outcome="rejected",
            at=at(2),
            code="phone_invalid",
            field="customFields.number",
        )
    ]


def test_old_outcomes_are_swept_piece_by_piece(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of one sync; the newer ones stay."""
    monkeypatch.setattr(outcomes, "AT_ONCE", 2)
    ledger.outcomes.save(SYNC, MAPPING, [past(run) for run in range(1, 10)])
    ledger.outcomes.save("other", MAPPING, [past(1)])
    assert ledger.outcomes.sweep(SYNC, at(8)) == 7
    assert history(ledger) == [("run-9", "parked"), ("run-8", "parked")]
    assert len(ledger.outcomes.read("other", MAPPING, id_of(1), 50)) == 1
    assert ledger.outcomes.sweep(SYNC, START) == 0


def test_forgetting_a_record_erases_its_history(ledger: Ledger) -> None:
    """Every run's; and so does a reset of the sync."""
    ledger.outcomes.save(SYNC, MAPPING, [past(1), past(2), past(1, number=2)])
    assert ledger.erasure.forget(SYNC, id_of(1)) == {(MAPPING, "outcomes"): 2}
    assert (history(ledger), history(ledger, 2)) == ([], [("run-1", "parked")])
    assert ledger.bindings.reset(SYNC) == {"outcomes": 1}


def test_one_record_is_read_without_going_through_the_others(tmp_path: Path) -> None:
    """By the key, and not along the ages of all as SQLite would: its page would grow slower with every run."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.upgrade()
    plans: list[str] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            plans.extend(str(row[-1]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())

    event.listen(ledger.db.engine, "before_cursor_execute", explain)
    ledger.outcomes.read(SYNC, MAPPING, id_of(1), 50)
    assert any("(sync=? AND mapping=? AND id=?)" in plan for plan in plans)
    ledger.close()
