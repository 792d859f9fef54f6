"""Rows that were met count as read once the run that met them has settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key

UNTIL = datetime(2026, 11, 29, 12, tzinfo=UTC)
SCOPE = ("crm", "contacts")


def test_nothing_is_read_before_the_run_has_settled(ledger: Ledger) -> None:
    assert ledger.rows_seen.read(*SCOPE) == frozenset()
    ledger.rows_seen.meet(*SCOPE, "run-1", ["a", "b"], UNTIL)
    assert ledger.rows_seen.read(*SCOPE) == frozenset()
    ledger.rows_seen.confirm(*SCOPE, "run-1", UNTIL)
    assert ledger.rows_seen.read(*SCOPE) == {"a", "b"}
    assert ledger.rows_seen.read("crm", "leads") == frozenset()


def test_another_run_confirms_nothing(ledger: Ledger) -> None:
    """It may have read before the rows were there."""
    ledger.rows_seen.meet(*SCOPE, "run-2", ["a"], UNTIL)
    ledger.rows_seen.confirm(*SCOPE, "run-1", UNTIL)
    assert ledger.rows_seen.read(*SCOPE) == frozenset()


def test_an_older_reading_of_the_same_run_confirms_nothing(ledger: Ledger) -> None:
    """Somebody has cleared its first task, and settle alone was carried out again."""
    ledger.rows_seen.meet(*SCOPE, "run-1", ["a"], UNTIL)
    ledger.rows_seen.confirm(*SCOPE, "run-1", UNTIL - timedelta(seconds=1))
    assert ledger.rows_seen.read(*SCOPE) == frozenset()


def test_a_sync_that_is_reset_has_seen_nothing(ledger: Ledger) -> None:
    for sync in ("crm", "crm2"):
        ledger.rows_seen.meet(sync, "contacts", "run-1", ["a"], UNTIL)
        ledger.rows_seen.confirm(sync, "contacts", "run-1", UNTIL)
        ledger.cache.keep(kept_key(Kind.CHECK, sync), b"", UNTIL)
    ledger.bindings.reset("crm")
    assert ledger.rows_seen.read(*SCOPE) == frozenset()
    assert ledger.cache.read(kept_key(Kind.CHECK, "crm")) is None
    assert ledger.rows_seen.read("crm2", "contacts") == {"a"}
    assert ledger.cache.read(kept_key(Kind.CHECK, "crm2")) is not None
