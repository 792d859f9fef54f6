"""From nothing chosen to a draft with mappings, in a real browser, against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from demo.api_server import ApiServer
from sandbox.testing import Sandbox
from tests.ui.browser.shared_server import SharedServer
from tests.ui.browser.visitor import PATIENCE

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]


def connections(sandbox: Sandbox) -> dict[str, dict[str, str]]:
    """Both of them, as Airflow's API takes them, by their Ids."""
    described = sandbox.description()
    org, daktela = described["salesforce"], described["daktela"]
    extra = json.dumps({name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")})
    salesforce = {"conn_type": "salesforce", "host": org["url"], "login": org["username"], "password": org["password"]}
    instance = {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]}
    return {"salesforce_default": {**salesforce, "extra": extra}, "daktela_default": instance}


@pytest.fixture(scope="module")
def server(shared: SharedServer) -> Iterator[ApiServer]:
    """With both connections, and two syncs that load nothing yet, one for each theme."""
    address, headers = f"{shared.server.url}/api/v2/connections", {"Authorization": f"Bearer {shared.server.token}"}
    made = connections(shared.sandbox)
    for conn_id, connection in made.items():
        body = {"connection_id": conn_id, **connection}
        requests.post(address, json=body, headers=headers, timeout=30).raise_for_status()
    with shared.holding() as mappings:
        for name in ("light", "dark"):
            (mappings / name).mkdir()
            (mappings / name / "sync.yaml").write_text("database: sales\nmappings: []\n")
        yield shared.server
    for conn_id in made:
        requests.delete(f"{address}/{conn_id}", headers=headers, timeout=30).raise_for_status()


def serious(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_objects_are_added_found_and_taken_out(context: BrowserContext, server: ApiServer, theme: str) -> None:
    """By clicks, and by the keyboard; in both languages."""
    page = context.new_page()
    page.goto(f"{server.url}/salesforce-daktela/syncs/{theme}/objects", wait_until="domcontentloaded")
    expect(page.get_by_text("Nothing yet: add the first object below.")).to_be_visible(timeout=PATIENCE)
    assert serious(page) == []
    page.get_by_role("button", name="Add the ready-made mappings").click()
    mapped = page.get_by_role("region", name="In this sync")
    expect(mapped.get_by_role("row")).to_have_count(5, timeout=PATIENCE)
    expect(mapped.get_by_role("rowheader")).to_contain_text(["Account", "Contact", "Lead", "Opportunity"])
    expect(page.get_by_text("Draft, not saved")).to_be_visible()
    page.get_by_label("Search by label or API name").fill("smlouv")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add Smlouva")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("What Smlouva becomes").select_option(label="CRM records")
    page.get_by_role("button", name="Add Smlouva").press("Enter")
    expect(mapped.get_by_role("row")).to_have_count(6, timeout=PATIENCE)
    assert serious(page) == []
    page.get_by_role("link", name="Take out smlouva").click()
    expect(page.get_by_text("It has not written any record.")).to_be_visible(timeout=PATIENCE)
    assert serious(page) == []
    page.get_by_role("button", name="Čeština").click()
    page.get_by_role("button", name="Vyjmout").click()
    expect(page.get_by_role("region", name="V této synchronizaci").get_by_role("row")).to_have_count(
        5, timeout=PATIENCE
    )
    page.get_by_role("link", name="Mapovat pole: contacts").click()
    expect(page.get_by_role("heading", name="Mapování", level=1)).to_be_visible(timeout=PATIENCE)
