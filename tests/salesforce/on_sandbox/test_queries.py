"""Queries and describes of the sandbox's org that Salesforce refuses or answers in part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import build_count, build_soql
from salesforce_daktela.salesforce.schema.describe import Resolution, resolve
from salesforce_daktela.salesforce.wire.errors import (
    QueryTimeoutError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
)
from salesforce_daktela.sync.window import Window
from sandbox.testing import Sandbox
from tests.salesforce.on_sandbox.reading import by_rest


def test_query_timeout_is_told_apart(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """A window too wide for Salesforce gives the error that halves it; half of it is read."""
    sandbox.salesforce.switch(query_timeout_days=2.0)
    until = datetime.now(UTC)
    wide, narrow = (Window(since=until - timedelta(days=days), until=until) for days in (3, 1))
    with pytest.raises(QueryTimeoutError):
        list(rest.read_rest(client, build_soql(contacts.schema, cursor=contacts.cursor, window=wide), contacts.schema))
    assert rest.count(client, build_count(contacts.schema, cursor=contacts.cursor, window=narrow)) >= 0


def test_a_hidden_field_is_unknown(sandbox: Sandbox, client: SalesforceClient) -> None:
    """A field that is hidden from the user is unknown, with its neighbours named."""
    sandbox.salesforce.switch(hidden_fields=("Contact.MobilePhone",))
    unknown = resolve(client, "Contact", ["MobilePhone", "Phone"]).unknown
    assert list(unknown) == ["MobilePhone"]
    assert "HomePhone" in unknown["MobilePhone"]


def test_named_records_are_found_by_short_and_long_ids(client: SalesforceClient, contacts: Resolution) -> None:
    """Records are found by their Ids, short or long."""
    ids = by_rest(client, contacts)["Id"].to_pylist()[:3]
    wanted = build_soql(contacts.schema, cursor=contacts.cursor, ids=[ids[0][:15], *ids[1:]])
    (table,) = rest.read_rest(client, wanted, contacts.schema)
    assert sorted(table["Id"].to_pylist()) == ids


def test_another_stamp_replaces_one_that_cannot_be_filtered(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The next best stamp is windowed on."""
    sandbox.salesforce.switch(unfilterable_fields=["Lead.SystemModstamp"])
    found = resolve(client, "Lead", ["LastName"])
    assert found.cursor == "LastModifiedDate"
    until = datetime.now(UTC)
    window = Window(since=until - timedelta(days=4000), until=until)
    soql_text = build_soql(found.schema, cursor=found.cursor, window=window)
    assert sum(table.num_rows for table in rest.read_rest(client, soql_text, found.schema)) > 0


def test_a_field_that_queries_refuse_is_named(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """A field that vanishes between describe and query is named with what to do."""
    sandbox.salesforce.switch(hidden_fields=["Contact.Birthdate"], hidden_fields_described=True)
    with pytest.raises(SalesforceRefusedError, match="field-level security"):
        by_rest(client, contacts)


def test_a_path_through_a_hidden_parent_is_unknown(sandbox: Sandbox, client: SalesforceClient) -> None:
    """A path through an object that the user may not see is unknown, the rest of the mapping stays known."""
    sandbox.salesforce.switch(hidden_objects=["Account"])
    found = resolve(client, "Contact", ["Account.Name", "LastName"])
    assert "LastName" in found.schema.fields
    assert found.unknown == {"Account.Name": ("Account is hidden from the integration user: check its permissions",)}


def test_an_expired_locator_is_an_error_that_may_pass(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Pages that expired under the reader end the read as something that may succeed later."""
    sandbox.salesforce.switch(page_rows=100, expire_locator_next=1)
    with pytest.raises(SalesforceUnavailableError, match="INVALID_QUERY_LOCATOR"):
        by_rest(client, contacts)
    assert by_rest(client, contacts).num_rows >= 300
