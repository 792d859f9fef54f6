"""What clients ask for beside queries: who signed in, old versions, doubled slashes, columns, Bulk v1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.sandbox.salesforce.client import SECONDS, Caller


def plain(caller: Caller, path: str, **headers: str) -> requests.Response:
    """Read a path of the server's root, without the session's token unless the headers have one."""
    return caller.session.get(f"{caller.url}{path}", headers={"Authorization": "", **headers}, timeout=SECONDS)


def signed(caller: Caller, path: str) -> Any:
    """Read a path of the server's root with the session's token."""
    reply = caller.session.get(f"{caller.url}{path}", timeout=SECONDS)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_identity_url_tells_who_signed_in(caller: Caller) -> None:
    """It is the `id` of the token reply; userinfo says the same in OpenID's words."""
    known = caller.org.credentials
    granted = caller.grant(
        grant_type="client_credentials", client_id=known.consumer_key, client_secret=known.consumer_secret
    ).json()
    identity = signed(caller, granted["id"].removeprefix(caller.url))
    userinfo = signed(caller, "/services/oauth2/userinfo")
    assert (identity["id"], userinfo["sub"]) == (granted["id"], granted["id"])
    ids = {"organization_id": caller.org.id, "user_id": caller.org.user_id}
    assert {name: identity[name] for name in ids} == {name: userinfo[name] for name in ids} == ids
    assert (identity["username"], userinfo["preferred_username"]) == (known.username, known.username)
    assert identity["urls"]["rest"] == f"{granted['instance_url']}/services/data/v{{version}}/"


@pytest.mark.parametrize(
    ("headers", "text"), [({}, "Missing_OAuth_Token"), ({"Authorization": "Bearer wrong"}, "Bad_OAuth_Token")]
)
def test_identity_needs_a_valid_token(caller: Caller, headers: dict[str, str], text: str) -> None:
    """Both endpoints answer 403 with a plain text, and do not show the identity of another org."""
    identity = f"/id/{caller.org.id}/{caller.org.user_id}"
    for path in (identity, "/services/oauth2/userinfo"):
        reply = plain(caller, path, **headers)
        assert (reply.status_code, reply.text) == (403, text)
    own = str(caller.session.headers["Authorization"])
    assert plain(caller, "/id/00D000000000000AAA/005000000000000AAA", Authorization=own).text == "Wrong_Org"


def test_a_doubled_slash_is_served(caller: Caller) -> None:
    """An address that ends in a slash before a path that begins with one: with sessions, quota and pages as ever."""
    doubled = signed(caller, "//services/data/v60.0/query?q=SELECT+Id+FROM+Organization")
    assert doubled["records"][0]["Id"] == caller.org.id
    assert plain(caller, "//services/data/v60.0/limits").status_code == 401
    assert plain(caller, "//services/data/").json() == plain(caller, "/services/data").json()


@pytest.mark.parametrize(
    ("version", "status"), [("20.0", 410), ("30.0", 410), ("31.0", 200), ("40.0", 200), ("68.0", 200), ("69.0", 404)]
)
def test_versions_from_31_on_are_served(caller: Caller, version: str, status: int) -> None:
    """Older ones are gone, later ones not there yet."""
    assert caller.session.get(f"{caller.url}/services/data/v{version}/limits", timeout=SECONDS).status_code == status


def test_a_version_lacks_what_came_later(caller: Caller) -> None:
    """Bulk 2.0 queries came with 47, FIELDS() with 51, resultPages with 58; before 50 columns are alphabetical."""
    job = {"operation": "query", "query": "SELECT Name, Id FROM Account"}
    statuses = [caller.post(f"/services/data/v{n}.0/jobs/query", job).status_code for n in (46, 47)]
    assert statuses == [404, 200]
    parameters = {"q": "SELECT FIELDS(STANDARD) FROM Organization"}
    answers = [
        caller.session.get(f"{caller.url}/services/data/v{n}.0/query", params=parameters, timeout=SECONDS).status_code
        for n in (50, 51)
    ]
    assert answers == [400, 200]
    heads = {}
    for number in (49, 57):
        base = f"/services/data/v{number}.0/jobs/query"
        at = f"{base}/{caller.post(base, job).json()['id']}"
        while signed(caller, at)["state"] != "JobComplete":
            pass
        heads[number] = caller.session.get(f"{caller.url}{at}/results", timeout=SECONDS).text.splitlines()[0]
        pages = caller.session.get(f"{caller.url}{at}/resultPages", timeout=SECONDS)
        assert pages.status_code == 404
    assert heads == {49: '"Id","Name"', 57: '"Name","Id"'}


def test_a_query_may_ask_for_its_columns_alone(caller: Caller) -> None:
    """`columns=true` gives no row, and parents as joined columns."""
    told = caller.get("query", q="SELECT Id, LastName, Account.Name FROM Contact", columns="true").json()
    assert (told["entityName"], told["keyPrefix"], told["idSelected"]) == ("Contact", "003", True)
    names = [
        (each["columnName"], [inner["columnName"] for inner in each["joinColumns"]]) for each in told["columnMetadata"]
    ]
    assert names == [("Id", []), ("LastName", []), ("Account", ["Name"])]
    assert "records" not in told
    largest = caller.get("query", q="SELECT MAX(AnnualRevenue) most FROM Account", columns="true").json()
    assert [(each["columnName"], each["aggregate"]) for each in largest["columnMetadata"]] == [("most", True)]


def test_custom_settings_are_queried_like_any_object(caller: Caller) -> None:
    """Describe says that they are settings, and queryable."""
    described = caller.get("sobjects/Nastaveni__c/describe").json()
    assert (described["customSetting"], described["queryable"], described["replicateable"]) == (True, True, True)
    rows = caller.query("SELECT Name, Hodnota__c FROM Nastaveni__c")["records"]
    assert {row["Name"]: row["Hodnota__c"] for row in rows} == {"Mena": "CZK", "Synchronizace": "ano"}


def test_get_updated_serves_users(caller: Caller) -> None:
    """getUpdated serves them, and getDeleted finds none: a user is never deleted."""
    assert caller.get("sobjects/User/describe").json()["replicateable"] is True
    caller.org.records.update("User", caller.org.user_id, {"Title": "Referent"})
    end = datetime.now(UTC) + timedelta(minutes=1)
    span = {"start": (end - timedelta(hours=1)).isoformat(), "end": end.isoformat()}
    assert caller.get("sobjects/User/updated", **span).json()["ids"] == [caller.org.user_id]
    assert caller.get("sobjects/User/deleted", **span).json()["deletedRecords"] == []


def test_bulk_v1_is_not_enabled(caller: Caller) -> None:
    """400 with the text that makes clients use another API, as JSON or XML; other errors have other texts."""
    token = str(caller.session.headers["Authorization"]).removeprefix("Bearer ")

    def code(version: str, **headers: str) -> str:
        reply = plain(caller, f"/services/async/{version}/job", Accept="application/json", **headers)
        assert reply.status_code == 400
        return str(reply.json()["exceptionCode"])

    assert code("60.0", **{"X-SFDC-Session": token}) == "FeatureNotEnabled"
    assert code("60.0", **{"X-SFDC-Session": "dead"}) == "InvalidSessionId"
    assert code("30.0", **{"X-SFDC-Session": token}) == "InvalidVersion"
    as_xml = plain(caller, "/services/async/60.0/job", **{"X-SFDC-Session": token, "Accept": "*/*"})
    assert "<exceptionCode>FeatureNotEnabled</exceptionCode>" in as_xml.text
