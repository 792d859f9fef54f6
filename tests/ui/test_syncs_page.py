"""The page of all syncs, over real folders, Airflow's database and the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from tests.ui.conftest import Ask

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
DAG = "salesforce_to_daktela__sales"
RUN = "scheduled__2026-07-01T12:00:00+00:00"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def deployed(server: FastAPI) -> Iterator[Callable[..., None]]:  # noqa: ARG001 its database
    """Puts a DAG, and a run of it, into Airflow's database."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from sqlalchemy import delete

    def deploy(*, paused: bool, stale: bool = False) -> None:
        with create_session() as session:
            session.merge(DagBundleModel(name="dags-folder"))
            session.flush()
            dag = DagModel(dag_id=DAG, bundle_name="dags-folder", is_paused=paused, is_stale=stale)
            dag.max_active_tasks, dag.has_task_concurrency_limits = 16, False
            dag.next_dagrun_create_after = NOON
            session.add(dag)
            session.add(DagRun(dag_id=DAG, run_id=RUN, run_type="scheduled", state=DagRunState.SUCCESS, run_after=NOON))

    yield deploy
    with create_session() as session:
        session.execute(delete(DagRun))
        session.execute(delete(DagModel))


def test_an_empty_folder_greets_with_what_to_do(ask: Ask, mappings: Path) -> None:
    """And offers nothing that is not there."""
    page = ask("/").text
    assert "There is no sync yet" in page
    assert str(mappings) in page
    assert "<table" not in page


def test_files_that_airflow_has_not_read_wait_for_deployment(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """There is no DAG to link to."""
    add_sync("sales")
    page = ask("/").text
    assert "Waiting for deployment" in page
    assert "Account, Contact, Lead, Opportunity into" in page
    assert f"/dags/{DAG}" not in page


@pytest.mark.parametrize(("paused", "label"), [(True, "Paused"), (False, "Active")])
def test_a_deployed_sync_links_to_its_dag_and_its_last_run(
    paused: bool, label: str, ask: Ask, add_sync: Callable[[str], Path], deployed: Callable[..., None]
) -> None:
    """Both in Airflow's own pages."""
    add_sync("sales")
    deployed(paused=paused)
    page = ask("/").text
    assert f">{label}</span>" in page
    assert f'href="/dags/{DAG}" data-leave' in page
    assert f'href="/dags/{DAG}/runs/scheduled__2026-07-01T12%3A00%3A00%2B00%3A00" data-leave' in page
    assert "Succeeded" in page


def test_a_dag_that_airflow_has_given_up_counts_as_not_deployed(
    ask: Ask, add_sync: Callable[[str], Path], deployed: Callable[..., None]
) -> None:
    """Its folder is there again, and not read yet."""
    add_sync("sales")
    deployed(paused=False, stale=True)
    assert "Waiting for deployment" in ask("/").text


def test_a_dag_whose_files_are_elsewhere_is_shown(ask: Ask, deployed: Callable[..., None]) -> None:
    """An API server on a machine of its own may see another folder than the DAG processor."""
    deployed(paused=False)
    assert "Files not here" in ask("/").text


def test_the_ledger_tells_what_the_last_run_did(
    ask: Ask,
    add_sync: Callable[[str], Path],
    deployed: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counts of all its mappings together; other runs count for nothing."""
    add_sync("sales")
    deployed(paused=False)
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.upgrade()
    for mapping, run_id in (("accounts", RUN), ("contacts", RUN), ("accounts", "another")):
        ledger.totals.save_run(totals(mapping, run_id))
    monkeypatch.setattr("salesforce_daktela.airflow.environment.AirflowEnvironment.ledger", lambda _: ledger)
    try:
        assert "20 created · 2 rejected" in ask("/").text
    finally:
        ledger.close()


def totals(mapping: str, run_id: str) -> RunTotals:
    return RunTotals(
        sync="sales",
        run_id=run_id,
        mapping=mapping,
        mode="incremental",
        since=None,
        until=NOON,
        extracted=11,
        counts={"created": 10, "rejected": 1},
        notes={},
        state="settled",
        started=NOON,
        finished=NOON,
    )


def test_a_broken_sync_shows_its_problems_and_the_others_stand(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Each at its line, with what to do; what the file holds is text."""
    add_sync("sales")
    broken = add_sync("service") / "contacts.yaml"
    broken.write_text(broken.read_text() + f'"{HOSTILE}": 1\n')
    page = ask("/").text
    line = len(broken.read_text().splitlines())
    assert f"mappings/service/contacts.yaml:{line}" in page
    assert "Waiting for deployment" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert HOSTILE not in page


def test_hostile_folder_names_are_text(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """A slash cannot be in them, all else can."""
    add_sync('<img onerror="x">\u202e')
    page = ask("/").text
    assert "&lt;img onerror=&#34;x&#34;&gt;\\u202e" in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_a_sync_is_shown_to_those_who_may_read_its_dag(
    ask: Ask, add_sync: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the DAG is there yet or not: Airflow's own answer for its id."""
    from airflow.api_fastapi.app import get_auth_manager

    add_sync("sales")
    add_sync("service")
    allowed = {"salesforce_to_daktela__service"}
    monkeypatch.setattr(
        type(get_auth_manager()), "filter_authorized_dag_ids", lambda _, *, dag_ids, **__: dag_ids & allowed
    )
    page = ask("/").text
    assert ">service</bdi>" in page
    assert ">sales</bdi>" not in page
    allowed.clear()
    assert "There is no sync that you may see" in ask("/").text


def keep_draft(sync: str, name: str, text: str) -> None:
    """A draft of the person who asks as a user."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from salesforce_daktela.ui.drafting import open_draft

    opened = open_draft(sync, SimpleAuthManagerUser(username="a user", role="user"))
    opened.keep(opened.draft.with_text(name, text))


def test_a_sync_that_nobody_has_saved_is_shown_to_whoever_drafts_it(ask: Ask, server: FastAPI) -> None:  # noqa: ARG001
    """With the way on; others do not see it."""
    keep_draft("brand_new", "sync.yaml", "mappings: []\n")
    page = ask("/", role="user").text
    assert ">Draft</span>" in page
    assert "Only you see it" in page
    assert 'href="/salesforce-daktela/syncs/brand_new/' in page
    assert "brand_new" not in ask("/", role="admin").text


def test_a_draft_beside_the_files_leads_to_the_step_that_saves_it(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """It is gone when the folder holds the same."""
    folder = add_sync("sales")
    text = (folder / "leads.yaml").read_text().replace("on_delete: keep", "on_delete: delete")
    keep_draft("sales", "leads.yaml", text)
    link = 'href="/salesforce-daktela/syncs/sales/save">Draft, not saved</a>'
    assert link in ask("/", role="user").text
    assert link not in ask("/", role="op").text
    (folder / "leads.yaml").write_text(text)
    assert link not in ask("/", role="user").text


def test_a_file_that_cannot_be_read_hides_no_draft_of_another_sync(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """A sync that is a draft alone has no other way in."""
    folder = add_sync("sales")
    keep_draft("sales", "leads.yaml", "a: 1\n")
    keep_draft("brand_new", "sync.yaml", "mappings: []\n")
    (folder / "contacts.yaml").write_bytes(b"\xff")
    page = ask("/", role="user").text
    assert ">Broken</span>" in page
    assert 'href="/salesforce-daktela/syncs/brand_new/' in page


def test_who_may_not_edit_has_no_way_in(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The name alone, and how the sync is."""
    add_sync("sales")
    links = re.findall(r"/syncs/sales/(\w+)", ask("/", role="viewer").text)
    assert links == ["status"]
    assert 'href="/salesforce-daktela/syncs/sales/manage"' in ask("/", role="user").text


def test_a_dag_of_other_files_waits_for_deployment(
    ask: Ask, add_sync: Callable[[str], Path], deployed: Callable[..., None]
) -> None:
    """Its description says from which it was made."""
    from airflow.models.dag import DagModel
    from airflow.utils.session import create_session
    from sqlalchemy import update

    from salesforce_daktela.airflow.dag_mark import describe_sync
    from salesforce_daktela.mapping.language.loader import load_sync

    folder = add_sync("sales")
    deployed(paused=False)
    for description, label in ((describe_sync(load_sync(folder)), "Active"), (f"files {'0' * 16}", "Waiting for")):
        with create_session() as session:
            session.execute(update(DagModel).where(DagModel.dag_id == DAG).values(description=description))
        assert label in ask("/").text
