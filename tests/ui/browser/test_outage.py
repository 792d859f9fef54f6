"""An outage, and a record of the run that it struck, as somebody sees them in a real browser on a real Airflow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo.processes import AT_ONCE
from demo.stack import Stack, running_stack, wait_for
from tests.ui.browser.conftest import PROJECT
from tests.ui.browser.operating import DAG, RUN, SYNC, open_page
from tests.ui.browser.visitor import PATIENCE, Visitor

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow, the shipped sync still off, and a Daktela whose gateways fail."""
    home = tmp_path_factory.mktemp("outage")
    with running_stack(
        home, PROJECT, size="150", profile="daktela-outage", say=print, database=empty_database, patience=AT_ONCE
    ) as started:
        wait_for("finding the DAG", lambda: started.airflow.known(f"/dags/{DAG}"), started.processes, 90)
        yield started


def test_an_outage_is_watched_to_its_end(stack: Stack, visitor: Visitor) -> None:
    """The run's page shows rows, rate and time left while requests fail, and in the end how many were repeated."""
    stack.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(stack.airflow.runs(DAG)), stack.processes, 60)
    [run] = stack.airflow.runs(DAG)
    open_page(stack, visitor.page, f"{SYNC}/runs/{run['dag_run_id']}")
    progress = visitor.frame.get_by_role("region", name="How far the run has come")
    expect(progress.get_by_role("row", name="contacts")).to_be_visible(timeout=RUN)
    expect(visitor.frame.get_by_role("heading", name="The run is settled")).to_be_visible(timeout=RUN)
    report = visitor.frame.get_by_role("region", name="contacts", exact=True)
    expect(report.get_by_text(re.compile(r"[1-9]\d* repeated"))).to_be_visible()
    expect(report.get_by_text(re.compile(r"= \d+ read"))).to_be_visible()
    open_page(stack, visitor.page, "/overview")
    expect(visitor.frame.get_by_text("Succeeded").first).to_be_visible(timeout=PATIENCE)


def test_a_record_is_explained_from_a_pasted_address(stack: Stack, visitor: Visitor) -> None:
    """Its values, each step, what a run would do, what Daktela holds, and what became of it."""
    id_ = stack.sandbox.change("Contact", 1)[0]
    open_page(stack, visitor.page, f"{SYNC}/record")
    visitor.frame.get_by_label("Which record").fill(f"{stack.sandbox.salesforce['url']}/lightning/r/Contact/{id_}/view")
    visitor.click(visitor.button("Show"))
    expect(visitor.frame.get_by_role("heading", name="A run would now")).to_be_visible(timeout=PATIENCE)
    for heading in ("Both systems, field by field", "From Salesforce to Daktela, step by step"):
        expect(visitor.frame.get_by_text(heading).first).to_be_visible()
    expect(visitor.frame.get_by_text("What became of it in earlier runs").first).to_be_visible()
