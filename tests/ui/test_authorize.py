"""The steps Authorize and Database, asked of the sandbox by the API server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.ui.conftest import Ask

Connect = Callable[..., None]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both servers for all tests of this module."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size="tiny") as started:
        yield started


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Both servers with the usual switches, trusted by the pages."""
    running.daktela.reset(empty=False)
    running.salesforce.switches = type(running.salesforce.switches)()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", ",".join(HOST_NAMES))
    return running


@pytest.fixture
def connect(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Fills in both connections; keywords replace what they hold."""
    salesforce, daktela = sandbox.description()["salesforce"], sandbox.description()["daktela"]
    extra = {name: salesforce[name] for name in ("security_token", "consumer_key", "consumer_secret")}

    def fill(**changed: Any) -> None:
        one = {
            "conn_type": "salesforce",
            "host": salesforce["url"],
            "login": salesforce["username"],
            "password": salesforce["password"],
            "extra": extra,
            **changed.get("salesforce", {}),
        }
        other = {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]}
        monkeypatch.setenv("AIRFLOW_CONN_SALESFORCE_DEFAULT", json.dumps(one))
        monkeypatch.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", json.dumps({**other, **changed.get("daktela", {})}))

    fill()
    return fill


def authorize(ask: Ask, **headers: str) -> dict[str, dict[str, Any]]:
    reply = ask("/syncs/sales/authorize", role="op", method="POST", json={}, headers=headers)
    assert reply.status_code == 200, reply.text
    return {end["system"]: end for end in reply.json()["ends"]}


def facts(end: dict[str, Any]) -> dict[str, str]:
    return {fact["label"]: fact["text"] for fact in end["facts"]}


def choices(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = ask("/syncs/sales/database/choices", role="user").json()
    return found


@pytest.mark.usefixtures("connect")
def test_both_ends_say_who_they_are(ask: Ask, sandbox: Sandbox) -> None:
    """The org, the user, the sign-in and what ends it; Daktela's user, rights and time zone."""
    ends = authorize(ask)
    org, instance = facts(ends["salesforce"]), facts(ends["daktela"])
    assert org["Organization"] == "Vltava, a.s."
    assert org["Organization Id"] == sandbox.salesforce.id
    assert org["Kind"] == "Production, Enterprise Edition"
    assert sandbox.salesforce.credentials.username in org["User"]
    assert org["Sign-in"] == "User name, password and security token"
    assert "password changes or expires" in org["Works until"]
    assert org["API version"] == "67.0"
    assert " of " in org["Calls left today"]
    assert "integrace" in instance["User"]
    assert (instance["Right on contacts"], instance["Time zone"]) == ("Full", "Europe/Prague")


def test_no_secret_is_in_a_reply(ask: Ask, connect: Connect, sandbox: Sandbox) -> None:
    """Neither when it works nor when it does not."""
    secrets = [sandbox.daktela.token, sandbox.salesforce.credentials.password]
    said = json.dumps(authorize(ask))
    connect(salesforce={"password": "wrong-password-1"}, daktela={"password": "wrong-token-1"})
    said += json.dumps(authorize(ask))
    assert not any(secret in said for secret in [*secrets, "wrong-password-1", "wrong-token-1"])


def test_a_wrong_password_names_the_fields_and_the_other_end_is_asked(ask: Ask, connect: Connect) -> None:
    """Each with its place in the step Connect."""
    connect(salesforce={"password": "wrong"})
    ends = authorize(ask)
    assert ends["salesforce"]["headline"] == "The sign-in to Salesforce has failed"
    assert [field["label"] for field in ends["salesforce"]["fields"]] == ["Username", "Password", "Security Token"]
    assert ends["salesforce"]["fields"][1]["place"] == "salesforce-password"
    assert ends["daktela"]["what"] == ""


FAILURES = [
    ({"salesforce": {"extra": {"consumer_key": "wrong", "consumer_secret": "w"}}}, "salesforce", "Consumer Key"),
    ({"salesforce": {"host": "https://www.salesforce.com"}}, "salesforce", "Instance URL"),
    ({"salesforce": {"extra": {"version": "old"}}}, "salesforce", "API Version"),
    ({"salesforce": {"extra": {}}}, "salesforce", "Consumer Key"),
    ({"daktela": {"password": "wrong"}}, "daktela", "Access Token"),
    ({"daktela": {"password": ""}}, "daktela", "Access Token"),
    ({"daktela": {"host": "https://localhost:1"}}, "daktela", "Instance URL"),
    ({"daktela": {"extra": {"timezone": "Prague"}}}, "daktela", "Server Time Zone"),
]


@pytest.mark.parametrize(("changed", "system", "labels"), FAILURES)
def test_every_failure_names_the_field_to_change(
    changed: dict[str, Any], system: str, labels: str, ask: Ask, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the label that the connection's form has."""
    monkeypatch.setattr("salesforce_daktela.ui.outside.PATIENCE", 0.0)
    connect(**changed)
    found = authorize(ask)[system]
    assert found["what"]
    assert labels in [field["label"] for field in found["fields"]]


@pytest.mark.parametrize(("changed", "system"), [failure[:2] for failure in FAILURES])
def test_every_failure_is_said_in_the_language_of_the_page(
    changed: dict[str, Any],
    system: str,
    ask: Ask,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What happened, and what to do; the labels of fields are those of the form."""
    monkeypatch.setattr("salesforce_daktela.ui.outside.PATIENCE", 0.0)
    connect(**changed)
    english, czech = authorize(ask)[system], authorize(ask, **{"Accept-Language": "cs"})[system]
    assert english["fields"] == czech["fields"]
    assert (english["what"], english["advice"]) != (czech["what"], czech["advice"])
    assert [record for record in caplog.records if record.name.endswith("ui.sentences")] == []


def test_a_connection_that_is_not_there_is_told(ask: Ask, sandbox: Sandbox) -> None:  # noqa: ARG001 nobody is asked
    """As the terminal tells it."""
    found = authorize(ask)["salesforce"]
    assert "no such connection" in found["what"]
    assert found["fields"] == [{"label": "Connection", "place": "choose-salesforce"}]


@pytest.mark.usefixtures("connect")
def test_rights_and_a_time_zone_that_are_missing_are_marked(ask: Ask, sandbox: Sandbox) -> None:
    """The sign-in itself has worked."""
    sandbox.daktela.switch(contacts_right="none", envelope_zone=False)
    found = {fact["label"]: fact for fact in authorize(ask)["daktela"]["facts"]}
    assert (found["Right on contacts"]["text"], found["Right on contacts"]["state"]) == ("None", "bad")
    assert "allow everything" in found["Right on contacts"]["note"]
    assert found["Time zone"]["state"] == "bad"
    assert "Server Time Zone" in found["Time zone"]["note"]


def test_the_words_are_those_of_the_language(ask: Ask, connect: Connect) -> None:
    """All but the sentences of failures."""
    connect(daktela={"password": "wrong"})
    found = authorize(ask, **{"Accept-Language": "cs"})
    assert found["daktela"]["headline"] == "Přihlášení k Daktele se nepodařilo"
    assert "Uživatel" in facts(found["salesforce"])


@pytest.mark.usefixtures("connect")
def test_the_live_databases_are_listed(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """With the one that sync.yaml names."""
    add_sync("sales")
    found = choices(ask)
    assert "sales" in [each["value"] for each in found["databases"]]
    assert (found["suggested"], found["missing"], found["note"]) == ("sales", "", "")


@pytest.mark.usefixtures("connect")
def test_a_database_that_is_gone_is_told(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """And another one is to be chosen."""
    file = add_sync("sales") / "sync.yaml"
    file.write_text(file.read_text().replace("database: sales", "database: gone"))
    found = choices(ask)
    assert "gone" in found["missing"]
    assert found["suggested"] == ""


def test_the_connection_s_database_is_suggested(ask: Ask, connect: Connect) -> None:
    """Where sync.yaml names none."""
    connect(daktela={"extra": {"database": "sales"}})
    assert choices(ask)["suggested"] == "sales"


def test_where_daktela_lists_none_the_name_is_typed(
    ask: Ask, connect: Connect, sandbox: Sandbox, add_sync: Callable[[str], Path]
) -> None:
    """The page says why; a token that is refused is another matter, with its field."""
    add_sync("sales")
    sandbox.daktela.switch(crm_databases_endpoint="forbidden")
    found = choices(ask)
    assert found["databases"] == []
    assert "does not list" in found["note"]
    assert found["suggested"] == "sales"
    connect(daktela={"password": "wrong"})
    refused = choices(ask)
    assert "token" in refused["what"] + refused["advice"]
    assert refused["field"] == "daktela-password"


def test_the_choice_changes_one_line_of_the_draft(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The page shows it then; the file stays as it is."""
    file = add_sync("sales") / "sync.yaml"
    before = file.read_text()
    reply = ask("/syncs/sales/database", role="user", method="PUT", json={"version": 0, "database": " support "})
    assert reply.json() == {"version": 1, "unsaved": True}
    page = ask("/syncs/sales/database", role="user").text
    assert 'value="support"' in page
    assert 'data-version="1"' in page
    assert file.read_text() == before


def test_a_file_that_cannot_be_changed_is_told_with_its_line(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """And nothing is kept."""
    (add_sync("sales") / "sync.yaml").write_text("database: [\n")
    headers = {"Sec-Fetch-Dest": "empty"}
    body = {"version": 0, "database": "support"}
    reply = ask("/syncs/sales/database", role="user", method="PUT", json=body, headers=headers)
    assert reply.status_code == 422
    assert "sales/sync.yaml:" in reply.json()["detail"]
