"""The step Preview over a sandbox: real records for those who may edit, and their values nowhere else."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.testing import Sandbox, start_sandbox
from tests.ui.conftest import Ask

SCRIPT = {"Sec-Fetch-Dest": "empty"}
HOSTILE = "<img src=x onerror=alert(1)>\u202e"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both servers with a handful of records."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size="tiny") as started:
        yield started


@pytest.fixture
def connected(sandbox: Sandbox, add_sync: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped sync with its two connections."""
    described = sandbox.description()
    salesforce, daktela = described["salesforce"], described["daktela"]
    extra = {name: salesforce[name] for name in ("security_token", "consumer_key", "consumer_secret")}
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", "localhost,127.0.0.1")
    for name, fields in (
        ("SALESFORCE", {"login": salesforce["username"], "password": salesforce["password"], "extra": extra}),
        (
            "DAKTELA",
            {"password": daktela["token"], "extra": {"database": daktela["database"], "timezone": daktela["timezone"]}},
        ),
    ):
        of = salesforce if name == "SALESFORCE" else daktela
        connection = {"conn_type": name.lower(), "host": of["url"], **fields}
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}_DEFAULT", json.dumps(connection))
    return add_sync("sales")


def new_contact(sandbox: Sandbox, **values: object) -> str:
    row = {"FirstName": " Božena ", "LastName": HOSTILE, "Email": "nobody at all", **values}
    return sandbox.salesforce.records.create("Contact", row, at=datetime.now(UTC) - timedelta(minutes=1))


def look(ask: Ask, wanted: str = "", mapping: str = "contacts") -> Any:
    path = f"/syncs/sales/preview/{mapping}"
    return ask(path, method="POST", role="user", headers=SCRIPT, json={"wanted": wanted})


@pytest.mark.usefixtures("connected")
def test_records_are_shown_before_and_after(ask: Ask, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """With the steps, the problem at its field, and the way to its row; values are text, and in no log line."""
    id_ = new_contact(sandbox)
    with caplog.at_level(logging.DEBUG):
        piece = look(ask, id_).text
    assert piece.count('<details class="record"') == 1
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202e" in piece
    assert HOSTILE not in piece
    assert "not an e-mail address" in piece
    assert 'href="/salesforce-daktela/syncs/sales/map/contacts#field:customFields.email"' in piece
    assert "A user of Daktela, looked up when it is loaded" in piece
    assert not any(value in caplog.text for value in ("Božena", "nobody at all", "onerror"))


@pytest.mark.usefixtures("connected")
def test_the_first_ten_are_shown_without_a_question(ask: Ask) -> None:
    """And nothing is said where nothing was found."""
    assert look(ask).text.count('<details class="record"') == 10
    assert "No record was found" in look(ask, "nobody of this name").text


@pytest.mark.usefixtures("connected")
def test_the_page_names_the_mappings_and_holds_no_record(ask: Ask) -> None:
    """It asks for them itself: a name that is searched for is in no address."""
    page = ask("/syncs/sales/preview", role="user").text
    assert 'href="/salesforce-daktela/syncs/sales/preview/leads"' in page
    assert 'data-address="/salesforce-daktela/syncs/sales/preview/accounts"' in page


def test_a_draft_that_does_not_load_says_where(ask: Ask, connected: Path) -> None:
    """Instead of records."""
    path = connected / "contacts.yaml"
    path.write_text(path.read_text().replace("firstname:", "firstnam:"))
    page = ask("/syncs/sales/preview/contacts", role="user").text
    assert "mappings/sales/contacts.yaml:8" in page
    assert 'id="search"' not in page
    assert look(ask).status_code == 422


def test_a_draft_that_does_not_fit_the_systems_says_where(ask: Ask, connected: Path) -> None:
    """As the preflight of a run does."""
    path = connected / "contacts.yaml"
    path.write_text(path.read_text().replace("from: FirstName", "from: Frstname"))
    reply = look(ask)
    assert reply.status_code == 422
    assert "contacts.yaml:8" in reply.json()["detail"]


def test_without_a_connection_the_page_says_which(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """By its name."""
    add_sync("sales")
    reply = look(ask)
    assert reply.status_code == 422
    assert "salesforce_default" in reply.json()["detail"]
