"""The pages in Airflow's own frame, in a real browser, served below a path."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Route, expect

from demo.airflow_settings import PROGRAMS, USER, AirflowSettings
from demo.ports import usual_or_free
from demo.processes import Processes
from demo.stack import wait_for
from tests.ui.browser.conftest import PATIENCE, PROJECT, Server, answers

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One sync whose files are right, one with a mistake, below the path ``/af``."""
    home = tmp_path_factory.mktemp("browser")
    mappings = home / "include" / "mappings"
    for name in ("sales", "service"):
        shutil.copytree(PROJECT / "include" / "mappings" / "default", mappings / name)
    broken = mappings / "service" / "contacts.yaml"
    broken.write_text(broken.read_text().replace("firstname:", "firstnam:"))
    shutil.copytree(PROJECT / "include" / "transforms", home / "include" / "transforms")
    settings = AirflowSettings(
        home=home / "airflow",
        project=PROJECT,
        port=usual_or_free(18090),
        ca_bundle=Path(certifi.where()),
        mappings=mappings,
    )
    url = f"{settings.url}/af"
    environment = {**settings.environment(), "AIRFLOW__API__BASE_URL": url}
    subprocess.run(["airflow", "db", "migrate"], env=environment, cwd=home, check=True, capture_output=True)
    processes = Processes(home / "logs")
    try:
        processes.start("api-server", PROGRAMS["api-server"], environment, home)
        wait_for("starting the API server", lambda: answers(url), processes, 120)
        body = {"username": USER, "password": settings.password}
        token = requests.post(f"{url}/auth/token", json=body, timeout=30).json()["access_token"]
        yield Server(url=url, token=token)
    finally:
        processes.stop()


def test_the_entry_opens_the_syncs_in_the_frame(context: BrowserContext, server: Server) -> None:
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


def test_a_click_before_the_scripts_are_there_counts_when_they_are(context: BrowserContext, server: Server) -> None:
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


def theme_of(page: Page) -> str:
    return "dark" if page.evaluate("document.documentElement.classList.contains('dark')") else "light"


def test_the_page_is_accessible(context: BrowserContext, server: Server) -> None:
    """Axe finds nothing in either theme."""
    page = context.new_page()
    page.goto(f"{server.url}/salesforce-daktela/")
    expect(page.get_by_role("heading", name="Syncs", level=1)).to_be_visible(timeout=PATIENCE)
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
