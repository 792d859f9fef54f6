"""Children that wait for their parents, and are released when these arrive."""

from typing import Any

import pytest
from sqlalchemy import Connection, event

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ParkedAge, ParkedEntry, ParkedGroup, RecordState, Waiting
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, id_of


def wait(number: int = 1, parent: int = 100, mapping: str = "accounts") -> Waiting:
    """A contact waits for a parent."""
    return Waiting(id=id_of(number), parent_mapping=mapping, parent_id=id_of(parent))


def arrive(ledger: Ledger, parent: int = 100, state: RecordState = RecordState.LIVE) -> None:
    """A parent comes into the ledger."""
    ledger.records.accept(SYNC, "accounts", [entry(parent, state=state)])


def test_a_parked_child_says_what_it_waits_for(ledger: Ledger) -> None:
    """And since when."""
    ledger.parking.park(SYNC, MAPPING, [wait()], START)
    assert ledger.parking.read(SYNC, MAPPING) == [
        ParkedEntry(id=id_of(1), parent_mapping="accounts", parent_id=id_of(100), since=START)
    ]


def test_a_child_parked_again_waits_since_the_first_time(ledger: Ledger) -> None:
    """However many runs find it waiting."""
    ledger.parking.park(SYNC, MAPPING, [wait()], START)
    ledger.parking.park(SYNC, MAPPING, [wait(), wait()], at(60))
    assert [found.since for found in ledger.parking.read(SYNC, MAPPING)] == [START]


def test_a_child_waits_for_the_parents_it_has_now(ledger: Ledger) -> None:
    """Somebody gave it another parent: the former one's arrival is of no use, the new one's is."""
    ledger.parking.park(SYNC, MAPPING, [wait(parent=100)], START)
    ledger.parking.park(SYNC, MAPPING, [wait(parent=200)], at(1))
    arrive(ledger, 200)
    assert ledger.parking.releasable(SYNC, MAPPING) == [id_of(1)]
    assert [(found.parent_id, found.since) for found in ledger.parking.read(SYNC, MAPPING)] == [(id_of(200), START)]


def test_a_parent_may_come_by_any_of_the_mappings_it_is_looked_up_in(ledger: Ledger) -> None:
    """A task waits for a contact or a lead, and for an account beside it."""
    ledger.parking.park(SYNC, "tasks", [wait(mapping="contacts"), wait(mapping="leads"), wait(parent=200)], START)
    ledger.records.accept(SYNC, "leads", [entry(100)])
    assert ledger.parking.releasable(SYNC, "tasks") == []
    arrive(ledger, 200)
    assert ledger.parking.releasable(SYNC, "tasks") == [id_of(1)]


@pytest.mark.parametrize(
    ("state", "released"),
    [
        (RecordState.LIVE, True),
        (RecordState.KEPT, True),
        (RecordState.INTENDED, False),
        (RecordState.GONE, False),
        (RecordState.REMOVED, False),
    ],
)
def test_a_child_is_released_by_a_parent_that_can_be_referred_to(
    ledger: Ledger, state: RecordState, released: bool
) -> None:
    """The very states in which a parent has a name to refer to."""
    ledger.parking.park(SYNC, MAPPING, [wait()], START)
    assert ledger.parking.releasable(SYNC, MAPPING) == []
    arrive(ledger, state=state)
    assert bool(ledger.parking.releasable(SYNC, MAPPING)) is released
    assert bool(ledger.records.names(SYNC, "accounts", [id_of(100)])) is released


def test_an_older_reading_changes_nothing_about_who_waits(ledger: Ledger) -> None:
    """It neither releases a child nor lets it wait for the parent it had before."""
    ledger.parking.park(SYNC, MAPPING, [wait(parent=100)], START, at(1))
    ledger.parking.park(SYNC, MAPPING, [wait(parent=200)], at(9), at(5))
    ledger.parking.unpark(SYNC, MAPPING, [id_of(1)], at(4))
    ledger.parking.park(SYNC, MAPPING, [wait(parent=100)], at(9), at(4))
    assert [(found.parent_id, found.since) for found in ledger.parking.read(SYNC, MAPPING)] == [(id_of(200), START)]
    ledger.parking.unpark(SYNC, MAPPING, [id_of(1)], at(5))
    assert ledger.parking.read(SYNC, MAPPING) == []


def test_a_child_of_two_parents_waits_for_both(ledger: Ledger) -> None:
    """Released by the first, it would only be parked again."""
    ledger.parking.park(SYNC, MAPPING, [wait(parent=100), wait(parent=200)], START)
    arrive(ledger, 100)
    assert ledger.parking.releasable(SYNC, MAPPING) == []
    arrive(ledger, 200)
    assert ledger.parking.releasable(SYNC, MAPPING) == [id_of(1)]


def test_the_age_of_those_that_wait_is_that_of_the_first(ledger: Ledger) -> None:
    """A child of two missing parents counts once; nobody has no age."""
    ledger.parking.park(SYNC, MAPPING, [wait(1, parent=100), wait(1, parent=200)], START)
    ledger.parking.park(SYNC, MAPPING, [wait(2)], at(60))
    assert ledger.parking.age(SYNC, MAPPING) == ParkedAge(children=2, since=START)
    assert ledger.parking.age(SYNC, "accounts") == ParkedAge(children=0, since=None)


def test_a_parent_of_another_sync_releases_nobody(ledger: Ledger) -> None:
    """It is in another database."""
    ledger.parking.park(SYNC, MAPPING, [wait()], START)
    ledger.records.accept("other", "accounts", [entry(100)])
    assert ledger.parking.releasable(SYNC, MAPPING) == []


def test_a_released_child_waits_no_more(ledger: Ledger) -> None:
    """Ids that never waited do no harm."""
    ledger.parking.park(SYNC, MAPPING, [wait(1), wait(2)], START)
    ledger.parking.unpark(SYNC, MAPPING, [id_of(1), id_of(3)])
    assert [found.id for found in ledger.parking.read(SYNC, MAPPING)] == [id_of(2)]


def test_a_mapping_may_wait_for_itself(ledger: Ledger) -> None:
    """Accounts have parent accounts."""
    ledger.parking.park(SYNC, "accounts", [wait(1)], START)
    arrive(ledger)
    assert ledger.parking.releasable(SYNC, "accounts") == [id_of(1)]


def test_nothing_to_park_is_nothing_to_do(ledger: Ledger) -> None:
    """An empty part writes nothing."""
    ledger.parking.park(SYNC, MAPPING, [], START)
    ledger.parking.unpark(SYNC, MAPPING, [])
    assert ledger.parking.read(SYNC, MAPPING) == []


@pytest.mark.parametrize("parent", ["jana@example.cz", "", "001 1", "Ústí"], ids=["e-mail", "empty", "space", "Czech"])
def test_a_parent_is_named_by_its_id_alone(parent: str) -> None:
    """The ledger holds no values: who waits for a user by e-mail address cannot be remembered with it."""
    with pytest.raises(ValueError, match=f"record {id_of(1)} waits for a value in users that is no Salesforce Id"):
        Waiting(id=id_of(1), parent_mapping="users", parent_id=parent)


def test_thousands_may_wait(ledger: Ledger) -> None:
    """A first load of children before their parents parks them all."""
    ledger.parking.park(SYNC, MAPPING, [wait(number) for number in range(3000)], START)
    arrive(ledger)
    released = ledger.parking.releasable(SYNC, MAPPING)
    assert len(released) == 3000
    ledger.parking.unpark(SYNC, MAPPING, released)
    assert ledger.parking.read(SYNC, MAPPING) == []


def test_waiting_children_are_counted_by_where_their_parents_come_from(ledger: Ledger) -> None:
    """Each child once, however many parents it waits for there."""
    ledger.parking.park(SYNC, MAPPING, [wait(1, 100), wait(1, 200), wait(2, 100)], START)
    ledger.parking.park(SYNC, MAPPING, [wait(3, mapping="leads")], at(5))
    ledger.parking.park("another", MAPPING, [wait(4)], START)
    assert ledger.parking.groups(SYNC) == [
        ParkedGroup(mapping=MAPPING, parent_mapping="accounts", children=2, since=START),
        ParkedGroup(mapping=MAPPING, parent_mapping="leads", children=1, since=at(5)),
    ]


def test_a_child_counts_once_wherever_its_parents_come_from(ledger: Ledger) -> None:
    """Of one sync alone."""
    ledger.parking.park(SYNC, MAPPING, [wait(1, 100), wait(1, 200, mapping="leads"), wait(2)], START)
    ledger.parking.park("another", MAPPING, [wait(4)], START)
    assert ledger.parking.count(SYNC) == 2
    assert ledger.parking.count("nobody") == 0


def test_one_child_is_found_by_its_key(ledger: Ledger) -> None:
    """No other child of the sync is read for it."""
    ledger.parking.park(SYNC, MAPPING, [wait(number) for number in range(100)], START)
    plans: list[str] = []

    def explain(connection: Connection, _: object, statement: str, parameters: Any, *__: object) -> None:
        if statement.startswith("SELECT") and connection.dialect.name == "sqlite":
            plans.append(str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()))

    event.listen(ledger.db.engine, "before_cursor_execute", explain)
    assert [each.id for each in ledger.parking.read(SYNC, MAPPING, id_of(7))] == [id_of(7)]
    event.remove(ledger.db.engine, "before_cursor_execute", explain)
    assert not any("by_age" in plan for plan in plans), plans
