"""Drafts of people, kept in the ledger."""

from __future__ import annotations

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.setup.drafts import StaleDraftError


def test_a_draft_belongs_to_one_person_and_one_sync(ledger: Ledger) -> None:
    """Nobody sees another's."""
    drafts = ledger.drafts
    assert drafts.keep("anna", "sales", "a", seen=0) == 1
    assert drafts.keep("anna", "sales", "b", seen=1) == 2
    assert drafts.keep("anna", "service", "c", seen=0) == 1
    kept = drafts.read("anna", "sales")
    assert kept is not None
    assert (kept.document, kept.version) == ("b", 2)
    assert drafts.read("ben", "sales") is None
    assert drafts.syncs("anna") == ["sales", "service"]
    assert drafts.syncs("ben") == []


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_two_windows_do_not_overwrite_each_other(ledger: Ledger, seen: int) -> None:
    """Whoever did not see the newest version loads the page again."""
    ledger.drafts.keep("anna", "sales", "a", seen=0)
    ledger.drafts.keep("anna", "sales", "b", seen=1)
    with pytest.raises(StaleDraftError):
        ledger.drafts.keep("anna", "sales", "c", seen=seen)
    kept = ledger.drafts.read("anna", "sales")
    assert kept is not None
    assert kept.document == "b"


def test_a_draft_that_was_thrown_away_does_not_come_back_by_itself(ledger: Ledger) -> None:
    """A window that still shows it may begin a new one only knowingly."""
    ledger.drafts.keep("anna", "sales", "a", seen=0)
    ledger.drafts.discard("anna", "sales", seen=1)
    ledger.drafts.discard("anna", "sales", seen=1)
    assert ledger.drafts.read("anna", "sales") is None
    with pytest.raises(StaleDraftError):
        ledger.drafts.keep("anna", "sales", "b", seen=1)
    assert ledger.drafts.keep("anna", "sales", "b", seen=0) == 1


def test_what_was_kept_since_is_not_thrown_away(ledger: Ledger) -> None:
    """Another window was told that it is kept."""
    ledger.drafts.keep("anna", "sales", "a", seen=0)
    ledger.drafts.keep("anna", "sales", "b", seen=1)
    with pytest.raises(StaleDraftError):
        ledger.drafts.discard("anna", "sales", seen=1)
    assert ledger.drafts.syncs("anna") == ["sales"]
