"""What is forgotten when a sync's memory goes to other systems."""

from __future__ import annotations

from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.sync.binding import Ends

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
HERE = Ends(organization="00D000000000001AAA", instance="https://here.daktela.com", database="default")
OTHER = Ends(organization="00D000000000001AAA", instance="https://other.daktela.com", database="default")


def keep_all(ledger: Ledger) -> None:
    """Something of each kind, of the sync and of another one whose name begins like it."""
    for kind in Kind:
        for sync in ("crm", "crm2"):
            ledger.cache.keep(kept_key(kind, sync), b"", NOW)
            ledger.cache.keep(kept_key(kind, sync, "contacts"), b"", NOW)


def left(ledger: Ledger, sync: str) -> set[str]:
    keys = {kind: (kept_key(kind, sync), kept_key(kind, sync, "contacts")) for kind in Kind}
    found = {kind: [ledger.cache.read(key) is not None for key in both] for kind, both in keys.items()}
    assert all(len(set(there)) == 1 for there in found.values())
    return {kind.value for kind, there in found.items() if there[0]}


def test_what_was_learned_of_an_instance_is_forgotten_when_the_memory_is_given_to_another(ledger: Ledger) -> None:
    """How its PUT works, its forms, what was told of its rejects. A new kind has to be decided here."""
    bound = ledger.bindings.bind("crm", HERE, expected=None)
    keep_all(ledger)
    ledger.bindings.bind("crm", OTHER, expected=bound)
    assert left(ledger, "crm") == {"mapping", "session", "staging"}
    assert left(ledger, "crm2") == set(Kind)


def test_a_sync_that_is_reset_knows_nothing_of_the_two_systems(ledger: Ledger) -> None:
    keep_all(ledger)
    ledger.bindings.reset("crm")
    assert left(ledger, "crm") == {"mapping", "session", "staging"}
    assert left(ledger, "crm2") == set(Kind)
