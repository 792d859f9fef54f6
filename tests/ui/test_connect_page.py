"""The step Connect over Airflow's own connections."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.secrets_backend import keep_connections_in
from tests.ui.conftest import Ask

SECRETS = ("Heslo-tajne-1", "Token-tajny-2", "Klic-tajny-3")
HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


@pytest.fixture
def stored(server: FastAPI) -> Iterator[Callable[..., None]]:  # noqa: ARG001 its database
    """Puts connections into Airflow's database."""
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    def add(conn_id: str, conn_type: str = "salesforce", extra: object = None, **fields: Any) -> None:
        with create_session() as session:
            text = None if extra is None else json.dumps(extra)
            session.add(Connection(conn_id=conn_id, conn_type=conn_type, extra=text, **fields))

    yield add
    with create_session() as session:
        session.execute(delete(Connection))


@pytest.fixture
def complete(stored: Callable[..., None]) -> None:
    """One connection for each end, as Daktela's guide fills them in."""
    stored(
        "salesforce_default",
        host="https://acme.my.salesforce.com",
        login="integration@acme.com",
        password=SECRETS[0],
        extra={"security_token": SECRETS[1], "consumer_key": "3MVG9-the-key", "consumer_secret": SECRETS[2]},
    )
    stored("daktela_default", "daktela", host="https://acme.daktela.com", password=SECRETS[1])


def test_a_new_sync_is_offered_forms_for_both_connections(ask: Ask) -> None:
    """There are none yet: their usual Ids stand there, and a new app is what one begins with."""
    page = ask("/syncs/sales/connect", role="op").text
    assert page.count("data-new-id") == 2
    assert 'value="salesforce_default"' in page
    assert 'value="daktela_default"' in page
    assert 'value="app" checked' in page


def test_fields_stand_in_the_order_of_daktela_s_guide_with_its_words(ask: Ask) -> None:
    """And with Airflow's, by which failures name them."""
    page = ask("/syncs/sales/connect", role="op").text
    places = [page.index(f'for="salesforce-{name}"') for name in ("host", "login", "password", "security_token")]
    places += [page.index(f'for="salesforce-{name}"') for name in ("consumer_key", "consumer_secret")]
    assert places == sorted(places)
    for label, word in (("Instance URL", "URI instance"), ("Consumer Key", "Client ID")):
        assert f'{label} <span class="theirs">in Daktela\'s guide: {word}</span>' in page


@pytest.mark.usefixtures("complete")
def test_secrets_are_never_in_the_page(ask: Ask) -> None:
    """Whatever is no secret is; a stored secret is told by its name."""
    page = ask("/syncs/sales/connect", role="admin").text
    assert "https://acme.my.salesforce.com" in page
    assert "3MVG9-the-key" in page
    assert 'value="password" checked' in page
    assert not any(secret in page for secret in SECRETS)
    assert page.count("Kept as it is. Type to replace it.") == 4
    assert page.count("Remove the stored value") == 1


@pytest.mark.usefixtures("complete")
def test_who_may_not_edit_connections_sees_their_ids_alone(ask: Ask) -> None:
    """And which right is missing."""
    page = ask("/syncs/sales/connect", role="user").text
    assert "salesforce_default" in page
    assert "you need the right to edit connections" in page
    assert "acme" not in page
    assert "data-field" not in page


@pytest.mark.usefixtures("complete")
def test_a_connection_of_the_environment_is_shown_and_not_edited(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hides the one in the database: whoever edits that one would wonder."""
    said = {"conn_type": "salesforce", "host": "https://from-env.my.salesforce.com", "password": SECRETS[0]}
    monkeypatch.setenv("AIRFLOW_CONN_SALESFORCE_DEFAULT", json.dumps(said))
    page = ask("/syncs/sales/connect", role="admin").text
    assert "AIRFLOW_CONN_SALESFORCE_DEFAULT" in page
    assert "from-env.my.salesforce.com" in page
    assert 'for="salesforce-host"' not in page
    assert 'for="daktela-host"' in page
    assert SECRETS[0] not in page


@pytest.mark.usefixtures("complete")
def test_a_connection_of_a_secrets_backend_is_shown_and_not_edited(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in no list: its Id has to be typed."""
    held = {"from_backend": {"conn_type": "salesforce", "host": "https://b.my.salesforce.com", "password": SECRETS[0]}}
    file = tmp_path / "connections.json"
    file.write_text(json.dumps(held))
    keep_connections_in(file, monkeypatch)
    assert "from_backend" not in ask("/syncs/sales/connect", role="op").text
    page = ask("/syncs/sales/connect?salesforce=from_backend", role="op").text
    assert "It comes from a secrets backend" in page
    assert "https://b.my.salesforce.com" in page
    assert 'for="salesforce-host"' not in page
    assert SECRETS[0] not in page


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"host": "acme.my.salesforce.com", "port": 8443}, "acme.my.salesforce.com:8443"),
        ({"extra": {"domain": "acme.my"}}, "acme.my.salesforce.com"),
        ({"extra": {"extra__salesforce__instance_url": "https://acme.example"}}, "https://acme.example"),
    ],
)
def test_an_address_is_read_from_wherever_the_sign_in_reads_it(
    fields: dict[str, Any], address: str, ask: Ask, stored: Callable[..., None]
) -> None:
    """The stock hook has fields of its own for it."""
    stored("salesforce_default", **fields)
    assert f'value="{address}"' in ask("/syncs/sales/connect", role="op").text


def test_a_connection_that_cannot_be_read_says_why(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a run would say it."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps({"conn_type": "daktela", "extra": {"timezone": True}})
    )
    page = ask("/syncs/sales/connect", role="op").text
    assert "connection daktela_default: Server Time Zone: this is true or false and not a text" in page


def test_another_connection_is_shown_on_demand(ask: Ask, stored: Callable[..., None]) -> None:
    """The address names it; an empty Id is a new one, with an Id that nobody has."""
    stored("salesforce_sales", host="https://other.my.salesforce.com")
    page = ask("/syncs/sales/connect?salesforce=salesforce_sales", role="op").text
    assert "https://other.my.salesforce.com" in page
    new = ask("/syncs/sales/connect?salesforce=", role="op").text
    assert 'data-new-id value="salesforce_sales_2"' in new


def test_a_connection_of_another_type_is_not_offered(ask: Ask, stored: Callable[..., None]) -> None:
    """It would be read as something that it is not."""
    stored("salesforce_default", "http", host="https://example.org")
    page = ask("/syncs/sales/connect", role="op").text
    assert "of type http" in page
    assert "example.org" not in page


def test_hostile_values_are_text(ask: Ask, stored: Callable[..., None]) -> None:
    """Also in the values of inputs."""
    stored("salesforce_default", host=HOSTILE, login=HOSTILE)
    page = ask("/syncs/sales/connect", role="op").text
    assert "<img" not in page
    assert "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_choice_is_kept_in_the_draft(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The file itself stays. What is there already is kept, for its answer may be lost; another choice is refused."""
    file = add_sync("sales") / "sync.yaml"
    before = file.read_text()
    body = {"version": 0, "salesforce": "sf_two", "daktela": "daktela_default"}
    reply = ask("/syncs/sales/connect", role="op", method="PUT", json=body)
    assert reply.json() == {"version": 1, "unsaved": True}
    assert file.read_text() == before
    assert "sf_two" in ask("/syncs/sales/connect", role="op").text
    for version in (0, 1):
        same = {**body, "version": version}
        assert ask("/syncs/sales/connect", role="op", method="PUT", json=same).json()["version"] == 1
    other = {**body, "salesforce": "sf_three"}
    assert ask("/syncs/sales/connect", role="op", method="PUT", json=other).status_code == 409


def test_ids_that_no_connection_can_have_are_refused(ask: Ask) -> None:
    """They would go into a file."""
    body = {"version": 0, "salesforce": "a b", "daktela": "daktela_default"}
    assert ask("/syncs/sales/connect", role="op", method="PUT", json=body).status_code == 422


@pytest.mark.parametrize(
    ("system", "text", "host", "said"),
    [
        ("salesforce", "https://acme.lightning.force.com/lightning/o/Account/list", "acme", "Production org"),
        ("salesforce", " acme--test.sandbox.my.salesforce-setup.com/x ", "acme--test.sandbox", "Sandbox"),
        ("salesforce", "test.salesforce.com", "", "A host that many orgs share"),
        ("daktela", "acme.daktela.com/login", "", "Daktela instance"),
    ],
)
def test_pasted_addresses_are_understood(system: str, text: str, host: str, said: str, ask: Ask) -> None:
    """By the clients' own rules."""
    reply = ask("/addresses", role="op", method="POST", json={"system": system, "text": text}).json()
    assert reply["problem"] == ""
    assert reply["text"].startswith(said)
    if host:
        assert reply["host"] == f"https://{host}.my.salesforce.com"


def test_addresses_that_get_no_credential_are_told(ask: Ask) -> None:
    """With what to write instead. An empty field is no problem yet."""
    wrong = ask("/addresses", role="op", method="POST", json={"system": "salesforce", "text": "evil.example"}).json()
    assert "no credential is sent there" in wrong["problem"]
    assert wrong["host"] == ""
    assert ask("/addresses", role="op", method="POST", json={"system": "daktela", "text": " "}).json() == {
        "host": "",
        "text": "",
        "problem": "",
    }
