"""From an empty folder to a settled run in a real browser, on a real Airflow; then what the last steps show later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from demo.processes import AT_ONCE
from demo.stack import Stack, running_stack
from tests.ui.browser.visitor import PATIENCE, Visitor, token_of, visiting

PROJECT = Path(__file__).resolve().parents[3]
SYNC = "sales"
DAG = f"salesforce_to_daktela__{SYNC}"
DAKTELA = "daktela_default"
RUN = 240_000.0
MOST_CLICKS, MOST_SECONDS = 25, 240.0
MOST_TABS = 400

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow, an empty mappings folder, no connection."""
    home = tmp_path_factory.mktemp("first")
    with running_stack(
        home, PROJECT, size="150", profile="", say=print, empty=True, database=empty_database, patience=AT_ONCE
    ) as started:
        yield started


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    return token_of(stack)


def test_from_an_empty_folder_to_a_settled_run(stack: Stack, browser: Browser, token: str) -> None:
    """Nothing but clicks, and what the sandbox's owner would hand over; one run alone starts when it is switched on."""
    with visiting(browser, token) as visitor:
        visitor.page.goto(stack.settings.url)
        started = time.monotonic()
        visitor.click(visitor.page.get_by_role("link", name="Daktela"))
        visitor.click(visitor.button("New sync"))
        connect(visitor, stack)
        authorize_and_choose_database(visitor, stack)
        choose_and_map(visitor)
        save(visitor, stack)
        planned = plan(visitor)
        assert stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]
        assert stack.airflow.runs(DAG) == []
        assert activate(visitor) == planned
        seconds = time.monotonic() - started
        print(f"{visitor.clicks} clicks, {seconds:.0f} s")
        assert visitor.clicks <= MOST_CLICKS
        assert seconds <= MOST_SECONDS
    assert {run["run_type"] for run in stack.airflow.runs(DAG)} == {"scheduled"}


def at(visitor: Visitor, step: str) -> None:
    """Wait until a step's page is there."""
    expect(visitor.frame.get_by_role("heading", name=step, level=1)).to_be_visible(timeout=PATIENCE)


def connect(visitor: Visitor, stack: Stack) -> None:
    at(visitor, "Connect")
    visitor.click(visitor.frame.locator("input[data-way][value=password]"))
    typed = {
        "salesforce": {
            "host": "url",
            "login": "username",
            "password": "password",
            "security_token": "security_token",
            "consumer_key": "consumer_key",
            "consumer_secret": "consumer_secret",
        },
        "daktela": {"host": "url", "password": "token"},
    }
    for system, fields in typed.items():
        for field, name in fields.items():
            visitor.frame.locator(f"#{system}-{field}").fill(getattr(stack.sandbox, system)[name])
    visitor.click(visitor.link("Next: Authorize"))


def authorize_and_choose_database(visitor: Visitor, stack: Stack) -> None:
    at(visitor, "Authorize")
    visitor.click(visitor.frame.get_by_role("button", name="Authorize"))
    expect(visitor.frame.get_by_text("Signed in to Daktela", exact=True)).to_be_visible(timeout=PATIENCE)
    visitor.click(visitor.link("Next: Database"))
    visitor.choose(visitor.frame.get_by_label("CRM Database", exact=True), stack.sandbox.daktela["database"])
    visitor.click(visitor.link("Next: Objects"))


def choose_and_map(visitor: Visitor) -> None:
    at(visitor, "Objects")
    visitor.click(visitor.frame.locator("[data-add-ready]"))
    expect(visitor.link("Map fields of opportunities")).to_be_visible(timeout=PATIENCE)
    visitor.click(visitor.link("Next: Map"))
    at(visitor, "Map")
    visitor.click(visitor.link("Next: Preview"))
    at(visitor, "Preview")
    visitor.click(visitor.link("Next: Save"))


def save(visitor: Visitor, stack: Stack) -> None:
    at(visitor, "Save")
    folder = stack.settings.mappings / SYNC
    assert not folder.exists()
    visitor.click(visitor.button("Save"))
    expect(visitor.frame.get_by_text("There is nothing to save")).to_be_visible(timeout=PATIENCE)
    assert (folder / "sync.yaml").is_file()
    visitor.click(visitor.link("Next: Plan"))


def plan(visitor: Visitor) -> str:
    """Return the counts of all mappings together."""
    at(visitor, "Plan")
    visitor.click(visitor.button("Plan the next run"))
    return total(visitor)


def activate(visitor: Visitor) -> str:
    """Return the counts of all mappings together, as they are in the end."""
    visitor.click(visitor.link("Next: Activate"))
    expect(visitor.frame.get_by_text("The first run starts at once")).to_be_visible(timeout=PATIENCE)
    visitor.click(visitor.button("Activate: the first load starts now"))
    expect(visitor.frame.get_by_text("tasks done")).to_be_visible(timeout=PATIENCE)
    expect(visitor.frame.get_by_role("heading", name="The run is settled")).to_be_visible(timeout=RUN)
    return total(visitor)


def total(visitor: Visitor) -> str:
    row = visitor.frame.get_by_role("row", name="All together")
    expect(row).to_be_visible(timeout=RUN)
    return row.inner_text()


def test_a_plan_that_cannot_be_made_says_why(stack: Stack, browser: Browser, token: str) -> None:
    """The words of the task, and no token."""
    right = stack.airflow.ask("GET", f"/connections/{DAKTELA}")["host"]
    wrong = {"connection_id": DAKTELA, "conn_type": "daktela", "host": right, "password": "not-the-token"}
    stack.airflow.ask("PATCH", f"/connections/{DAKTELA}", json=wrong)
    try:
        with visiting(browser, token) as visitor:
            visitor.page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela/syncs/{SYNC}/plan")
            visitor.click(visitor.button("Plan again"))
            expect(visitor.frame.get_by_role("heading", name="There is no plan")).to_be_visible(timeout=RUN)
            expect(visitor.frame.get_by_text("paste a new one into the Daktela connection")).to_be_visible()
            assert "not-the-token" not in visitor.frame.locator("body").inner_text()
    finally:
        body = {**wrong, "password": stack.sandbox.daktela["token"]}
        stack.airflow.ask("PATCH", f"/connections/{DAKTELA}", json=body)


def test_an_active_sync_is_paused_and_switched_on_again(stack: Stack, browser: Browser, token: str) -> None:
    """What the page says follows what Airflow holds."""
    with visiting(browser, token) as visitor:
        visitor.page.goto(f"{stack.settings.url}/plugin/daktela/salesforce-daktela/syncs/{SYNC}/activate")
        visitor.click(visitor.button("Pause"))
        expect(visitor.button("Activate: the next run starts now")).to_be_visible(timeout=PATIENCE)
        assert stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]
        visitor.click(visitor.button("Activate: the next run starts now"))
        expect(visitor.button("Pause")).to_be_visible(timeout=PATIENCE)
        assert not stack.airflow.ask("GET", f"/dags/{DAG}")["is_paused"]


def test_the_keyboard_alone_leads_from_a_name_to_a_run(stack: Stack, browser: Browser, token: str) -> None:
    """Every control is reached by Tab, in the order in which it is read; nothing needs a pointer."""
    with visiting(browser, token) as visitor:
        page, keys = visitor.page, Keyboard(visitor.page)
        page.goto(f"{stack.settings.url}/salesforce-daktela/")
        keys.type_into(page.get_by_label("Name of the new sync"), "keys")
        keys.press(page.get_by_role("button", name="New sync"))
        keys.follow("Next: Authorize", "Authorize")
        keys.press(page.get_by_role("main").get_by_role("button", name="Authorize"))
        expect(page.get_by_text("Signed in to Daktela", exact=True)).to_be_visible(timeout=PATIENCE)
        keys.follow("Next: Database", "Database")
        keys.type_into(page.get_by_label("CRM Database", exact=True), "Obchod")
        keys.follow("Next: Objects", "Objects")
        keys.press(page.locator("[data-add-ready]"))
        expect(page.get_by_role("link", name="Map fields of opportunities")).to_be_visible(timeout=PATIENCE)
        keys.follow("Next: Map", "Map")
        keys.follow("Next: Preview", "Preview")
        keys.follow("Next: Save", "Save")
        keys.press(page.get_by_role("button", name="Save the files"))
        expect(page.get_by_text("There is nothing to save")).to_be_visible(timeout=PATIENCE)
        keys.follow("Next: Plan", "Plan")
        keys.press(page.get_by_role("button", name="Plan the next run"))
        expect(page.get_by_role("row", name="All together")).to_be_visible(timeout=RUN)
        keys.follow("Next: Activate", "Activate")
        keys.press(page.get_by_role("button", name="Activate: the first load starts now"))
        expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
        keys.press(page.get_by_role("button", name="Pause"))
        expect(page.get_by_role("button", name="Activate")).to_be_visible(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Somebody without a pointer."""

    page: Page

    def reach(self, target: Locator) -> None:
        """Press Tab until the focus is there. Fails when it has gone round."""
        expect(target).to_be_enabled(timeout=PATIENCE)
        for _ in range(MOST_TABS):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def press(self, target: Locator) -> None:
        """Reach a button and press it."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def type_into(self, target: Locator, text: str) -> None:
        """Reach a field, or a list that jumps to what is typed."""
        self.reach(target)
        self.page.keyboard.type(text)

    def follow(self, link: str, heading: str) -> None:
        """Reach a link, and go where it leads."""
        self.press(self.page.get_by_role("link", name=link))
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("step", ["plan", "activate"])
def test_the_steps_are_accessible(stack: Stack, browser: Browser, token: str, theme: str, step: str) -> None:
    """Axe finds nothing in either theme."""
    with visiting(browser, token, theme=theme) as visitor:
        visitor.page.goto(f"{stack.settings.url}/salesforce-daktela/syncs/{SYNC}/{step}")
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
        assert [found["id"] for found in Axe().run(visitor.page).response["violations"]] == []
