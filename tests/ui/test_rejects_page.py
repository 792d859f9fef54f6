"""The page of rejects: why, which ones, page by page, and what trying them again needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ui import watched
from tests.ui.conftest import HOST, Ask, TestClient

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

PAGE = "/syncs/sales/rejects"
HOSTILE = "<script>document.title=1</script>"


@pytest.fixture
def ledger(mappings: Path) -> Iterator[Ledger]:
    """The ledger that the pages read."""
    opened = Ledger.open(f"sqlite:///{mappings.parent.parent / 'ledger.db'}")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def sales(add_sync: Callable[[str], Path], ledger: Ledger) -> Iterator[Ledger]:
    """A deployed sync of whose records 120 are rejected, 30 of each mapping."""
    watched.deploy(add_sync("sales"))
    watched.remember(ledger, "sales", runs=2, rejected=120)
    yield ledger
    watched.forget_airflow()


def refuse(ledger: Ledger, number: int, problem: Problem) -> None:
    outcome = RecordOutcome(id=watched.id_of("contacts", number), outcome=Outcome.REJECTED, problems=(problem,))
    ledger.rejects.save("sales", "contacts", "manual__1", [outcome], watched.NOW)


@pytest.mark.usefixtures("sales")
def test_reasons_are_said_in_words_with_counts_and_advice(ask: Ask) -> None:
    """In English and in Czech, each with a way to its records and a button for all of them."""
    page = ask(PAGE, role="user").text
    assert "120 records are rejected." in page
    assert "The value holds something that is not a phone number." in page
    assert "Correct it in Salesforce, or set on_error: drop" in page
    assert 'href="?mapping=contacts&amp;code=phone_invalid&amp;field=customFields.number#records"' in page
    assert 'data-replay data-mapping="contacts" data-code="phone_invalid" disabled data-acts' in page
    czech = ask(PAGE, role="user", headers={"Accept-Language": "cs"}).text
    assert "V hodnotě je něco, co není telefonní číslo." in czech


@pytest.mark.usefixtures("sales")
def test_every_record_is_on_exactly_one_page(ask: Ask) -> None:
    """However the pages are turned."""
    address, seen = PAGE, list[str]()
    while address:
        page = ask(address).text
        seen += re.findall(r'data-select data-mapping="\w+" data-id="(\w+)"', page)
        onward = re.search(r'rel="next" href="([^"#]*)', page)
        address = f"{PAGE}{onward[1].replace('&amp;', '&')}" if onward else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("mapping=leads", 30),
        ("code=daktela_refused", 40),
        ("code=phone_invalid&mapping=leads", 10),
        ("field=title", 40),
        ("older_than=3", 30),
        ("older_than=never", 50),
        ("run=manual__none", 0),
        ("id=003000000000025AAA", 1),
        ("id=003000000000025", 1),
        ("id=%3Cscript%3E", 0),
        ("after=nonsense", 50),
        ("after=W10", 50),
        ("mapping=%00", 50),
    ],
)
@pytest.mark.usefixtures("sales")
def test_the_list_is_narrowed_by_what_the_address_says(query: str, shown: int, ask: Ask) -> None:
    """A page has 50 records at most; what cannot be understood narrows nothing, or finds nothing, and is said."""
    reply = ask(f"{PAGE}?{query}")
    assert reply.status_code == 200
    assert min(reply.text.count("data-select"), 50) == min(shown, 50)
    if shown == 0:
        assert "Id has 15 or 18" in reply.text or "No reject is like that" in reply.text


def test_records_lead_to_both_systems(ask: Ask, sales: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the addresses of the connections; to Daktela only where the record was written."""
    secret = '"password": "tok"'
    monkeypatch.setenv(
        "AIRFLOW_CONN_SALESFORCE_DEFAULT", '{"conn_type": "salesforce", "host": "https://acme.my.salesforce.com"}'
    )
    monkeypatch.setenv(
        "AIRFLOW_CONN_DAKTELA_DEFAULT", f'{{"conn_type": "daktela", "host": "https://acme.daktela.com", {secret}}}'
    )
    refuse(sales, 3, Problem(code="daktela_refused"))
    page = ask(f"{PAGE}?id={watched.id_of('contacts', 3)}").text
    assert f'href="https://acme.my.salesforce.com/{watched.id_of("contacts", 3)}"' in page
    assert 'href="https://acme.daktela.com/crm/contacts/update/sf_contacts_3"' in page
    assert "not in Daktela yet" in ask(f"{PAGE}?id={watched.id_of('contacts', 25)}").text


@pytest.mark.parametrize("conf", [{"codes": ["phone_invalid"]}, {"ids": ["003000000000025AAA"]}], ids=["code", "id"])
def test_airflow_takes_what_the_page_asks_for(
    conf: dict[str, list[str]], server: FastAPI, token: Callable[[str | None], str], sales: Ledger, mappings: Path
) -> None:
    """One queued run in mode replay, with the user's own rights: a viewer's request is refused."""
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from airflow.utils.session import create_session

    from salesforce_daktela.airflow.sync_dags.loading import build_dag

    assert sales
    dag = build_dag(load_sync(mappings / "sales"))
    with create_session() as session:
        read = [LazyDeserializedDAG.from_dag(dag)]
        update_dag_parsing_results_in_db("dags-folder", None, read, {}, None, set(), session)
    body = {"logical_date": None, "conf": {"mode": "replay", "mappings": ["contacts"], **conf}}
    client, address = TestClient(server, base_url=HOST), f"/api/v2/dags/{dag.dag_id}/dagRuns"
    replies = [
        client.post(address, json=body, headers={"Cookie": f"_token={token(role)}"}) for role in ("viewer", "user")
    ]
    assert [reply.status_code for reply in replies] == [403, 200]
    assert replies[1].json()["conf"] == body["conf"]
    assert replies[1].json()["state"] == "queued"


@pytest.mark.usefixtures("sales")
def test_trying_again_needs_the_right_to_start_runs(ask: Ask) -> None:
    """Whoever lacks it sees the buttons, switched off, and which right it is."""
    page = ask(PAGE, role="viewer").text
    assert "data-acts" not in page
    assert "This needs the right to start runs" in page


def test_what_lets_a_run_wait_is_said_before_it_is_started(ask: Ask, sales: Ledger, mappings: Path) -> None:
    """Another run, or a DAG that is off."""
    assert sales
    assert "A run is under way" not in ask(PAGE).text
    watched.add_run("salesforce_to_daktela__sales", "manual__now", "running")
    assert "A run is under way" in ask(PAGE).text
    watched.deploy(mappings / "sales", paused=True)
    assert "DAG is off: a run that is started now waits" in ask(PAGE).text


def test_codes_and_fields_are_text(ask: Ask, sales: Ledger) -> None:
    """Whatever a reply of Daktela has put there."""
    refuse(sales, 3, Problem(code=HOSTILE, field="\u202e" + "x" * 10_000))
    page = ask(PAGE).text
    assert HOSTILE not in page
    assert "&lt;script&gt;document.title=1" in page


def test_a_ledger_that_cannot_tell_is_no_error(ask: Ask, add_sync: Callable[[str], Path], mappings: Path) -> None:
    """Not there yet, empty, or of a newer program; a sync that is not there is none."""
    assert ask(PAGE).status_code == 404
    add_sync("sales")
    assert ask(PAGE).status_code == 200
    ledger = Ledger.open(f"sqlite:///{mappings.parent.parent / 'ledger.db'}")
    ledger.upgrade()
    assert "No record of this sync is rejected." in ask(PAGE).text
    with ledger.db.write() as connection:
        connection.exec_driver_sql("UPDATE sfd_settings SET value = '99' WHERE key = 'schema_version'")
    ledger.close()
    newer = ask(PAGE)
    assert newer.status_code == 200
    assert "The ledger cannot be read" in newer.text
