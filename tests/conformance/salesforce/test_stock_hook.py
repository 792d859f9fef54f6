"""The hook of Airflow's own Salesforce provider, driven as its documentation shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.salesforce.hooks.salesforce import SalesforceHook

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox
from tests.conformance.salesforce.names import MY_DOMAIN, session_that_finds
from tests.conformance.salesforce.test_simple_salesforce import kept

APP = {"consumer_key": KNOWN.consumer_key, "consumer_secret": KNOWN.consumer_secret}


def hook(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, login: dict[str, str], **extra: str) -> Any:
    """The hook over a connection as Airflow reads it from its environment."""
    connection = {"conn_type": "salesforce", **login, "extra": {"domain": MY_DOMAIN, **extra}}
    monkeypatch.setenv("AIRFLOW_CONN_STOCK", json.dumps(connection))
    return SalesforceHook("stock", session=session_that_finds(sandbox.salesforce_url))


@pytest.fixture
def stock(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Signed in by client credentials."""
    return hook(sandbox, monkeypatch, {}, **APP)


@pytest.mark.parametrize(
    ("login", "extra"),
    [
        ({}, APP),
        ({"login": KNOWN.username, "password": KNOWN.password + KNOWN.security_token}, APP),
        ({"login": KNOWN.username, "password": KNOWN.password}, {"security_token": KNOWN.security_token}),
    ],
    ids=["client credentials", "password with consumer key", "security token by SOAP"],
)
def test_each_kind_of_connection_signs_in(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, login: dict[str, str], extra: dict[str, str]
) -> None:
    """What the connection holds decides the flow."""
    assert hook(sandbox, monkeypatch, login, **extra).test_connection() == (True, "Connection successfully tested")


def test_a_wrong_secret_is_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection test says so."""
    works, message = hook(sandbox, monkeypatch, {}, **{**APP, "consumer_secret": "wrong"}).test_connection()
    assert (works, "invalid_client" in message) == (False, True)


def test_make_query_reads_every_page(stock: Any, sandbox: Sandbox) -> None:
    """Also with the bin, where asked."""
    sandbox.salesforce.switch(page_rows=20)
    found = stock.make_query("SELECT Id, LastName FROM Contact")
    assert {row["Id"] for row in found["records"]} == kept(sandbox, "Contact")
    with_bin = stock.make_query("SELECT Id FROM Contact", include_deleted=True)
    assert {row["Id"] for row in with_bin["records"]} == kept(sandbox, "Contact", deleted=True)


def test_describe_and_fields(stock: Any) -> None:
    """describe_object and get_available_fields agree."""
    described = stock.describe_object("Account")
    assert stock.get_available_fields("Account") == [field["name"] for field in described["fields"]]


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_rows_become_a_frame_and_a_file(stock: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    """object_to_df and write_object_to_file take the rows as they came."""
    found = stock.get_object_from_salesforce("Contact", ["Id", "LastName", "CreatedDate"])
    frame = stock.object_to_df(found["records"])
    assert set(frame.columns) == {"id", "lastname", "createddate"}
    assert len(frame) == len(kept(sandbox, "Contact"))
    target = tmp_path / "contacts.csv"
    stock.write_object_to_file(found["records"], str(target))
    assert target.read_text(encoding="utf-8").count("003") >= len(kept(sandbox, "Contact"))
