"""The page of answers, over Airflow's database, and Airflow's own API that takes the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fastapi import FastAPI

from salesforce_daktela.staging.keys import PartKey
from tests.ui import watched
from tests.ui.conftest import HOST, Ask, TestClient
from tests.ui.watched import ASKING, COMPARING, HOSTILE, LOADING, PLAN

pytestmark = pytest.mark.usefixtures("emptied_airflow")

PAGE = "/syncs/sales/answers"
DAG = f"{LOADING}sales"
SECRET = "Řehoř's old title"


@pytest.fixture
def asking(add_sync: Callable[[str], Path]) -> None:
    """A run that waits for an answer."""
    watched.deploy(add_sync("sales"))
    watched.add_run(DAG, ASKING, "running")


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A staged part with values before and after."""
    from salesforce_daktela.airflow.settings import open_staging

    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH", str(tmp_path / "staging"))
    key = PartKey(sync="sales", run=ASKING, mapping="contacts", extraction="e", kind="samples", number=0)
    rows = [
        {"id": watched.id_of("contacts", 1), "field": "title", "before": SECRET, "after": HOSTILE},
        {"id": watched.id_of("contacts", 1), "field": "firstname", "before": None, "after": "x" * 10_000},
    ]
    schema = pa.schema([pa.field(name, pa.string()) for name in ("id", "field", "before", "after")])
    return open_staging().write_part(key, [pa.Table.from_pylist(rows, schema=schema)], schema).to_dict()


def test_a_sync_that_is_not_there_is_no_page(ask: Ask) -> None:
    """And no error."""
    assert ask(PAGE).status_code == 404


@pytest.mark.usefixtures("asking")
def test_nothing_to_answer_says_when_something_will_be(ask: Ask) -> None:
    """The page stands without questions, and names each reason that a run or a repair may have."""
    page = ask(PAGE).text
    assert "Nothing waits for an answer" in page
    for reason in ("or a repair", "sync.yaml", "max_removals", "no longer in Daktela", "would be merged"):
        assert reason in page


@pytest.mark.usefixtures("asking")
def test_a_question_shows_its_plan_and_takes_the_options_of_airflow(ask: Ask) -> None:
    """Why it asks, what it would write, and a button for each option."""
    watched.ask_for_approval(DAG, ASKING, "contacts", PLAN)
    page = ask(PAGE, role="op").text
    assert "contacts: write this?" in page
    assert "12 records would be marked or deleted, max_removals allows 10" in page
    assert "Requests to Daktela: about 18" in page
    assert 'data-answer="Write it" disabled data-acts' in page
    assert 'data-answer="Write nothing" disabled data-acts' in page
    assert f'data-dag="{DAG}" data-run="{ASKING}" data-task="contacts.approve"' in page


@pytest.mark.usefixtures("asking")
def test_values_before_and_after_are_for_those_who_may_edit(ask: Ask, sampled: dict[str, Any]) -> None:
    """Others see the question, its counts and which fields differ. Whatever a value holds is text."""
    watched.ask_for_approval(DAG, ASKING, "contacts", replace(PLAN, sample=sampled))
    edits, reads = ask(PAGE, role="user").text, ask(PAGE, role="viewer").text
    assert "Řehoř&#39;s old title" in edits
    assert "&lt;script&gt;document.title=1&lt;/script&gt;" in edits
    assert HOSTILE not in edits
    assert "old title" not in reads
    assert "Values of records are shown to those who may edit the DAG." in reads
    assert "title</bdi></code>: 2" in reads
    assert 'data-answer="Write it" disabled aria-describedby="missing-1"' in reads


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("path", ["another/run/contacts/e/samples-00000.parquet", "sales/manual__asking/../../x"])
def test_what_a_task_has_left_leads_to_no_other_part(path: str, ask: Ask, sampled: dict[str, Any]) -> None:
    """Somebody who may change it must not read another sync's values."""
    watched.ask_for_approval(DAG, ASKING, "contacts", replace(PLAN, sample={**sampled, "path": path}))
    page = ask(PAGE, role="op").text
    assert "not within reach" in page
    assert "old title" not in page


@pytest.mark.usefixtures("asking")
def test_parts_that_are_gone_leave_the_question(ask: Ask) -> None:
    """It can be answered without them."""
    gone = {"path": "sales/manual__asking/contacts/e/samples-00000.parquet", "rows": 2, "size": 9}
    watched.ask_for_approval(DAG, ASKING, "contacts", replace(PLAN, sample=gone))
    page = ask(PAGE, role="op").text
    assert "not within reach" in page
    assert 'data-answer="Write it"' in page


@pytest.mark.usefixtures("asking")
def test_an_answer_by_airflows_api_is_shown_with_what_became_of_the_run(
    ask: Ask, server: FastAPI, token: Callable[[str | None], str]
) -> None:
    """The address that the page's script asks for; a second answer comes too late."""
    watched.ask_for_approval(DAG, ASKING, "contacts", PLAN)
    client = TestClient(server, base_url=HOST, headers={"Cookie": f"_token={token('op')}"})
    address = f"/api/v2/dags/{DAG}/dagRuns/{ASKING}/taskInstances/contacts.approve/-1/hitlDetails"
    body = {"chosen_options": ["Write nothing"], "params_input": {}}
    assert client.patch(address, json=body).status_code == 200
    assert client.patch(address, json=body).status_code == 409
    page = ask(PAGE, role="op").text
    assert "Nothing waits for an answer" in page
    assert "<td>Write nothing</td>" in page
    assert "<bdi>a op</bdi>" in page
    assert ">Running</a>" in page
    assert f'data-run="{ASKING}" data-state="running"' in page


@pytest.mark.usefixtures("asking")
def test_pairs_to_be_merged_are_named_and_said_to_be_merged_for_good(ask: Ask) -> None:
    """Nobody agrees to a number alone."""
    pair = {"id": "00Q1", "name": "sf_lead_00Q1", "heir": "0031", "heir_name": "sf_contact_0031"}
    watched.ask_for_approval(DAG, ASKING, "leads", replace(PLAN, merges=(pair,)))
    page = ask(PAGE, role="op").text
    assert "Agreeing merges 1 pair of objects in Daktela. Nothing can undo that." in page
    assert "00Q1 (sf_lead_00Q1) → 0031 (sf_contact_0031)" in page


@pytest.mark.usefixtures("asking")
def test_repairs_ask_on_the_same_page(ask: Ask) -> None:
    """A comparison has another DAG, whose plan is elsewhere; its answer leads to Airflow's own page."""
    dag_id = f"{COMPARING}sales"
    watched.add_run(dag_id, "manual__compared", "success")
    watched.add_run(dag_id, ASKING, "running")
    watched.ask_for_approval(dag_id, ASKING, "leads", replace(PLAN, vanished=3), repairs=True)
    watched.ask_for_approval(
        dag_id, "manual__compared", "leads", PLAN, answer={"by": "Jana", "chosen": "Write it"}, repairs=True
    )
    page = ask(PAGE, role="op").text
    assert "leads: repair this?" in page
    assert "Agreeing gives up 3 records that are no longer in Daktela." in page
    assert f'href="/dags/{dag_id}/runs/manual__compared" data-leave>Succeeded</a>' in page


@pytest.mark.usefixtures("asking")
def test_a_plan_of_another_release_leaves_the_question(ask: Ask) -> None:
    """Airflow's own page has it as text."""
    watched.ask_for_approval(DAG, ASKING, "contacts", PLAN, left={"other": 1})
    page = ask(PAGE, role="op").text
    assert "cannot be read here" in page
    assert 'data-answer="Write it" disabled data-acts' in page
