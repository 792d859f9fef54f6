"""The last steps of the way in a real browser, on a real Airflow: what the first run would do, and the run itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from demo.stack import Stack, running_stack, wait_for
from tests.ui.browser.visitor import PATIENCE, chromium, visiting

PROJECT = Path(__file__).resolve().parents[3]
DAG = "salesforce_to_daktela__default"
RUN = 240_000.0

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Sandbox and Airflow, with the shipped sync, which is off."""
    with running_stack(tmp_path_factory.mktemp("first"), PROJECT, size="small", profile="", say=print) as started:
        wait_for("finding the DAG", lambda: started.airflow.known(f"/dags/{DAG}"), started.processes, 90)
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    body = {"username": stack.airflow.user, "password": stack.airflow.password}
    return str(requests.post(f"{stack.settings.url}/auth/token", json=body, timeout=30).json()["access_token"])


def test_from_a_plan_to_a_settled_run(stack: Stack, browser: Browser, token: str) -> None:
    """Three clicks; the plan runs while the sync is off, and one run alone starts when it is switched on."""
    with visiting(browser, token) as visitor:
        visitor.page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela/syncs/default/plan")
        visitor.click(visitor.button("Plan the next run"))
        table = visitor.frame.get_by_role("table")
        expect(table.get_by_role("row", name="All together")).to_contain_text("1,191", timeout=RUN)
        planned = table.get_by_role("row", name="All together").all_inner_texts()
        assert stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]
        assert stack.airflow.runs(DAG) == []
        visitor.click(visitor.link("Next: Activate"))
        expect(visitor.frame.get_by_text("The first run starts at once")).to_be_visible(timeout=PATIENCE)
        visitor.click(visitor.button("Activate: the first load starts now"))
        expect(visitor.frame.get_by_text("tasks done")).to_be_visible(timeout=PATIENCE)
        expect(visitor.frame.get_by_role("heading", name="The run is settled")).to_be_visible(timeout=RUN)
        assert table.get_by_role("row", name="All together").all_inner_texts() == planned
        expect(visitor.frame.get_by_text("email_invalid").first).to_be_visible()
        assert visitor.clicks == 3
    assert {run["run_type"] for run in stack.airflow.runs(DAG)} == {"scheduled"}


def test_a_plan_that_cannot_be_made_says_why(stack: Stack, browser: Browser, token: str) -> None:
    """The words of the task, and no token."""
    right = stack.airflow.ask("GET", "/connections/daktela_default")["host"]
    wrong = {"connection_id": "daktela_default", "conn_type": "daktela", "host": right, "password": "not-the-token"}
    stack.airflow.ask("PATCH", "/connections/daktela_default", json=wrong)
    try:
        with visiting(browser, token) as visitor:
            visitor.page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela/syncs/default/plan")
            visitor.click(visitor.button("Plan again"))
            expect(visitor.frame.get_by_role("heading", name="There is no plan")).to_be_visible(timeout=RUN)
            expect(visitor.frame.get_by_text("paste a new one into the Daktela connection")).to_be_visible()
            assert "not-the-token" not in visitor.frame.locator("body").inner_text()
    finally:
        body = {**wrong, "password": stack.sandbox.daktela["token"]}
        stack.airflow.ask("PATCH", "/connections/daktela_default", json=body)


def test_an_active_sync_is_paused_and_switched_on_again(stack: Stack, browser: Browser, token: str) -> None:
    """What the page says follows what Airflow holds."""
    with visiting(browser, token) as visitor:
        visitor.page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela/syncs/default/activate")
        visitor.click(visitor.button("Pause"))
        expect(visitor.button("Activate: the next run starts now")).to_be_visible(timeout=PATIENCE)
        assert stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]
        visitor.click(visitor.button("Activate: the next run starts now"))
        expect(visitor.button("Pause")).to_be_visible(timeout=PATIENCE)
        assert not stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("step", ["plan", "activate"])
def test_the_steps_are_accessible(stack: Stack, browser: Browser, token: str, theme: str, step: str) -> None:
    """Axe finds nothing in either theme."""
    with visiting(browser, token, theme=theme) as visitor:
        visitor.page.goto(f"{stack.settings.url}/salesforce-daktela/syncs/default/{step}")
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
        assert [found["id"] for found in Axe().run(visitor.page).response["violations"]] == []
