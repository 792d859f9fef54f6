"""Records of a dial list are changed around the dialler, and deleted only where it lets go of them."""

from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.write.dial_list import DialList, LeftAloneError
from salesforce_daktela.daktela.write.upsert import create_or_settle
from salesforce_daktela.sync.left_alone import LeftAlone
from sandbox.daktela.dialler import advance, finish
from sandbox.daktela.instance import Instance

MODEL = "campaignsRecords"
BODY = {"record_type": "spring_campaign", "customFields": {"customer": ["Jana"]}}
CHANGED = {"record_type": "spring_campaign", "customFields": {"customer": ["Jana Nová"]}}
ARMED = {"action": "1", "nextcall": "2026-12-01 09:00:00"}


def made(client: DaktelaClient, *names: str) -> None:
    for name in names:
        create_or_settle(client, MODEL, {"name": name, **BODY}, once=ARMED)


def values(daktela: Instance, name: str) -> dict[str, Any]:
    record = daktela.get(MODEL, name)
    assert record is not None
    return {**record.values, "customer": record.custom.get("customer")}


def dial_list(client: DaktelaClient, hands_off: tuple[int, ...] = (3,), **known: Any) -> DialList:
    return DialList(client=client, hands_off=hands_off, once=("action", "nextcall"), **known)


@pytest.mark.parametrize("action", ["number", "text"])
def test_a_change_names_none_of_the_diallers_fields(client: DaktelaClient, daktela: Instance, action: str) -> None:
    """Whatever the action reads as."""
    daktela.switch(campaign_action=action)
    made(client, "one")
    found: list[bool] = []
    dial_list(client, learned=found.append).change("one", CHANGED)
    after = values(daktela, "one")
    assert (after["action"], after["nextcall"], after["customer"]) == ("1", "2026-12-01 09:00:00", ["Jana Nová"])
    assert found == [False]


def test_one_record_shows_that_a_put_empties_what_it_does_not_name(client: DaktelaClient, daktela: Instance) -> None:
    """The others are left alone while they may be called, and changed with all their values once they are through."""
    made(client, "one", "two", "three")
    daktela.switch(put_mode="replacing")
    found: list[bool] = []
    records = dial_list(client, learned=found.append)
    for name, reason in (("one", LeftAlone.EMPTIED), ("two", LeftAlone.REPLACES)):
        with pytest.raises(LeftAloneError) as left:
            records.change(name, CHANGED)
        assert left.value.reason is reason
    before = finish(daktela, "three")
    records.change("three", CHANGED)
    after = values(daktela, "three")
    assert {key: after[key] for key in ("action", "nextcall", "user")} == {
        key: before.values[key] for key in ("action", "nextcall", "user")
    }
    assert (found, after["customer"]) == ([True], ["Jana Nová"])
    assert (values(daktela, "one")["action"], values(daktela, "two")["customer"]) == ("0", ["Jana"])


@pytest.mark.parametrize("act", ["change", "mark", "delete"])
def test_what_is_in_hands_off_is_left_alone(client: DaktelaClient, daktela: Instance, act: str) -> None:
    """For whatever reason it should be touched."""
    made(client, "one")
    before = advance(daktela, "one", "3")
    records = dial_list(client)
    more = {"change": (CHANGED,), "mark": ({"action": "5"},), "delete": ()}[act]
    with pytest.raises(LeftAloneError) as left:
        getattr(records, act)("one", *more)
    assert (left.value.reason, left.value.again) == (LeftAlone.HANDS_OFF, True)
    assert values(daktela, "one") == {**before.values, "customer": ["Jana"]}


@pytest.mark.parametrize("mode", ["partial", "replacing"])
def test_a_record_is_closed_with_its_number_and_its_contact(
    client: DaktelaClient, daktela: Instance, mode: str
) -> None:
    """Nobody calls it then, whatever the instance does with fields that a request does not name."""
    made(client, "one")
    daktela.switch(put_mode=mode)
    assert dial_list(client).mark("one", {"action": "5"}) is True
    after = values(daktela, "one")
    assert (after["action"], after["record_type"], after["customer"]) == ("5", "spring_campaign", ["Jana"])


def test_a_record_that_is_through_is_neither_deleted_nor_closed_again(client: DaktelaClient, daktela: Instance) -> None:
    """No request that writes is sent."""
    made(client, "one")
    finish(daktela, "one")
    daktela.journal.clear()
    with pytest.raises(LeftAloneError) as left:
        dial_list(client).delete("one")
    assert (left.value.reason, left.value.again) == (LeftAlone.DONE, False)
    assert dial_list(client).mark("one", {"action": "5"}) is True
    assert {call.partition(" ")[0] for call in daktela.journal.calls} == {"GET"}


def test_what_is_not_there_is_told_as_ever(client: DaktelaClient) -> None:
    """A change of it is an error, a mark and a deletion find nothing to do."""
    records = dial_list(client)
    with pytest.raises(DaktelaError) as missing:
        records.change("nobody", CHANGED)
    assert missing.value.kind is ErrorKind.MISSING
    assert (records.mark("nobody", {"action": "5"}), records.delete("nobody")) == (False, False)


def test_a_call_that_begins_between_the_look_and_the_deletion_may_be_refused(
    client: DaktelaClient, daktela: Instance
) -> None:
    """By an instance that protects it; then it is that record's refusal."""
    daktela.switch(campaign_delete_dialled="refused")
    made(client, "one")
    advance(daktela, "one", "3")
    with pytest.raises(DaktelaError) as refused:
        dial_list(client, hands_off=()).delete("one")
    assert refused.value.kind is ErrorKind.VALIDATION
