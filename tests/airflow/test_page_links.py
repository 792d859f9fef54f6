"""From a task, a log or a mail it is one click to the page that says what happened."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from salesforce_daktela.airflow.page_links import answers_path, name_page, page_link, run_path, told_link
from tests.airflow.test_dags import SHIPPED, load_dags

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

RUN = "scheduled__2026-11-29T00:00:00+00:00"
RUN_IN_ADDRESSES = "scheduled__2026-11-29T00%3A00%3A00%2B00%3A00"
Served = Callable[[str], None]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """Sets the address at which Airflow is served."""
    return lambda address: monkeypatch.setenv("AIRFLOW__API__BASE_URL", address)


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("", "/plugin/daktela/salesforce-daktela/syncs/crm/runs"),
        ("https://airflow.firma.cz/", "https://airflow.firma.cz/plugin/daktela/salesforce-daktela/syncs/crm/runs"),
        ("https://firma.cz/af", "https://firma.cz/af/plugin/daktela/af/salesforce-daktela/syncs/crm/runs"),
    ],
)
def test_a_page_is_shown_in_airflows_frame(base: str, link: str, served: Served) -> None:
    """Also below a path; texts that are read elsewhere need the host."""
    served(base)
    assert page_link("/syncs/crm/runs") == link
    assert told_link("/syncs/crm/runs") == (link if base else "")


@pytest.mark.parametrize(
    ("dag_id", "path"),
    [
        ("salesforce_to_daktela__crm", f"/syncs/crm/runs/{RUN_IN_ADDRESSES}"),
        ("reconcile__crm", f"/syncs/crm/runs/{RUN_IN_ADDRESSES}?dag=compare"),
        ("plan__crm", "/syncs/crm/plan"),
        ("salesforce_to_daktela__reconcile__crm", f"/syncs/reconcile__crm/runs/{RUN_IN_ADDRESSES}"),
        ("reconcile__plan__crm", f"/syncs/plan__crm/runs/{RUN_IN_ADDRESSES}?dag=compare"),
    ],
)
def test_each_dags_run_has_its_page(dag_id: str, path: str) -> None:
    """Two DAGs of a sync may have runs of one name."""
    assert run_path(dag_id, RUN) == path


@pytest.mark.parametrize(
    ("dag_id", "sync"),
    [
        ("salesforce_to_daktela__crm", "crm"),
        ("reconcile__crm", "crm"),
        ("salesforce_to_daktela__reconcile__crm", "reconcile__crm"),
        ("reconcile__salesforce_to_daktela__crm", "salesforce_to_daktela__crm"),
    ],
)
def test_questions_are_answered_on_the_page_of_their_own_sync(dag_id: str, sync: str) -> None:
    """A sync's name may begin as the id of another sync's DAG does."""
    assert answers_path(dag_id) == f"/syncs/{sync}/answers"


def test_every_task_leads_to_the_report(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    """Mapped tasks too; settle leads to the rejects of its mapping, the question to where it is answered."""
    served("https://airflow.firma.cz")
    dag = load_dags(monkeypatch, SHIPPED.parent).dags["salesforce_to_daktela__default"]
    key: Any = SimpleNamespace(dag_id=dag.dag_id, run_id=RUN)
    tasks: list[Any] = list(dag.tasks)
    found = {
        task.task_id: {link.name: link.get_link(task, ti_key=key) for link in task.operator_extra_links}
        for task in tasks
    }
    place = "https://airflow.firma.cz/plugin/daktela/salesforce-daktela/syncs/default"
    report = {"Run report": f"{place}/runs/{RUN_IN_ADDRESSES}"}
    assert found["preflight"] == found["contacts.load"] == report
    assert found["contacts.settle"] == {**report, "Rejected records": f"{place}/rejects?mapping=contacts"}
    assert found["contacts.approve"]["Answer with the plan"] == f"{place}/answers"
    assert "Run report" in found["contacts.approve"]


def test_a_failed_task_names_the_page(caplog: pytest.LogCaptureFixture, served: Served) -> None:
    """In its log, where the address is known, whatever has failed it."""
    context = {"ti": SimpleNamespace(dag_id="salesforce_to_daktela__crm", run_id="manual__1")}
    served("")
    name_page(context)
    assert caplog.messages == []
    served("https://airflow.firma.cz")
    with caplog.at_level(logging.ERROR):
        name_page(context)
    assert caplog.messages[0].endswith(
        "https://airflow.firma.cz/plugin/daktela/salesforce-daktela/syncs/crm/runs/manual__1"
    )


def test_the_dags_docs_lead_to_the_pages(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    """Each of the three to those that concern it; without a host from the root."""
    served("")
    dags = load_dags(monkeypatch, SHIPPED.parent).dags
    place = "(/plugin/daktela/salesforce-daktela/syncs/default"
    for dag_id, page in (("salesforce_to_daktela", "rejects"), ("reconcile", "reconcile"), ("plan", "plan")):
        assert f"{place}/{page})" in str(dags[f"{dag_id}__default"].doc_md)
    failing = {task.has_on_failure_callback for task in dags["salesforce_to_daktela__default"].tasks}
    assert failing == {True}
