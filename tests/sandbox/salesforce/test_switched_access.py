"""Switches about who gets in, where the org lives and what its user may see."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import pytest
import requests

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.salesforce.switches import SwitchError
from tests.sandbox.salesforce.client import Caller

APP = {"client_id": KNOWN.consumer_key, "client_secret": KNOWN.consumer_secret}


def granted(caller: Caller) -> dict[str, Any]:
    """Return a token reply."""
    body: dict[str, Any] = caller.grant(grant_type="client_credentials", **APP).json()
    return body


def error(reply: requests.Response) -> tuple[int, str]:
    """Return status and errorCode."""
    return reply.status_code, reply.json()[0]["errorCode"]


def test_an_app_can_be_not_installed(caller: Caller) -> None:
    """Whatever is right in the request, the org does not know the app."""
    caller.org.switch(app_installed=False)
    reply = caller.grant(grant_type="client_credentials", **APP)
    expected = {"error": "invalid_client", "error_description": "app must be installed into org"}
    assert (reply.status_code, reply.json()) == (400, expected)


@pytest.mark.parametrize(("answer", "status"), [("unauthorized", 401), ("redirect", 301), ("html", 404)])
def test_an_org_can_move(caller: Caller, answer: str, status: int) -> None:
    """Tokens name the new address, which serves calls; the former one turns them away and still gives tokens."""
    caller.org.switch(moved=answer)
    moved_to = granted(caller)["instance_url"]
    path = "/services/data/v60.0/limits"
    assert moved_to == caller.url.replace("localhost", "127.0.0.1")
    assert caller.session.get(moved_to + path, timeout=20).status_code == 200
    away = caller.session.get(caller.url + path, timeout=20, allow_redirects=False)
    assert away.status_code == status
    assert away.headers.get("Location") == (moved_to + path if answer == "redirect" else None)


def test_token_replies_vary(caller: Caller) -> None:
    """issued_at may count seconds, and a reply may tell how long its token lives."""
    everyday = granted(caller)
    caller.org.switch(issued_at="seconds", expires_in=True)
    other = granted(caller)
    assert "expires_in" not in everyday
    assert other["expires_in"] == 7200
    assert abs(int(everyday["issued_at"]) / 1000 - int(other["issued_at"])) < 60


@pytest.mark.parametrize("form", ["object", "html"])
def test_a_401_can_have_other_bodies(caller: Caller, form: str) -> None:
    """A permanent 401 may carry an object or a page instead of a list."""
    caller.org.switch(unauthorized=True, unauthorized_body=form)
    reply = caller.get("limits")
    assert reply.status_code == 401
    if form == "object":
        assert reply.json() == {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    else:
        assert reply.text.startswith("<!DOCTYPE html>")


def test_an_org_can_have_another_clock(caller: Caller) -> None:
    """An org whose clock is ahead says so in Date, stamps by it, and finds a fresh assertion expired."""
    caller.org.switch(clock_skew_seconds=3600.0)
    ahead = parsedate_to_datetime(caller.get("limits").headers["Date"]).timestamp() - time.time()
    record = caller.org.records.create("Lead", {"LastName": "x", "Company": "y"})
    newest = caller.org.records.read("Lead", record=record)[0]["SystemModstamp"]
    claims = {"iss": KNOWN.consumer_key, "sub": KNOWN.username, "aud": "https://login.salesforce.com",
              "exp": int(time.time()) + 180}  # fmt: skip
    signed = jwt.encode(claims, caller.org.private_key, algorithm="RS256")
    reply = caller.grant(grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=signed)
    caller.org.records.hard_delete("Lead", record)
    assert abs(ahead - 3600) < 60
    assert newest > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3000))
    assert reply.json()["error_description"] == "expired authorization code"


def test_queries_can_refuse_a_described_field(caller: Caller) -> None:
    """Describe may still tell a field that queries refuse already."""
    caller.org.switch(hidden_fields=["Contact.Email"], hidden_fields_described=True)
    assert "Email" in [each["name"] for each in caller.get("sobjects/Contact/describe").json()["fields"]]
    assert error(caller.get("query", q="SELECT Email FROM Contact")) == (400, "INVALID_FIELD")


def test_an_object_can_be_hidden(caller: Caller) -> None:
    """A hidden object is in no list, has no describe, is no type for a query and no parent."""
    caller.org.switch(hidden_objects=["Account"])
    assert "Account" not in [each["name"] for each in caller.get("sobjects").json()["sobjects"]]
    assert error(caller.get("sobjects/Account/describe")) == (404, "NOT_FOUND")
    assert error(caller.get("query", q="SELECT Id FROM Account")) == (400, "INVALID_TYPE")
    assert error(caller.get("query", q="SELECT Account.Name FROM Contact")) == (400, "INVALID_FIELD")


def test_records_can_be_hidden(caller: Caller) -> None:
    """A record out of the user's sight is in no query, bin or no bin, and none of its stamps moved."""
    record = caller.org.records.read("Account")[0]
    before = caller.query("SELECT COUNT() FROM Account", kind="queryAll")["totalSize"]
    caller.org.switch(hidden_records=[record["Id"][:15]])
    assert caller.query("SELECT COUNT() FROM Account", kind="queryAll")["totalSize"] == before - 1
    assert error(caller.get(f"sobjects/Account/{record['Id']}")) == (404, "NOT_FOUND")
    assert caller.org.records.read("Account")[0] == record


def test_a_stamp_can_be_unfilterable(caller: Caller) -> None:
    """Describe says that no query may filter on the field, and queries that do are refused."""
    caller.org.switch(unfilterable_fields=["Lead.SystemModstamp"])
    fields = {each["name"]: each for each in caller.get("sobjects/Lead/describe").json()["fields"]}
    reply = caller.get("query", q="SELECT Id FROM Lead WHERE SystemModstamp > 2026-01-01T00:00:00Z")
    assert (fields["SystemModstamp"]["filterable"], fields["CreatedDate"]["filterable"]) == (False, True)
    assert error(reply) == (400, "INVALID_FIELD")
    assert "can not be filtered" in reply.json()[0]["message"]


def test_an_object_can_require_a_filter(caller: Caller) -> None:
    """As ContentDocumentLink does: neither a window nor another operator will do."""
    caller.org.switch(required_filters=["Lead.OwnerId"])
    refused = (
        "SELECT Id FROM Lead",
        "SELECT Id FROM Lead WHERE SystemModstamp > 2020-01-01T00:00:00Z",
        "SELECT Id FROM Lead WHERE OwnerId != null",
    )
    for soql in refused:
        reply = caller.get("query", q=soql)
        assert error(reply) == (400, "MALFORMED_QUERY")
        assert "Lead requires a filter by a single Id on ownerid" in reply.json()[0]["message"]
    taken = (
        "SELECT Id FROM Lead WHERE OwnerId = '005000000000001AAA'",
        "SELECT Id FROM Lead WHERE Id IN ('00Q000000000001AAA') AND IsConverted = false",
    )
    for soql in taken:
        assert caller.get("query", q=soql).status_code == 200
    assert caller.get("query", q="SELECT Id FROM Contact").status_code == 200


def test_an_org_can_have_another_release(caller: Caller) -> None:
    """An older org lacks later versions; from Summer '27 on nobody logs in by SOAP."""
    caller.org.switch(latest_version=60)
    assert error(caller.session.get(f"{caller.url}/services/data/v61.0/limits", timeout=20)) == (404, "NOT_FOUND")
    caller.org.switch(latest_version=70)
    listed = caller.session.get(f"{caller.url}/services/data/", timeout=20).json()
    password = KNOWN.password + KNOWN.security_token
    body = f"<a:username>{KNOWN.username}</a:username><a:password>{password}</a:password>"
    soap = caller.session.post(f"{caller.url}/services/Soap/u/59.0", data=body, timeout=20)
    assert listed[-1]["label"] == "Summer '27"
    assert (soap.status_code, "UNSUPPORTED_API_VERSION" in soap.text) == (500, True)


def test_describe_can_show_changed_fields(caller: Caller) -> None:
    """Describe tells what an admin made of them; a setting that makes no sense is refused."""
    named = ("Company length=40", "Status values=Open|Closed", "Phone type=double", "City required=true")
    caller.org.switch(altered_fields=[f"Lead.{each}" for each in named])
    fields = {each["name"]: each for each in caller.get("sobjects/Lead/describe").json()["fields"]}
    assert (fields["Company"]["length"], fields["Phone"]["type"], fields["City"]["nillable"]) == (40, "double", False)
    assert [each["value"] for each in fields["Status"]["picklistValues"] if each["active"]] == ["Open", "Closed"]
    for wrong in ("Company length=40", "Lead.Company size=40", "Lead.Company length=long", "Lead.Company"):
        with pytest.raises(SwitchError, match=r"is not like `Contact\.Title length=40`"):
            caller.org.switch(altered_fields=[wrong])
