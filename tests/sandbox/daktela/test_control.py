"""The controls: switches, changes behind the client's back, journal and the page for people."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.daktela.switches import NEWER, OLDER, Switches
from tests.sandbox.daktela.client import Client


def test_switches_are_read_and_turned_while_running(daktela: Client) -> None:
    """PATCH changes the named ones and answers with all."""
    reply = daktela.control("PATCH", "switches", json={"total": "string", "server_error": 0.0})
    assert reply.json() == {**dataclasses.asdict(Switches()), "total": "string"}
    assert daktela.control("GET", "switches").json()["total"] == "string"
    assert daktela.get("contacts.json").json()["result"]["total"] == "5"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"totl": 1}, "no switch is called `totl`: did you mean `total`?"),
        ({"total": "some"}, "switch `total`: expected one of 'int', 'string', 'null', 'absent', got 'some'"),
        ({"server_error": 2}, "switch `server_error`: expected a number from 0 to 1, got 2"),
        ({"title_rewritten": 1}, "switch `title_rewritten`: expected one of False, True, got 1"),
        ({"concurrent_requests": 1.5}, "switch `concurrent_requests`: expected int from 0 up, got 1.5"),
        ({"required_custom_field": 1}, "switch `required_custom_field`: expected text, got 1"),
    ],
)
def test_a_wrong_switch_is_400_and_says_what_is_allowed(daktela: Client, sent: dict[str, object], message: str) -> None:
    """Nothing changes."""
    reply = daktela.control("PATCH", "switches", json=sent)
    assert (reply.status_code, reply.json()["error"]) == (400, message)
    assert daktela.instance.switches == Switches()


def test_every_switch_is_explained(daktela: Client) -> None:
    """The help gives value, default, allowed settings and meaning for each."""
    described = daktela.control("GET", "switches/help").json()
    assert set(described) == set(dataclasses.asdict(Switches()))
    assert all(entry["about"] and entry["value"] == entry["default"] for entry in described.values())


@pytest.mark.parametrize("generation", [OLDER, NEWER], ids=["older", "newer"])
def test_both_generations_take_a_whole_record(daktela: Client, generation: dict[str, object]) -> None:
    """A client that sends everything satisfies either stack."""
    daktela.instance.switch(**generation)
    assert daktela.create(description=None, customFields={"email": ["a@x.example"]}).status_code == 201


def test_records_are_changed_by_control_endpoints(daktela: Client) -> None:
    """Edit, delete and erase act at once and unchecked."""
    daktela.create()
    path = "records/contacts/sf_contact_1"
    edited = daktela.control("PATCH", path, json={"title": "By hand", "customFields": {"vip": ["1"]}})
    assert (edited.json()["title"], edited.json()["customFields"]) == ("By hand", {"vip": ["1"]})
    assert daktela.control("POST", f"{path}/erase").status_code == 200
    assert daktela.get("contacts/sf_contact_1.json").status_code == 404
    assert daktela.control("DELETE", path).status_code == 404
    assert daktela.control("PATCH", "records/nothing/x", json={}).status_code == 404


def test_erasing_a_contact_erases_its_crm_records(daktela: Client) -> None:
    """GDPR erasure removes related data."""
    daktela.create()
    daktela.create("crmRecords", contact="sf_contact_1")
    daktela.instance.erase("contacts", "sf_contact_1")
    assert daktela.instance.get("crmRecords", "sf_opp_1") is None


def test_a_control_endpoint_merges_records(daktela: Client) -> None:
    """The loser disappears into the survivor."""
    daktela.create(name="kept")
    daktela.create(name="lost")
    assert daktela.control("POST", "records/contacts/lost/merge", json={"into": "kept"}).status_code == 200
    assert daktela.instance.get("contacts", "lost") is None


def test_the_journal_counts_calls_by_verb_and_endpoint(daktela: Client) -> None:
    """Lists and singles are told apart; forgetting starts at zero."""
    daktela.create()
    daktela.get("contacts/sf_contact_1.json")
    daktela.get("contacts.json")
    calls = daktela.control("GET", "counters").json()["calls"]
    assert calls == {"GET contacts": 1, "GET contacts/{name}": 1, "POST contacts": 1}
    last = daktela.control("GET", "requests", params={"last": 1}).json()[0]
    assert (last["method"], last["path"], last["status"]) == ("GET", "/api/v6/contacts.json", 200)
    daktela.control("DELETE", "requests")
    assert daktela.control("GET", "counters").json()["calls"] == {}


def test_a_fault_is_ordered_and_cancelled_over_http(daktela: Client) -> None:
    """An unknown fault is refused with the known ones."""
    assert daktela.control("POST", "faults", json={"fault": "too_many"}).status_code == 200
    assert daktela.get("whoim.json").status_code == 429
    daktela.control("POST", "faults", json={"fault": "too_many"})
    daktela.control("DELETE", "faults")
    assert daktela.get("whoim.json").status_code == 200
    assert "known faults: server_error" in daktela.control("POST", "faults", json={"fault": "x"}).json()["error"]
    assert daktela.control("POST", "faults", json={"fault": "redirect", "wrong": 1}).status_code == 400


def test_reset_seeds_again_or_leaves_the_databases_empty(daktela: Client) -> None:
    """Catalogues stay in either case."""
    daktela.control("POST", "reset", json={"empty": True})
    assert daktela.instance.count("contacts") == 0
    assert daktela.names("crmDatabases.json", {}) == ["sales", "support"]
    daktela.control("POST", "reset", json={"empty": False})
    assert daktela.instance.count("contacts", "sales") == 4


def test_the_page_shows_records_escaped_and_finds_them(daktela: Client) -> None:
    """Names are links of tabs, values are text, the search narrows."""
    daktela.create(title="<script>alert(1)</script>", customFields={"email": ["najdi@x.example"]})
    page = daktela.control("GET", "", params={"entity": "contacts", "database": "sales", "q": "najdi"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "najdi@x.example" in page
    assert "bozena.vlckova" not in page
    assert "1 contacts, page 1 of 1" in page
    assert "/api/v6/contacts.json" in page


def test_the_seed_offers_something_to_adopt(daktela: Client) -> None:
    """Both databases have records to learn their fields from, and two contacts share one e-mail."""
    for entity in ("contacts", "accounts"):
        assert daktela.instance.count(entity, "sales") > 0
        assert daktela.instance.count(entity, "support") > 0
    params = {"filter[field]": "customFields.email", "filter[value]": "karel.dvoji@podatelna.example"}
    assert len(daktela.names("contacts.json", params)) == 2
    assert daktela.names("crmRecordsTypes.json", {}) == ["opportunity", "smlouva", "objednavka"]
    assert "number" in daktela.names("formCrmFields.json", {})
    assert "sarka.rihova@vltava.example" not in daktela.get("users.json").text
