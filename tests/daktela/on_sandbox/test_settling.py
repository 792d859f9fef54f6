"""One record is written exactly once, even if a reply is lost."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.write.upsert import create_or_settle, update_existing
from sandbox.daktela.instance import Instance
from tests.daktela.on_sandbox.examples import NAME, Clock, contact

LOST = ["reset_before", "reset_after", "server_error", "server_error_after", "without_result", "truncated"]


def of_that_name(daktela: Instance) -> list[Any]:
    """Contacts that came on top of the seeded ones, whatever their name."""
    return [record for record in daktela.records("contacts") if record.values["lastname"] == "Nováková"]


def test_a_create_is_one_call(daktela: Instance, client: DaktelaClient) -> None:
    """Where nothing goes wrong nothing is looked up."""
    written = create_or_settle(client, "contacts", contact())
    assert written.name == NAME
    assert dict(daktela.journal.calls) == {"POST contacts": 1}
    assert len(of_that_name(daktela)) == 1


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_reply_never_makes_two_records(daktela: Instance, client: DaktelaClient, fault: str, times: int) -> None:
    """Lost before or after the write, once or three times: there is one record, or none and an error."""
    daktela.script.order(fault, method="POST", endpoint="contacts", times=times)
    written = fault not in ("reset_before", "server_error") or times < 3
    with nullcontext() if written else pytest.raises(DaktelaError, match="look it up"):
        create_or_settle(client, "contacts", contact())
    assert [record.name for record in of_that_name(daktela)] == ([NAME] if written else [])


@pytest.mark.parametrize("fault", ["reset_after", "server_error_after", "without_result", "truncated"])
def test_a_written_record_is_found_and_not_sent_again(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """The write took place: one POST, and the record that was found counts as created."""
    daktela.script.order(fault, method="POST", endpoint="contacts")
    written = create_or_settle(client, "contacts", contact())
    assert (written.name, written.created) == (NAME, True)
    assert daktela.journal.calls["POST contacts"] == 1


@pytest.mark.parametrize("fault", ["reset_before", "server_error"])
def test_a_create_that_did_not_happen_is_sent_again(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """Only after a lookup has shown that the record does not exist."""
    daktela.script.order(fault, method="POST", endpoint="contacts")
    create_or_settle(client, "contacts", contact())
    asked = [entry.method for entry in daktela.journal.entries]
    assert (asked[0], asked[-1], asked.count("POST")) == ("POST", "POST", 2)
    assert "GET" in asked


def test_a_failed_lookup_is_an_error(daktela: Instance, client: DaktelaClient) -> None:
    """If both replies are lost, the error says so, and nothing is sent again."""
    daktela.script.order("reset_after", method="POST", endpoint="contacts")
    daktela.script.order("server_error", method="GET", endpoint="contacts", times=50)
    with pytest.raises(DaktelaError) as caught:
        create_or_settle(client, "contacts", contact())
    assert caught.value.kind in (ErrorKind.UNAVAILABLE, ErrorKind.UNKNOWN_FATE)
    assert daktela.journal.calls["POST contacts"] == 1


def test_a_success_that_carries_an_error_is_a_refusal(daktela: Instance, client: DaktelaClient) -> None:
    """A 201 with `error` stored nothing."""
    daktela.script.order("success_with_error", method="POST", endpoint="contacts")
    with pytest.raises(DaktelaError) as caught:
        create_or_settle(client, "contacts", contact())
    assert caught.value.kind is ErrorKind.VALIDATION
    assert of_that_name(daktela) == []


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("shape", ["form", "form_lists", "form_flat", "text", "texts", "errors", "violations"])
def test_a_name_that_exists_is_brought_up_to_date(
    daktela: Instance, client: DaktelaClient, shape: str, status: int
) -> None:
    """In every format of the refusal, the record is looked up and updated by PUT."""
    daktela.switch(post_existing="refused", error_shape=shape, validation_status=status)
    create_or_settle(client, "contacts", contact(firstname="Johana"))
    written = create_or_settle(client, "contacts", contact())
    stored = daktela.get("contacts", NAME)
    assert stored is not None
    assert stored.values["firstname"] == "Jana"
    assert (written.created, len(of_that_name(daktela))) == (False, 1)


@pytest.mark.parametrize("personality", ["overwrites", "returns_existing"])
def test_after_an_accepted_post_an_existing_record_holds_what_was_sent(
    daktela: Instance, client: DaktelaClient, personality: str
) -> None:
    """Whether Daktela overwrites or just returns what it has, in the end it holds what was sent."""
    create_or_settle(client, "contacts", contact(firstname="Johana"))
    daktela.switch(post_existing=personality)
    create_or_settle(client, "contacts", contact())
    stored = daktela.get("contacts", NAME)
    assert stored is not None
    assert stored.values["firstname"] == "Jana"
    assert len(of_that_name(daktela)) == 1


def test_a_record_made_under_another_name_is_never_hidden(daktela: Instance, client: DaktelaClient) -> None:
    """Where Daktela doubles, one POST doubled; it is not sent again, and the one that was meant is right."""
    create_or_settle(client, "contacts", contact(firstname="Johana"))
    daktela.switch(post_existing="doubles")
    create_or_settle(client, "contacts", contact())
    stored = daktela.get("contacts", NAME)
    assert stored is not None
    assert stored.values["firstname"] == "Jana"
    assert daktela.journal.calls["POST contacts"] == 2


@pytest.mark.parametrize("shape", ["form", "form_lists", "form_flat", "text", "texts", "errors", "violations"])
def test_a_refused_record_stays_refused(daktela: Instance, client: DaktelaClient, shape: str) -> None:
    """The fate is known: the error is raised, and the record is not sent again."""
    daktela.switch(error_shape=shape)
    with pytest.raises(DaktelaError) as caught:
        create_or_settle(client, "contacts", contact(user="nobody"))
    assert caught.value.kind is ErrorKind.VALIDATION
    assert daktela.journal.calls["POST contacts"] == 1
    assert of_that_name(daktela) == []


def test_a_name_of_a_deleted_record_is_a_refusal(daktela: Instance, client: DaktelaClient) -> None:
    """If such names cannot be used again, the lookup finds nothing, and the refusal is raised."""
    create_or_settle(client, "contacts", contact())
    daktela.delete("contacts", NAME)
    daktela.switch(deleted_name="refused")
    with pytest.raises(DaktelaError) as caught:
        create_or_settle(client, "contacts", contact())
    assert caught.value.kind is ErrorKind.VALIDATION
    assert daktela.journal.calls["POST contacts"] == 2


@pytest.mark.parametrize("fault", LOST)
def test_an_update_is_repeated_until_it_is_confirmed(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """A PUT by name may be sent twice: the record is the same afterwards."""
    create_or_settle(client, "contacts", contact())
    daktela.script.order(fault, method="PUT", endpoint="contacts", times=2)
    written = update_existing(client, "contacts", NAME, {"firstname": "Johana"})
    stored = daktela.get("contacts", NAME)
    assert stored is not None
    assert (stored.values["firstname"], written.name) == ("Johana", NAME)
    assert daktela.journal.calls["PUT contacts/{name}"] == 3


@pytest.mark.parametrize("fault", ["reset_after", "server_error_after"])
def test_an_update_that_is_never_answered_is_read_back(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """Daktela's own rules may take longer at one record than a gateway waits, however often it is sent."""
    create_or_settle(client, "contacts", contact())
    daktela.script.order(fault, method="PUT", endpoint="contacts", times=100)
    written = update_existing(client, "contacts", NAME, {"firstname": "Johana"})
    assert (written.record["firstname"], written.name) == ("Johana", NAME)


@pytest.mark.parametrize(("lookup", "times"), [("server_error", 0), ("server_error", 100), ("internal_error", 100)])
def test_an_update_that_never_arrives_stays_unanswered(
    daktela: Instance, client: DaktelaClient, lookup: str, times: int
) -> None:
    """Whatever becomes of the lookup: a 500 to it must not count as one of the record's own."""
    create_or_settle(client, "contacts", contact())
    daktela.script.order("server_error", method="PUT", endpoint="contacts", times=100)
    if times:
        daktela.script.order(lookup, method="GET", endpoint="contacts", times=times)
    with pytest.raises(DaktelaError) as caught:
        update_existing(client, "contacts", NAME, {"firstname": "Johana"})
    assert (caught.value.kind, caught.value.status == 500) == (ErrorKind.UNAVAILABLE, False)


def test_an_update_of_what_is_gone_creates_nothing(daktela: Instance, client: DaktelaClient) -> None:
    """The record was deleted, merged or erased in Daktela: the loader reports it."""
    with pytest.raises(DaktelaError) as caught:
        update_existing(client, "contacts", NAME, {"firstname": "Johana"})
    assert caught.value.kind is ErrorKind.MISSING
    assert of_that_name(daktela) == []


def test_lookups_after_a_lost_reply_wait_for_a_late_commit(
    daktela: Instance, client: DaktelaClient, clock: Clock
) -> None:
    """A commit may come after the reply that was lost: the record is looked for again a little later."""
    daktela.script.order("reset_before", method="POST", endpoint="contacts")
    create_or_settle(client, "contacts", contact())
    assert sum(clock.slept) > 1
