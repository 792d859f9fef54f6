"""simple-salesforce, the client below Airflow's own hook, driven as its documentation shows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox
from tests.conformance.salesforce.names import MY_DOMAIN, session_that_finds

APP = {"consumer_key": KNOWN.consumer_key, "consumer_secret": KNOWN.consumer_secret}
USER = {"username": KNOWN.username, "password": KNOWN.password + KNOWN.security_token}

Connect = Callable[..., Any]
"""Its own attributes are made up at run time, so types end here."""


@pytest.fixture
def connect(sandbox: Sandbox) -> Connect:
    """Return a function that signs in at the org's My Domain."""

    def sign_in(**given: Any) -> Any:
        wanted = {"domain": MY_DOMAIN, "session": session_that_finds(sandbox.salesforce_url), **given}
        return Salesforce(**wanted)

    return sign_in


@pytest.fixture
def client(connect: Connect) -> Any:
    """A client signed in by client credentials."""
    return connect(**APP)


def names_of(rows: list[dict[str, Any]]) -> set[str]:
    """The rows' Ids."""
    return {str(row["Id"]) for row in rows}


def kept(sandbox: Sandbox, sobject: str, *, deleted: bool = False) -> set[str]:
    """Ids the org holds."""
    rows = sandbox.salesforce.records.read(sobject, limit=10_000)
    return {row["Id"] for row in rows if deleted or not row["IsDeleted"]}


def test_check_1_username_password_flow(connect: Connect) -> None:
    """Username, password with the token appended, consumer key and secret."""
    assert connect(**USER, **APP).query("SELECT Id FROM Organization")["totalSize"] == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "invalid_grant"),
        ({"consumer_secret": "wrong"}, "invalid_client"),
        ({"consumer_key": "wrong"}, "invalid_client_id"),
    ],
    ids=["password", "secret", "key"],
)
def test_check_2_what_is_wrong_is_named(connect: Connect, change: dict[str, str], code: str) -> None:
    """The client reads `error` from an object, not from a list."""
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        connect(**{**USER, **APP, **change})
    assert refused.value.code == code


def test_check_2_a_disabled_password_flow(connect: Connect, sandbox: Sandbox) -> None:
    """Orgs made since 2023 have it switched off."""
    sandbox.salesforce.switch(password_flow=False)
    with pytest.raises(SalesforceAuthenticationFailed):
        connect(**USER, **APP)


def test_check_3_the_security_token_matters_outside_trusted_addresses(connect: Connect, sandbox: Sandbox) -> None:
    """The bare password fails until the address is trusted."""
    bare = {**USER, "password": KNOWN.password}
    with pytest.raises(SalesforceAuthenticationFailed):
        connect(**bare, **APP)
    sandbox.salesforce.switch(trusted_ip=True)
    connect(**bare, **APP)


def test_check_4_client_credentials(connect: Connect, sandbox: Sandbox) -> None:
    """Accepted at My Domain; refused when the app has no user to run as."""
    connect(**APP)
    sandbox.salesforce.switch(client_credentials_flow=False)
    with pytest.raises(SalesforceAuthenticationFailed):
        connect(**APP)


def test_check_5_jwt_bearer(connect: Connect, sandbox: Sandbox) -> None:
    """A key pair instead of a password. An org may insist on the login host as audience, which this client cannot."""
    key = sandbox.salesforce.private_key
    jwt = {"username": KNOWN.username, "consumer_key": KNOWN.consumer_key, "privatekey": key}
    assert connect(**jwt).limits()
    with pytest.raises(SalesforceAuthenticationFailed):
        connect(**{**jwt, "consumer_key": "other"})
    sandbox.salesforce.switch(own_audience=False)
    with pytest.raises(SalesforceAuthenticationFailed, match="audience"):
        connect(**jwt)


def test_check_6_soap_login_as_the_release_has_it(connect: Connect, sandbox: Sandbox) -> None:
    """Up to v64.0 it works, from v65.0 on and where it is switched off there is a fault that the client can read."""
    by_token = {"username": KNOWN.username, "password": KNOWN.password, "security_token": KNOWN.security_token}
    assert connect(**by_token).query("SELECT Id FROM Organization")["done"] is True
    with pytest.raises(SalesforceAuthenticationFailed):
        connect(**by_token, version="65.0")
    sandbox.salesforce.switch(soap_login=False)
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        connect(**by_token)
    assert refused.value.code


def test_check_8_a_dead_session_is_told(client: Any, sandbox: Sandbox) -> None:
    """401 with a list of one error."""
    sandbox.salesforce.switch(unauthorized=True)
    with pytest.raises(SalesforceExpiredSession) as refused:
        client.query("SELECT Id FROM Account")
    content: Any = refused.value.content
    assert content[0]["errorCode"] == "INVALID_SESSION_ID"


def test_checks_12_and_13_usage_and_limits_agree(client: Any) -> None:
    """The header that the client parses tells what /limits tells, one call on."""
    limits = client.limits()
    daily = limits["DailyApiRequests"]
    assert isinstance(daily["Max"], int)
    usage = client.api_usage["api-usage"]
    assert (usage.total, usage.used) == (daily["Max"], daily["Max"] - daily["Remaining"])
    assert limits["DailyBulkApiBatches"]["Remaining"] > 0


def test_check_14_an_exhausted_quota(client: Any, connect: Connect, sandbox: Sandbox) -> None:
    """403 for calls, while signing in still works."""
    sandbox.salesforce.switch(quota_remaining=0)
    with pytest.raises(SalesforceRefusedRequest) as refused:
        client.query("SELECT Id FROM Account")
    content: Any = refused.value.content
    assert content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    connect(**APP)


def test_checks_16_17_and_18_describe(client: Any) -> None:
    """Objects are listed and described, letter case aside; unknown ones are 404."""
    described = client.describe()
    assert {"Account", "Contact", "Lead", "Opportunity"} <= {found["name"] for found in described["sobjects"]}
    contact = client.contact.describe()
    assert contact["name"] == "Contact"
    assert all({"name", "type", "length", "calculated", "nillable", "filterable"} <= set(f) for f in contact["fields"])
    assert "fields" not in client.Contact.metadata()
    with pytest.raises(SalesforceResourceNotFound):
        client.Nothing__c.describe()


def test_check_21_pages_add_up(client: Any, sandbox: Sandbox) -> None:
    """query, query_more, query_all and query_all_iter bring the same rows whatever the page size."""
    wanted = kept(sandbox, "Contact")
    sandbox.salesforce.switch(page_rows=25, uneven_pages=True)
    first = client.query("SELECT Id FROM Contact")
    assert (first["done"], first["totalSize"]) == (False, len(wanted))
    more = client.query_more(first["nextRecordsUrl"], True)
    assert not names_of(first["records"]) & names_of(more["records"])
    assert names_of(client.query_all("SELECT Id FROM Contact")["records"]) == wanted
    assert names_of(list(client.query_all_iter("SELECT Id FROM Contact"))) == wanted


def test_check_25_query_all_shows_the_bin(client: Any, sandbox: Sandbox) -> None:
    """Deleted rows come only when asked for."""
    everything = client.query_all("SELECT Id, IsDeleted FROM Contact", include_deleted=True)["records"]
    assert names_of(everything) == kept(sandbox, "Contact", deleted=True)
    assert {True, False} == {row["IsDeleted"] for row in everything}
    assert names_of(client.query_all("SELECT Id FROM Contact")["records"]) == kept(sandbox, "Contact")


def test_checks_26_and_27_the_shape_of_rows(client: Any) -> None:
    """Attributes, parents nested with their own, canonical names whatever was written."""
    rows = client.query("select id, LASTNAME, account.name from contact where accountid != null limit 1")["records"]
    (row,) = rows
    assert set(row) == {"attributes", "Id", "LastName", "Account"}
    assert row["attributes"]["type"] == "Contact"
    assert set(row["Account"]) == {"attributes", "Name"}


def test_checks_28_to_30_refused_queries_are_named(client: Any) -> None:
    """Field, object and syntax errors have codes of their own."""
    for soql, code in [
        ("SELECT Nope FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
    ]:
        with pytest.raises(SalesforceMalformedRequest) as refused:
            client.query(soql)
        content: Any = refused.value.content
        assert content[0]["errorCode"] == code


def test_checks_34_to_38_bulk_query(client: Any, sandbox: Sandbox) -> None:
    """A Bulk 2.0 query in several pages of CSV brings every row once, embedded commas and line breaks too."""
    soql = "SELECT Id, LastName, Description, Account.Name FROM Contact"
    pages = list(client.bulk2.Contact.query(soql, max_records=20, wait=0.1))
    rows = [row for page in pages for row in csv.DictReader(page.splitlines(keepends=True))]
    assert len(pages) > 1
    assert names_of(rows) == kept(sandbox, "Contact")
    by_rest = {row["Id"]: row["LastName"] for row in client.query_all("SELECT Id, LastName FROM Contact")["records"]}
    assert {row["Id"]: row["LastName"] for row in rows} == by_rest


def test_checks_34_to_38_bulk_download(client: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    """The same into files, with what the bin holds."""
    found = client.bulk2.Contact.query_all("SELECT Id FROM Contact", wait=0.1)
    ids = {row["Id"] for page in found for row in csv.DictReader(page.splitlines())}
    assert ids == kept(sandbox, "Contact", deleted=True)
    results = client.bulk2.Contact.download("SELECT Id FROM Contact", path=str(tmp_path), max_records=30, wait=0.1)
    assert sum(result["number_of_records"] for result in results) == len(kept(sandbox, "Contact"))


def test_check_40_bulk_refusals(client: Any, sandbox: Sandbox) -> None:
    """An object that Bulk does not serve is refused when the job is made."""
    sandbox.salesforce.switch(bulk_refused=("Contact",))
    with pytest.raises(SalesforceMalformedRequest):
        list(client.bulk2.Contact.query("SELECT Id FROM Contact"))


def test_check_43_updated_and_deleted(client: Any, sandbox: Sandbox) -> None:
    """The replication calls tell the Ids of a span."""
    now = datetime.now(UTC)
    contact = sorted(kept(sandbox, "Contact"))[0]
    sandbox.salesforce.records.update("Contact", contact, {"Title": "Ing."}, at=now - timedelta(minutes=2))
    told = client.Contact.updated(now - timedelta(hours=1), now)
    assert contact in told["ids"]
    gone = client.Contact.deleted(now - timedelta(days=10), now)
    assert {"deletedRecords", "earliestDateAvailable", "latestDateCovered"} <= set(gone)
