"""The pages that watch a sync in a real browser: both themes, both languages, over a sync with a history."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Route, expect

from salesforce_daktela.ledger.ledger import Ledger
from tests.ui import watched
from tests.ui.browser.serving import serving
from tests.ui.conftest import PAGES, SHIPPED, forget_the_last_test
from tests.ui.test_reconcile_page import compare
from tests.ui.test_schema_page import GONE, NEW, tell
from tests.ui.watched import ASKING, LOADING, PLAN

SYNC = "sales"
RUN = watched.run_of(1)
ADDRESSES = (
    "/overview",
    f"/syncs/{SYNC}/status",
    f"/syncs/{SYNC}/runs",
    f"/syncs/{SYNC}/runs/{quote(watched.run_of(0), safe='')}",
    f"/syncs/{SYNC}/runs/{quote(RUN, safe='')}",
    f"/run?dag_id=tutorial&run_id={quote(RUN, safe='')}",
    f"/run?dag_id={LOADING}{SYNC}&run_id={quote(RUN, safe='')}",
    f"/syncs/{SYNC}/rejects",
    f"/syncs/{SYNC}/rejects?mapping=contacts&code=phone_invalid",
    f"/syncs/{SYNC}/parked",
    f"/syncs/{SYNC}/record",
    f"/syncs/{SYNC}/reconcile",
    f"/syncs/{SYNC}/numbers",
    f"/syncs/{SYNC}/answers",
    f"/syncs/{SYNC}/schema",
)
"""Every page that watches. One that is added here is looked at in both themes and both languages."""

THEMES = ["light", "dark"]
LANGUAGES = ["en", "cs"]

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The address of the pages, and the cookie of somebody who may edit."""

    url: str
    token: str


@pytest.fixture(scope="module", autouse=True)
def mappings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder and one ledger for the whole module, in place of one for each test."""
    home = tmp_path_factory.mktemp("watching")
    folder = home / "include" / "mappings"
    folder.mkdir(parents=True)
    connection = json.dumps({"conn_type": "sqlite", "host": str(home / "ledger.db")})
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(folder))
        patched.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "watched_ledger")
        patched.setenv("AIRFLOW_CONN_WATCHED_LEDGER", connection)
        forget_the_last_test()
        yield folder


@pytest.fixture(scope="module")
def served(server: FastAPI, mappings: Path, token: object) -> Iterator[Served]:
    """The API server with the pages over a sync with a history, in a thread of this process."""
    shutil.copytree(SHIPPED, mappings / SYNC)
    _seed(mappings)
    assert callable(token)
    try:
        with serving(server) as address:
            yield Served(url=f"{address}{PAGES}", token=token("op"))
    finally:
        watched.forget_airflow()


def _seed(mappings: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{mappings.parents[1] / 'ledger.db'}")
    ledger.upgrade()
    watched.remember(ledger, SYNC)
    compare(ledger, "manual__compared", "accounts", {"right": 40, "gone": 1}, hours=2)
    some = {"missing": [watched.id_of("contacts", 1)]}
    compare(ledger, "manual__compared", "contacts", {"right": 90, "missing": 3}, hours=2, samples=some)
    tell(ledger, 0, GONE, NEW, mapping="opportunities")
    ledger.close()
    watched.deploy(mappings / SYNC)
    watched.add_run(f"{LOADING}{SYNC}", RUN, "failed", at=watched.NOW)
    watched.add_run(f"{LOADING}{SYNC}", ASKING, "running")
    watched.ask_for_approval(f"{LOADING}{SYNC}", ASKING, "contacts", PLAN)


@pytest.fixture(params=[(theme, language) for theme in THEMES for language in LANGUAGES], ids="-".join)
def context(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A signed-in window in one theme and one language. What goes wrong on its pages fails the test."""
    theme, language = request.param
    found = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    cookies = {"_token": served.token, "salesforce_daktela_language": language}
    found.add_cookies([{"name": name, "value": value, "url": served.url} for name, value in cookies.items()])
    found.add_init_script(f"localStorage.setItem('theme', {json.dumps(theme)})")
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    found.on("console", listen)
    yield found
    found.close()
    assert wrong == []


def test_a_declined_plan_is_shown_with_its_answer(browser: Browser, served: Served) -> None:
    """From the overview to the question, and one click more; the page then says who has answered what."""
    declined = "manual__declined"
    watched.add_run(f"{LOADING}{SYNC}", declined, "running")
    watched.ask_for_approval(f"{LOADING}{SYNC}", declined, "leads", replace(PLAN, mapping="leads"))
    context = browser.new_context(locale="en-US")
    context.add_cookies([{"name": "_token", "value": served.token, "url": served.url}])
    page = context.new_page()
    page.goto(f"{served.url}/overview")
    page.get_by_role("link", name="tasks wait for an answer").click()
    question = page.get_by_role("region", name="leads: write this?")
    question.get_by_role("button", name="Write nothing").click()
    given = page.get_by_role("region", name="Answers given").get_by_role("row", name="leads")
    expect(given).to_contain_text("Write nothing")
    expect(given).to_contain_text("a op")
    expect(question).to_have_count(0)
    expect(page.get_by_role("region", name="contacts: write this?")).to_be_visible()
    context.close()


@pytest.mark.parametrize("address", ["/overview", f"/syncs/{SYNC}/status"])
def test_figures_follow_while_nobody_works_in_them(browser: Browser, served: Served, address: str) -> None:
    """Every half minute; not below somebody's focus, and what was unfolded stays so."""
    context = browser.new_context(locale="en-US")
    context.add_cookies([{"name": "_token", "value": served.token, "url": served.url}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{served.url}{address}")
    figures = page.locator("#figures")
    for details in figures.locator("details").all():
        details.evaluate("found => { found.open = true }")
    figures.evaluate("found => { found.dataset.old = 'yes' }")
    figures.get_by_role("link").first.focus()
    page.clock.run_for(40_000)
    expect(figures).to_have_attribute("data-old", "yes")
    page.evaluate("document.activeElement.blur()")
    with page.expect_response(lambda reply: address in reply.url):
        page.clock.run_for(40_000)
    expect(figures).not_to_have_attribute("data-old", "yes")
    expect(figures.locator("details:not([open])")).to_have_count(0)
    context.close()


def test_rejects_are_tried_again_by_one_run_that_the_page_follows(browser: Browser, served: Served) -> None:
    """The selected ones by their Ids, all of a reason by its code; the page leads to the run, and says how it ended."""
    asked: list[dict[str, object]] = []
    states = iter(["running", "failed", "success"])
    context = browser.new_context(locale="en-US")
    context.add_cookies([{"name": "_token", "value": served.token, "url": served.url}])
    page = context.new_page()

    def start(route: Route) -> None:
        asked.append((route.request.post_data_json or {})["conf"])
        route.fulfill(json={"dag_run_id": "manual__again", "state": "queued"})

    page.route("**/api/v2/dags/*/dagRuns", start)
    page.route("**/dagRuns/manual__again", lambda route: route.fulfill(json={"state": next(states)}))
    page.goto(f"{served.url}/syncs/{SYNC}/rejects?mapping=contacts")
    boxes = page.locator("input[data-select]")
    ids = [boxes.nth(place).get_attribute("data-id") for place in (0, 1)]
    for place in (0, 1):
        boxes.nth(place).check()
    page.get_by_role("button", name="Try the 2 selected again").click()
    told = page.locator("#replayed")
    expect(told).to_contain_text("manual__again waits for its turn")
    expect(told.get_by_role("link")).to_have_attribute("href", f"{PAGES}/syncs/{SYNC}/runs/manual__again")
    expect(told).to_contain_text("has failed", timeout=15_000)
    page.locator("button[data-code=phone_invalid][data-mapping=contacts]").click()
    expect(told).to_contain_text("waits for its turn")
    with page.expect_navigation():
        pass
    assert asked == [
        {"mode": "replay", "mappings": ["contacts"], "ids": ids},
        {"mode": "replay", "mappings": ["contacts"], "codes": ["phone_invalid"]},
    ]
    context.close()


def test_every_page_can_be_read_by_everybody(context: BrowserContext, served: Served) -> None:
    """Axe finds nothing, no script fails, nothing breaks the policy, nothing is wider than the window."""
    page, found = context.new_page(), {}
    for address in ADDRESSES:
        page.goto(f"{served.url}{address}", wait_until="load")
        expect(page.locator("h1")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        violations = [
            (each["id"], [node["html"] for node in each["nodes"]][:3])
            for each in Axe().run(page).response["violations"]
        ]
        found[address] = (violations, wide)
    assert found == {address: ([], 0) for address in ADDRESSES}
