"""Campaign records, their pool of fields, and the dialler that advances them."""

from __future__ import annotations

import pytest

from tests.sandbox.daktela.client import Client


def made(daktela: Client, **more: object) -> str:
    body = {"name": "one", "record_type": "spring_campaign", "customFields": {"number": ["+420602111222"]}, **more}
    reply = daktela.call("POST", "campaignsRecords.json", json=body)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["result"]["name"])


def test_a_record_needs_its_type_and_no_title(daktela: Client) -> None:
    """What nobody says is not assigned to anybody."""
    refused = daktela.call("POST", "campaignsRecords.json", json={"name": "one"})
    assert "record_type" in refused.json()["error"]["form"]
    made(daktela)
    record = daktela.get("campaignsRecords/one.json").json()["result"]
    assert (record["action"], record["statuses"], record["record_type"]["name"]) == (0, [], "spring_campaign")
    assert "number" in record["_sys"]["cfScheme"]


def test_its_fields_are_a_pool_of_their_own(daktela: Client) -> None:
    """A field of the CRM is not on its form."""
    assert "member_status" in daktela.names("formFields.json", {})
    assert "member_status" not in daktela.names("formCrmFields.json", {})
    daktela.instance.switch(unknown_custom_field="refused")
    body = {"name": "two", "record_type": "spring_campaign", "customFields": {"vip": ["1"]}}
    assert daktela.call("POST", "campaignsRecords.json", json=body).status_code == 400


@pytest.mark.parametrize("wrong", [{"action": 9}, {"nextcall": "soon"}, {"database": "sales"}, {"contact": "nobody"}])
def test_what_does_not_fit_is_refused_by_field(daktela: Client, wrong: dict[str, object]) -> None:
    """A CRM database is no campaign database."""
    reply = daktela.call("POST", "campaignsRecords.json", json={"name": "one", "record_type": "renewals", **wrong})
    assert list(reply.json()["error"]["form"]) == list(wrong)


def test_the_dialler_calls_and_an_agent_says_what_came_of_it(daktela: Client) -> None:
    """Over HTTP, step by step; no step leads away from what is done."""
    made(daktela, action=1)
    dial = "records/campaignsRecords/one/dial"
    called = daktela.control("POST", dial, json={"action": 3}).json()
    assert called["user"]
    assert called["call_id"]
    daktela.control("POST", dial, json={"action": 4})
    assert daktela.control("POST", dial, json={"action": 5}).json()["statuses"] == ["reached"]
    refused = daktela.control("POST", dial, json={"action": 1})
    assert (refused.status_code, refused.json()["error"]) == (400, "after action 5 comes nothing, not 1")
    assert daktela.control("POST", "dialler", json={"steps": 5}).json() == {"steps": 0}


def test_a_put_of_the_replacing_kind_takes_a_record_off_the_list(daktela: Client) -> None:
    daktela.instance.switch(put_mode="replacing")
    made(daktela, action=1, nextcall="2026-12-01 09:00:00")
    daktela.call("PUT", "campaignsRecords/one.json", json={"record_type": "spring_campaign"})
    record = daktela.get("campaignsRecords/one.json").json()["result"]
    assert (record["action"], record["nextcall"]) == (0, None)


def test_records_are_listed_by_type_and_shown_on_the_page(daktela: Client) -> None:
    made(daktela, action=1)
    found = {"filter[field]": "record_type", "filter[operator]": "eq", "filter[value]": "spring_campaign"}
    assert daktela.names("campaignsRecords.json", found) == ["one"]
    assert daktela.names("campaignsRecords.json", {**found, "filter[value]": "renewals"}) == []
    page = daktela.control("GET", "?entity=campaignsRecords").text
    assert "campaignsRecords: Jarní kampaň (1)" in page
    assert "+420602111222" in page
