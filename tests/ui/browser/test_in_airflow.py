"""The pages in Airflow's own frame, in a real browser, served below a path."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from demo.airflow_settings import USER
from demo.api_server import ApiServer
from tests.ui.browser.shared_server import SharedServer
from tests.ui.browser.visitor import PATIENCE, visiting

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(shared: SharedServer) -> Iterator[ApiServer]:
    """One sync whose files are right, one with a mistake."""
    with shared.holding("sales", "service") as mappings:
        broken = mappings / "service" / "contacts.yaml"
        broken.write_text(broken.read_text().replace("firstname:", "firstnam:"))
        yield shared.server


def test_the_entry_opens_the_syncs_in_the_frame(context: BrowserContext, server: ApiServer) -> None:
    """In Airflow's theme, under an address that can be loaded again, in both languages."""
    page = context.new_page()
    page.goto(f"{server.url}/", wait_until="domcontentloaded")
    page.get_by_role("link", name="Daktela").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Syncs", level=1)).to_be_visible(timeout=PATIENCE)
    expect(frame.get_by_text("service/contacts.yaml:8")).to_be_visible()
    expect(frame.locator("html")).to_have_attribute("data-theme", theme_of(page))
    page.reload(wait_until="domcontentloaded")
    frame.get_by_role("button", name="Čeština").click()
    expect(frame.get_by_role("heading", name="Synchronizace", level=1)).to_be_visible(timeout=PATIENCE)


def test_a_click_before_the_scripts_are_there_counts_when_they_are(context: BrowserContext, server: ApiServer) -> None:
    """On a slow line the page is seen long before its scripts have come."""
    page, held = context.new_page(), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/host.js", hold)
    page.goto(f"{server.url}/salesforce-daktela/", wait_until="commit")
    page.get_by_role("button", name="Čeština").click()
    expect(page.get_by_role("heading", name="Syncs", level=1)).to_be_visible(timeout=PATIENCE)
    held[0].continue_()
    expect(page.get_by_role("heading", name="Synchronizace", level=1)).to_be_visible(timeout=PATIENCE)


def test_a_sign_in_that_ends_while_somebody_types(browser: Browser, server: ApiServer, shared: SharedServer) -> None:
    """The page says so. After a new sign-in they are back on it, inside Airflow, with what they typed."""
    with visiting(browser, server.token, path="/af") as visitor:
        page = visitor.page
        page.goto(f"{server.url}/plugin/daktela/af/salesforce-daktela/syncs/sales/map/contacts")
        setting = visitor.frame.get_by_label("Read everything again")
        expect(setting).to_be_visible(timeout=PATIENCE)
        page.context.clear_cookies()
        setting.fill("7d")
        setting.blur()
        expect(visitor.frame.get_by_text("You are signed out")).to_be_visible(timeout=PATIENCE)
        visitor.frame.get_by_role("link", name="Sign in again").click()
        password = json.loads((shared.home / "airflow" / "passwords.json").read_text())[USER]
        page.get_by_label("Username").fill(USER)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(visitor.frame.get_by_label("Read everything again")).to_have_value("7d", timeout=PATIENCE)
        expect(visitor.frame.get_by_text("Draft, not saved")).to_be_visible(timeout=PATIENCE)
        # Signed out is 401; there is no connection to ask the org by, 422.
        visitor.wrong = [each for each in visitor.wrong if "status of 401" not in each and "status of 422" not in each]


def theme_of(page: Page) -> str:
    return "dark" if page.evaluate("document.documentElement.classList.contains('dark')") else "light"


def test_the_page_is_accessible(context: BrowserContext, server: ApiServer) -> None:
    """Axe finds nothing in either theme."""
    page = context.new_page()
    page.goto(f"{server.url}/salesforce-daktela/")
    expect(page.get_by_role("heading", name="Syncs", level=1)).to_be_visible(timeout=PATIENCE)
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
