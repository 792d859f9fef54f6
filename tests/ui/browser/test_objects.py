"""From nothing chosen to a draft with mappings, in a real browser, against the sandbox."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from demo.api_server import ApiServer, running_api_server
from sandbox.testing import Sandbox, start_sandbox
from tests.ui.browser.conftest import PATIENCE, PROJECT, bundle_with

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]


def connections(sandbox: Sandbox) -> dict[str, str]:
    """Both of them, as a deployment sets them in the environment."""
    described = sandbox.description()
    org, daktela = described["salesforce"], described["daktela"]
    extra = {name: org[name] for name in ("security_token", "consumer_key", "consumer_secret")}
    salesforce = {"conn_type": "salesforce", "host": org["url"], "login": org["username"], "password": org["password"]}
    instance = {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]}
    return {
        "AIRFLOW_CONN_SALESFORCE_DEFAULT": json.dumps({**salesforce, "extra": extra}),
        "AIRFLOW_CONN_DAKTELA_DEFAULT": json.dumps(instance),
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[ApiServer]:
    """Two syncs that load nothing yet, one for each theme, below the path ``/af``."""
    home = tmp_path_factory.mktemp("objects")
    mappings = home / "include" / "mappings"
    for name in ("light", "dark"):
        (mappings / name).mkdir(parents=True)
        (mappings / name / "sync.yaml").write_text("database: sales\nmappings: []\n")
    shutil.copytree(PROJECT / "include" / "transforms", home / "include" / "transforms")
    with start_sandbox(home / "sandbox", size="tiny") as sandbox:
        environment = connections(sandbox)
        with running_api_server(
            home,
            PROJECT,
            mappings,
            bundle_with(sandbox, home),
            path="/af",
            environment=environment,
            database=empty_database,
        ) as server:
            yield server


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
