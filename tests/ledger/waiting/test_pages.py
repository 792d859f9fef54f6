"""Open rejects and waiting children page by page, as the pages that watch a sync list them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState, Waiting
from salesforce_daktela.ledger.waiting.parked_pages import ParkedFilter, ParkedPlace
from salesforce_daktela.ledger.waiting.reject_pages import RejectFilter, RejectPlace
from salesforce_daktela.sync.codes import Cause
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, id_of

PHONE = Problem(code="phone_invalid", field="customFields.number")
TITLE = Problem(code="required_empty", field="title")
ALL = RejectFilter()
EVERY = ParkedFilter()
KNOWN = ("accounts", "contacts")


def refuse(ledger: Ledger, mapping: str, number: int, problem: Problem, minutes: float = 0, run: str = "run-1") -> None:
    outcome = RecordOutcome(id=id_of(number), outcome=Outcome.REJECTED, problems=(problem,))
    ledger.rejects.save(SYNC, mapping, run, [outcome], at(minutes))


def all_rejects(ledger: Ledger, only: RejectFilter, limit: int) -> list[RejectPlace]:
    """Every page, one after another."""
    found: list[RejectPlace] = []
    while page := ledger.reject_pages.read(
        SYNC, ledger.rejects.reasons(SYNC), only, after=found[-1] if found else None, limit=limit
    ):
        found += [each.place for each in page]
    return found


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_of_rejects_hold_every_open_one_once_in_one_order(ledger: Ledger, limit: int) -> None:
    """By mapping, reason and field, oldest first; also those that came in the same moment. Closed ones are left out."""
    for number in range(12):
        refuse(ledger, ("contacts", "leads")[number % 2], number, (PHONE, TITLE)[number // 2 % 2], number // 4)
    ledger.rejects.close(SYNC, "leads", [id_of(3)], at(60))
    found = all_rejects(ledger, ALL, limit)
    assert sorted(place.id for place in found) == [id_of(number) for number in range(12) if number != 3]
    assert all(before < after for before, after in pairwise(found))


def test_rejects_are_narrowed_by_what_is_asked_for(ledger: Ledger) -> None:
    """Mapping, code, field, Ids, age and run, alone and together."""
    refuse(ledger, MAPPING, 1, PHONE)
    refuse(ledger, MAPPING, 2, TITLE, 60, "run-2")
    refuse(ledger, "leads", 3, PHONE, 90, "run-2")

    def ids(**only: object) -> list[str]:
        return [place.id for place in all_rejects(ledger, RejectFilter(**only), 10)]  # type: ignore[arg-type]

    assert ids(mapping="leads") == [id_of(3)]
    assert ids(code="phone_invalid") == [id_of(1), id_of(3)]
    assert ids(field="title") == [id_of(2)]
    assert ids(ids=[id_of(1), id_of(9)]) == [id_of(1)]
    assert ids(first_seen_before=START + timedelta(minutes=60)) == [id_of(1)]
    assert ids(run_id="run-2") == [id_of(2), id_of(3)]
    assert ids(code="phone_invalid", run_id="run-2") == [id_of(3)]


def test_a_reject_names_the_object_that_its_record_has_in_daktela(ledger: Ledger) -> None:
    """None where it was never written."""
    refuse(ledger, MAPPING, 1, PHONE)
    refuse(ledger, MAPPING, 2, PHONE)
    ledger.records.accept(SYNC, MAPPING, [entry(1, name="sf_contact_1")])
    ledger.records.accept("another", MAPPING, [entry(2, name="sf_contact_2")])
    assert [each.name for each in ledger.reject_pages.read(SYNC, ledger.rejects.reasons(SYNC), ALL, limit=10)] == [
        "sf_contact_1",
        None,
    ]


def park(ledger: Ledger, number: int, parent: int, *, mapping: str = "accounts", minutes: float = 0) -> None:
    wait = Waiting(id=id_of(number), parent_mapping=mapping, parent_id=id_of(parent))
    ledger.parking.park(SYNC, MAPPING, [wait], at(minutes))


def causes(ledger: Ledger) -> dict[str, Cause]:
    return {each.place.id: each.cause for each in ledger.parked_pages.read(SYNC, KNOWN, EVERY, limit=100)}


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (RecordState.LIVE, Cause.ARRIVED),
        (RecordState.KEPT, Cause.ARRIVED),
        (RecordState.MARKED, Cause.ARRIVED),
        (RecordState.INTENDED, Cause.UNSURE),
        (RecordState.GONE, Cause.GONE),
        (RecordState.REMOVED, Cause.REMOVED),
        (RecordState.MERGED, Cause.MERGED),
        (None, Cause.UNREAD),
    ],
)
def test_the_state_of_the_parent_is_the_cause(ledger: Ledger, state: RecordState | None, cause: Cause) -> None:
    """Of each state that the ledger knows, and of none."""
    park(ledger, 1, 100)
    if state is not None:
        ledger.records.accept(SYNC, "accounts", [entry(100, state=state)])
    assert causes(ledger) == {id_of(1): cause}


def test_a_parent_that_is_rejected_waits_or_has_no_mapping_is_told_from_one_never_read(ledger: Ledger) -> None:
    """Each names what to mend; a closed reject is none, and one of another mapping is another record's."""
    for number, parent in ((1, 100), (2, 200), (3, 300), (5, 500)):
        park(ledger, number, parent)
    park(ledger, 4, 400, mapping="partners")
    refuse(ledger, "accounts", 100, PHONE)
    ledger.parking.park(
        SYNC, "accounts", [Waiting(id=id_of(200), parent_mapping="accounts", parent_id=id_of(201))], at(1)
    )
    refuse(ledger, "accounts", 300, PHONE)
    ledger.rejects.close(SYNC, "accounts", [id_of(300)], at(60))
    refuse(ledger, "leads", 500, PHONE)
    assert causes(ledger) == {
        id_of(1): Cause.REJECTED,
        id_of(2): Cause.WAITS,
        id_of(3): Cause.UNREAD,
        id_of(4): Cause.UNMAPPED,
        id_of(5): Cause.UNREAD,
        id_of(200): Cause.UNREAD,
    }


def test_children_are_counted_by_cause_with_the_age_of_the_first(ledger: Ledger) -> None:
    """Most first; the code of the parents' rejects is told apart."""
    for number in range(3):
        park(ledger, number, 100 + number % 2, minutes=number)
    park(ledger, 9, 900, minutes=30)
    refuse(ledger, "accounts", 100, PHONE)
    refuse(ledger, "accounts", 101, PHONE)
    first, second = ledger.parked_pages.causes(SYNC, KNOWN)
    assert (first.cause, first.code, first.children, first.since) == (Cause.REJECTED, "phone_invalid", 3, START)
    assert (second.cause, second.code, second.children, second.since) == (Cause.UNREAD, "", 1, at(30))


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_of_children_hold_every_wait_once_longest_first(ledger: Ledger, limit: int) -> None:
    """Whatever the size of a page; narrowed ones hold what they are narrowed to."""
    for number in range(10):
        park(ledger, number, 100 + number % 3, minutes=number // 3)
    refuse(ledger, "accounts", 101, PHONE)

    def listed(only: ParkedFilter) -> list[ParkedPlace]:
        found: list[ParkedPlace] = []
        while page := ledger.parked_pages.read(SYNC, KNOWN, only, after=found[-1] if found else None, limit=limit):
            found += [each.place for each in page]
        return found

    found = listed(EVERY)
    assert [place.id for place in found] == [id_of(number) for number in range(10)]
    assert found == sorted(found)
    rejected = listed(ParkedFilter(cause=Cause.REJECTED))
    assert [place.id for place in rejected] == [id_of(1), id_of(4), id_of(7)]
    assert [place.id for place in listed(ParkedFilter(ids=[id_of(102)]))] == [id_of(2), id_of(5), id_of(8)]
    assert listed(ParkedFilter(mapping="leads")) == listed(ParkedFilter(parent="leads")) == []
