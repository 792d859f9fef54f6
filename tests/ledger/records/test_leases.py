"""Two runs never write one record at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry, RecordState
from tests.ledger.examples import MAPPING, SYNC, entry, id_of, intend, intent
from tests.worker_clock import put_worker_clock

LEADS = "leads"


def take(ledger: Ledger, known: RecordEntry | None, holder: str, *, seconds: float = 60, number: int = 1) -> bool:
    """Whether ``holder`` gets record ``number`` by what it knows of it."""
    claim = Claim(id=id_of(number), name=f"sf_contact_{number}", expected=known)
    return bool(ledger.leases.take(SYNC, MAPPING, [claim], holder, seconds=seconds))


def test_a_held_record_is_given_to_nobody_else(ledger: Ledger) -> None:
    """Its holder may take it again; letting go of it is nobody else's business."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert take(ledger, entry(1), "first")
    assert take(ledger, entry(1), "first")
    ledger.leases.release(SYNC, MAPPING, [id_of(1)], "second")
    assert not take(ledger, entry(1), "second")
    ledger.leases.release(SYNC, MAPPING, [id_of(1)], "first")
    assert take(ledger, entry(1), "second")


def test_a_dead_holder_keeps_nothing_for_ever(ledger: Ledger) -> None:
    """A lease that is over is free, and its old holder cannot renew it."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert take(ledger, entry(1), "first", seconds=-1)
    assert take(ledger, entry(1), "second")
    ledger.leases.renew(SYNC, MAPPING, [id_of(1)], "first", seconds=60)
    assert take(ledger, entry(1), "second")
    assert not take(ledger, entry(1), "first")


def test_a_lease_is_renewed_by_its_holder(ledger: Ledger) -> None:
    """However long Daktela takes."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert take(ledger, entry(1), "first", seconds=-1)
    ledger.leases.renew(SYNC, MAPPING, [id_of(1)], "first", seconds=60)
    assert not take(ledger, entry(1), "second")


@pytest.mark.parametrize("known", [None, entry(1, digest=b"older"), entry(1, state=RecordState.GONE)])
def test_a_decision_on_what_no_longer_stands_is_refused(ledger: Ledger, known: RecordEntry | None) -> None:
    """Somebody has written the record since: whoever comes now has to look again."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert not take(ledger, known, "second")


def test_what_is_accepted_is_free_again(ledger: Ledger) -> None:
    """The lease ends with the write that it was for."""
    assert intend(ledger, SYNC, MAPPING, [intent(1)], holder="first") == {id_of(1)}
    assert intend(ledger, SYNC, MAPPING, [intent(1)], holder="second") == set()
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert take(ledger, entry(1), "second")


def test_one_name_is_not_written_for_two_records(ledger: Ledger) -> None:
    """Neither while the first is being written nor afterwards; nor twice in one claim."""
    twins = [intent(1), replace(intent(2), name="sf_contact_1")]
    assert intend(ledger, SYNC, MAPPING, twins, holder="first") == {id_of(1)}
    assert intend(ledger, SYNC, MAPPING, twins[1:], holder="second") == set()
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert intend(ledger, SYNC, MAPPING, twins[1:], holder="second") == set()


def test_one_foreign_object_is_not_adopted_by_two_mappings(ledger: Ledger) -> None:
    """Leads and contacts may find the same person."""
    found = replace(intent(1), name="contact_4711", adopted=True)
    for mapping, expected in ((MAPPING, {found.id}), (LEADS, set())):
        claim = Claim(id=found.id, name=found.name, expected=None, intent=found)
        taken = ledger.leases.take(SYNC, mapping, [claim], f"of {mapping}", seconds=60, siblings=(MAPPING, LEADS))
        assert taken == expected
    assert ledger.records.read(SYNC, MAPPING, [found.id])[found.id].adopted


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.heavy)], indirect=True)
@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_lease_lasts_by_the_databases_clock(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """A worker whose clock is wrong neither takes what another holds nor holds anything for longer."""
    ledger.records.accept(SYNC, MAPPING, [entry(1), entry(2)])
    assert take(ledger, entry(1), "right")
    put_worker_clock(monkeypatch, timedelta(hours=hours))
    assert not take(ledger, entry(1), "wrong")
    assert take(ledger, entry(2), "wrong", seconds=-1, number=2)
    monkeypatch.undo()
    assert take(ledger, entry(2), "right", number=2)


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.heavy)], indirect=True)
@pytest.mark.parametrize("hours", [-1, 1])
def test_whether_somebody_writes_is_asked_of_the_databases_clock(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """A terminal whose clock is wrong neither forgets what a run is writing nor waits for one that has died."""
    ledger.records.accept(SYNC, MAPPING, [entry(1), entry(2)])
    put_worker_clock(monkeypatch, timedelta(hours=hours))
    assert take(ledger, entry(1), "dead", seconds=-1)
    assert not ledger.bindings.busy(SYNC)
    assert take(ledger, entry(2), "alive", number=2)
    assert ledger.bindings.busy(SYNC)
    assert [ledger.erasure.is_leased(SYNC, entry(number).id) for number in (1, 2)] == [False, True]
