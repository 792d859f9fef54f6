"""What Daktela last accepted: never replaced by something older, found by Id and by name."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import StatementError

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry, RecordState
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, id_of, intend, intent


def held(ledger: Ledger, number: int = 1, sync: str = SYNC) -> RecordEntry:
    """The entry of one record."""
    return ledger.records.read(sync, MAPPING, [id_of(number)])[id_of(number)]


def test_an_accepted_entry_reads_back_as_it_was(ledger: Ledger) -> None:
    """Times keep their microseconds and come back in UTC, a digest keeps its bytes."""
    accepted = entry(1, stamp=at(0.00001), read_at=at(1), written_at=at(2))
    ledger.records.accept(SYNC, MAPPING, [accepted])
    assert held(ledger) == accepted


def test_unknown_ids_are_absent(ledger: Ledger) -> None:
    """Nothing stands for what was never written."""
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {}
    assert ledger.records.by_name(SYNC, MAPPING, ["sf_contact_1"]) == {}
    assert ledger.records.names(SYNC, MAPPING, []) == {}


def test_an_intent_counts_as_something_known(ledger: Ledger) -> None:
    """Daktela may hold what was only intended, so there may be something to take away."""
    assert not ledger.records.any_known(SYNC, MAPPING)
    intend(ledger, SYNC, MAPPING, [intent(1)])
    assert ledger.records.any_known(SYNC, MAPPING)
    assert not ledger.records.any_known("other", MAPPING)


def test_entries_of_each_mapping_are_counted(ledger: Ledger) -> None:
    """In whatever state; other syncs have their own."""
    assert ledger.records.count_known(SYNC) == {}
    intend(ledger, SYNC, MAPPING, [intent(1)])
    ledger.records.accept(SYNC, MAPPING, [entry(2)])
    ledger.records.accept(SYNC, "accounts", [entry(1)])
    ledger.records.accept("other", MAPPING, [entry(1)])
    assert ledger.records.count_known(SYNC) == {MAPPING: 2, "accounts": 1}


def test_syncs_and_mappings_are_apart(ledger: Ledger) -> None:
    """One Salesforce Id may be loaded into two databases and by two mappings."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    ledger.records.accept("other", MAPPING, [entry(1, name="theirs")])
    assert ledger.records.read(SYNC, "accounts", [id_of(1)]) == {}
    assert (held(ledger).name, held(ledger, sync="other").name) == ("sf_contact_1", "theirs")


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (entry(stamp=at(1)), entry(stamp=at(2)), "second"),
        (entry(stamp=at(2)), entry(stamp=at(1)), "first"),
        (entry(stamp=at(2), read_at=at(3)), entry(stamp=at(1), read_at=at(9)), "first"),
        (entry(stamp=at(1), read_at=at(1)), entry(stamp=at(1), read_at=at(2)), "second"),
        (entry(stamp=at(1), read_at=at(2)), entry(stamp=at(1), read_at=at(1)), "first"),
        (entry(stamp=at(1), read_at=at(1)), entry(stamp=at(1), read_at=at(1)), "second"),
        (entry(stamp=None, read_at=at(1)), entry(stamp=None, read_at=at(2)), "second"),
        (entry(stamp=None, read_at=at(2)), entry(stamp=None, read_at=at(1)), "first"),
        (entry(digest=None, stamp=at(2)), entry(stamp=at(1)), "first"),
        (entry(state=RecordState.REMOVED, stamp=at(2)), entry(stamp=at(1)), "first"),
        (entry(state=RecordState.REMOVED, stamp=at(1)), entry(stamp=at(2)), "second"),
    ],
    ids=[
        "newer stamp",
        "older stamp",
        "older stamp read later",
        "formula changed without a stamp",
        "same stamp read earlier",
        "the same again",
        "no stamp, read later",
        "no stamp, read earlier",
        "older, nothing to compare with",
        "older than the removal",
        "back after the removal",
    ],
)
def test_the_newer_entry_stays(ledger: Ledger, first: RecordEntry, second: RecordEntry, wins: str) -> None:
    """The change stamp decides, then the moment of reading; the last of two equals stays."""
    ledger.records.accept(SYNC, MAPPING, [replace(first, name="first")])
    ledger.records.accept(SYNC, MAPPING, [replace(second, name="second")])
    assert held(ledger).name == wins


def test_of_one_id_in_a_batch_the_newest_stays(ledger: Ledger) -> None:
    """A batch may hold a record twice; its order does not matter."""
    ledger.records.accept(SYNC, MAPPING, [entry(1, stamp=at(2), name="newer"), entry(1, stamp=at(1), name="older")])
    assert held(ledger).name == "newer"


MINUTES = st.integers(0, 5)
READINGS = st.lists(st.tuples(st.none() | MINUTES, MINUTES), min_size=1, max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(readings=READINGS, sizes=st.lists(st.integers(1, 3), min_size=8, max_size=8), intended=st.booleans())
def test_accepting_keeps_the_newest(
    ledger: Ledger, readings: list[tuple[int | None, int]], sizes: list[int], intended: bool
) -> None:
    """However readings are ordered and batched, the entry ends as the newest of them."""
    sync = uuid.uuid4().hex
    entries = [
        entry(1, stamp=None if stamp is None else at(stamp), read_at=at(read), extraction=f"e{number}")
        for number, (stamp, read) in enumerate(readings)
    ]
    if intended:
        intend(ledger, sync, MAPPING, [intent(1, read_at=at(9))])
    rest = list(entries)
    for size in sizes:
        ledger.records.accept(sync, MAPPING, rest[:size])
        rest = rest[size:]

    def age(reading: RecordEntry) -> tuple[datetime, datetime]:
        return (reading.stamp or reading.read_at, reading.read_at)

    assert age(held(ledger, sync=sync)) == max(map(age, entries))


def test_an_intent_is_remembered_before_the_create(ledger: Ledger) -> None:
    """It names the object that may come to exist, and holds nothing else."""
    intend(ledger, SYNC, MAPPING, [intent(1, extraction="e7", read_at=at(3))])
    found = held(ledger)
    assert (found.state, found.name, found.extraction, found.read_at) == (
        RecordState.INTENDED,
        "sf_contact_1",
        "e7",
        at(3),
    )
    assert (found.digest, found.stamp, found.outcome) == (None, None, None)


def test_any_reply_settles_an_intent(ledger: Ledger) -> None:
    """An intent is of no age: even a reading older than it says more."""
    intend(ledger, SYNC, MAPPING, [intent(1, read_at=at(9))])
    ledger.records.accept(SYNC, MAPPING, [entry(1, stamp=at(0), read_at=at(0))])
    assert held(ledger).state is RecordState.LIVE


@pytest.mark.parametrize("state", [RecordState.LIVE, RecordState.KEPT])
def test_an_intent_leaves_what_daktela_holds(ledger: Ledger, state: RecordState) -> None:
    """A create that was announced too late does not make the ledger forget what was accepted."""
    ledger.records.accept(SYNC, MAPPING, [entry(1, state=state)])
    intend(ledger, SYNC, MAPPING, [intent(1, extraction="e2")])
    assert held(ledger) == entry(1, state=state)


@pytest.mark.parametrize("state", [RecordState.REMOVED, RecordState.GONE, RecordState.INTENDED])
def test_an_intent_replaces_what_daktela_does_not_hold(ledger: Ledger, state: RecordState) -> None:
    """A record that comes back starts anew, whatever was sent for it once."""
    ledger.records.accept(SYNC, MAPPING, [entry(1, state=state)])
    intend(ledger, SYNC, MAPPING, [intent(1, extraction="e2")])
    found = held(ledger)
    assert (found.state, found.extraction, found.digest) == (RecordState.INTENDED, "e2", None)


@pytest.mark.parametrize("state", list(RecordState))
def test_a_mark_changes_the_state_alone(ledger: Ledger, state: RecordState) -> None:
    """What was sent stays known."""
    ledger.records.accept(SYNC, MAPPING, [entry(1), entry(2)])
    ledger.records.mark(SYNC, MAPPING, [id_of(1), id_of(9)], state)
    assert ledger.records.read(SYNC, MAPPING, [id_of(1), id_of(2), id_of(9)]) == {
        id_of(1): entry(1, state=state),
        id_of(2): entry(2),
    }


def test_names_are_of_records_that_daktela_holds(ledger: Ledger) -> None:
    """A child may refer to a parent that is there, also one that Salesforce no longer has."""
    ledger.records.accept(SYNC, MAPPING, [entry(number, state=state) for number, state in enumerate(RecordState)])
    held_states = {number for number, state in enumerate(RecordState) if state in ("live", "kept", "marked", "became")}
    found = ledger.records.names(SYNC, MAPPING, [id_of(number) for number in range(len(RecordState))])
    assert found == {id_of(number): f"sf_contact_{number}" for number in held_states}


def test_a_merged_record_goes_by_its_winners_name(ledger: Ledger) -> None:
    """Also over several merges; a winner that is not there has no name, and a circle ends."""
    merged = [(1, 2), (2, 3), (4, 5), (6, 7), (7, 6)]
    losers = [replace(entry(loser, state=RecordState.MERGED), winner=id_of(winner)) for loser, winner in merged]
    ledger.records.accept(SYNC, MAPPING, [*losers, entry(3)])
    assert ledger.records.names(SYNC, MAPPING, [id_of(number) for number in (1, 2, 3, 4, 6)]) == {
        id_of(number): "sf_contact_3" for number in (1, 2, 3)
    }


def test_records_to_be_read_again_are_remembered_until_they_are(ledger: Ledger) -> None:
    """Asked for twice they stand there once, and a reading from before the later asking is no answer."""
    ledger.rereads.ask(SYNC, MAPPING, [id_of(2), id_of(1), id_of(2)], START)
    ledger.rereads.ask(SYNC, MAPPING, [id_of(1)], at(5))
    ledger.rereads.ask(SYNC, MAPPING, [id_of(1)], at(3))
    assert ledger.rereads.read(SYNC, MAPPING) == [id_of(1), id_of(2)]
    ledger.rereads.forget(SYNC, MAPPING, [id_of(1), id_of(2), id_of(9)], at(4))
    assert ledger.rereads.read(SYNC, MAPPING) == [id_of(1)]
    ledger.rereads.forget(SYNC, MAPPING, [id_of(1)], at(5))
    assert ledger.rereads.read(SYNC, MAPPING) == [id_of(1)]
    ledger.rereads.forget(SYNC, MAPPING, [id_of(1)], at(6))
    assert ledger.rereads.read(SYNC, MAPPING) == []


def test_entries_are_found_by_name(ledger: Ledger) -> None:
    """Names keep their letter case."""
    ledger.records.accept(SYNC, MAPPING, [entry(1, name="sf_a"), entry(2, name="SF_A")])
    assert ledger.records.by_name(SYNC, MAPPING, ["sf_a", "sf_b"]) == {"sf_a": entry(1, name="sf_a")}


@pytest.mark.parametrize("first", [1, 2], ids=["holder first", "holder last"])
def test_a_name_belongs_to_the_id_that_holds_it(ledger: Ledger, first: int) -> None:
    """After a merge two Ids have had one name: the live one is meant."""
    entries = [entry(1, name="shared"), entry(2, name="shared", state=RecordState.REMOVED, written_at=at(5))]
    for accepted in entries if first == 1 else entries[::-1]:
        ledger.records.accept(SYNC, MAPPING, [accepted])
    assert ledger.records.by_name(SYNC, MAPPING, ["shared"])["shared"].id == id_of(1)


def test_a_time_without_a_zone_is_refused(ledger: Ledger) -> None:
    """Its zone would be a guess."""
    with pytest.raises(StatementError, match="aware datetimes only"):
        ledger.records.accept(SYNC, MAPPING, [entry(1, read_at=datetime(2026, 1, 1))])  # noqa: DTZ001 - the mistake under test


def test_ten_thousand_records_take_few_statements(ledger: Ledger) -> None:
    """A part of usual size costs the loader next to nothing beside its requests."""
    entries = [entry(number) for number in range(10_000)]
    ids, names = [found.id for found in entries], [found.name for found in entries]
    intents = [intent(number) for number in range(10_000)]
    assert statements(ledger, lambda: intend(ledger, SYNC, MAPPING, intents)) < 50
    assert statements(ledger, lambda: ledger.records.accept(SYNC, MAPPING, entries)) < 50
    assert statements(ledger, lambda: ledger.records.read(SYNC, MAPPING, ids)) < 50
    assert statements(ledger, lambda: ledger.records.by_name(SYNC, MAPPING, names)) < 50
    assert len(ledger.records.read(SYNC, MAPPING, ids)) == 10_000


def statements(ledger: Ledger, action: Callable[[], object]) -> int:
    """How many statements an action sends to the database; one with many rows counts once."""
    sent: list[str] = []

    def count(*of: Any) -> None:
        sent.append(of[2])

    event.listen(ledger.db.engine, "before_cursor_execute", count)
    action()
    event.remove(ledger.db.engine, "before_cursor_execute", count)
    return len(sent)


def test_entries_are_paged_by_id(ledger: Ledger) -> None:
    """Each once, whatever the size of the pages; other mappings stay apart."""
    ledger.records.accept(SYNC, MAPPING, [entry(number) for number in range(1, 8)])
    ledger.records.accept(SYNC, "leads", [entry(9)])
    found: list[str] = []
    while page := ledger.records.page(SYNC, MAPPING, after=found[-1] if found else "", limit=3):
        assert len(page) <= 3
        found += [each.id for each in page]
    assert found == sorted(id_of(number) for number in range(1, 8))


def test_only_entries_that_are_held_and_unchanged_are_dropped(ledger: Ledger) -> None:
    """Nobody forgets what another run is writing, or has written since."""
    known = [entry(number) for number in (1, 2, 3)]
    ledger.records.accept(SYNC, MAPPING, known)
    claims = [Claim(id=each.id, name=each.name, expected=each) for each in known]
    assert ledger.leases.take(SYNC, MAPPING, claims[:2], "us", seconds=60) == {id_of(1), id_of(2)}
    assert ledger.leases.take(SYNC, MAPPING, claims[2:], "others", seconds=60) == {id_of(3)}
    outdated = [known[0], replace(known[1], read_at=at(-1)), known[2]]
    assert ledger.records.drop(SYNC, MAPPING, outdated, "us") == 1
    assert set(ledger.records.read(SYNC, MAPPING, [each.id for each in known])) == {id_of(2), id_of(3)}


def test_how_daktela_stores_a_record_is_kept_with_it(ledger: Ledger) -> None:
    """As a digest, until the next write."""
    ledger.records.accept(SYNC, MAPPING, [entry(1), replace(entry(2), echo=b"0123456789abcdef")])
    assert (held(ledger, 1).echo, held(ledger, 2).echo) == (None, b"0123456789abcdef")
    ledger.records.accept(SYNC, MAPPING, [entry(2, read_at=at(1))])
    assert held(ledger, 2).echo is None


def test_digests_are_told_of_live_records_only(ledger: Ledger) -> None:
    """What this extraction wrote itself has its outcome already, so it is left out too; many keys are one value."""
    ledger.records.accept(SYNC, MAPPING, [entry(number, digest=bytes([number]) * 16) for number in range(1, 5)])
    ledger.records.accept(
        SYNC, MAPPING, [entry(5, extraction="now"), entry(6, state=RecordState.KEPT), entry(7, digest=None)]
    )
    asked = [*(id_of(number) for number in range(20_000)), "it's", '"quoted"']
    found = ledger.records.live_digests(SYNC, MAPPING, asked, apart_from="now")
    assert {id_: bytes.fromhex(text) for id_, text in found.items()} == {
        id_of(number): bytes([number]) * 16 for number in range(1, 5)
    }
    assert ledger.records.live_digests(SYNC, "other", asked, apart_from="now") == {}
