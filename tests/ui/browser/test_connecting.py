"""From an empty folder to the chosen database, against the sandbox, with what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from demo.api_server import ApiServer
from tests.ui.browser.shared_server import SharedServer
from tests.ui.browser.visitor import PATIENCE

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server(shared: SharedServer) -> ApiServer:
    """An API server with an empty mappings folder and no connections."""
    return shared.server


@pytest.fixture
def page(context: BrowserContext, shared: SharedServer) -> Iterator[Page]:
    """A page of its own and the sandbox as usual; no connection is left to others."""
    shared.sandbox.daktela.reset(empty=False)
    page = context.new_page()
    yield page
    page.close()
    forget(shared)


def forget(shared: SharedServer) -> None:
    headers = {"Authorization": f"Bearer {shared.server.token}"}
    for conn_id in ("salesforce_default", "daktela_default", "daktela_known"):
        requests.delete(f"{shared.server.url}/api/v2/connections/{conn_id}", headers=headers, timeout=30)


def opened(page: Page, shared: SharedServer, path: str) -> None:
    page.goto(f"{shared.server.url}/salesforce-daktela{path}", wait_until="domcontentloaded")


def type_in(page: Page, shared: SharedServer, **changed: str) -> None:
    """Fill in both forms as Daktela's guide does; keywords replace fields by the Ids of their inputs."""
    # Nobody fills in eleven fields before the page's scripts have come; a browser without a window does.
    page.wait_for_load_state()
    salesforce, daktela = shared.sandbox.description()["salesforce"], shared.sandbox.description()["daktela"]
    page.get_by_label("User name and password").check()
    texts = {
        "salesforce-host": salesforce["url"],
        "salesforce-login": salesforce["username"],
        **{f"salesforce-{name}": salesforce[name] for name in ("password", "security_token", "consumer_key")},
        "salesforce-consumer_secret": salesforce["consumer_secret"],
        "daktela-host": daktela["url"],
        "daktela-password": daktela["token"],
    }
    for name, text in {**texts, **changed}.items():
        page.locator(f"#{name}").fill(text)


def next_step(page: Page, name: str) -> None:
    page.get_by_role("link", name="Next:").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible(timeout=PATIENCE)


def authorized(page: Page, end: str) -> None:
    expect(page.locator(f"[data-reply='{end}']").get_by_text("Signed in to")).to_be_visible(timeout=PATIENCE)


def connected(page: Page, shared: SharedServer, sync: str, **changed: str) -> None:
    """The first two steps: a new sync, and both connections typed in."""
    opened(page, shared, "/")
    page.get_by_label("Name of the new sync").fill(sync)
    page.get_by_role("button", name="New sync").click()
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible(timeout=PATIENCE)
    type_in(page, shared, **changed)
    next_step(page, "Authorize")


def axe(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_a_name_with_accents_and_blanks_gives_way_to_one_that_may_be(page: Page, shared: SharedServer) -> None:
    """In the page's own words; a second click takes it."""
    opened(page, shared, "/")
    name = page.get_by_label("Name of the new sync")
    name.fill("Zákazníci Brno")
    page.get_by_role("button", name="New sync").click()
    expect(name).to_have_value("zakaznici_brno")
    expect(page.get_by_role("alert")).to_contain_text("small letters a-z")
    assert axe(page) == []
    page.get_by_role("button", name="New sync").click()
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible(timeout=PATIENCE)


def test_a_wrong_password_is_mended_at_the_field_that_is_named(page: Page, shared: SharedServer, theme: str) -> None:
    """Then both ends let us in, and the database is chosen. Nothing is in the folder yet; nothing serious for axe."""
    connected(page, shared, f"wrong_{theme}", **{"salesforce-password": "wrong"})
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("The sign-in to Salesforce has failed").first).to_be_visible(timeout=PATIENCE)
    authorized(page, "daktela")
    assert axe(page) == []
    page.locator("[data-reply='salesforce']").get_by_role("link", name="Password").click()
    field = page.locator("#salesforce-password")
    expect(field).to_be_focused(timeout=PATIENCE)
    assert axe(page) == []
    assert shared.sandbox.salesforce.credentials.security_token not in page.content()
    field.fill(shared.sandbox.salesforce.credentials.password)
    next_step(page, "Authorize")
    page.get_by_role("button", name="Authorize").click()
    authorized(page, "salesforce")
    assert axe(page) == []
    next_step(page, "CRM Database")
    expect(page.get_by_label("CRM Database", exact=True)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Next:").click()
    expect(page.get_by_role("alert").get_by_text("Choose a database")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("CRM Database", exact=True).select_option("sales")
    expect(page.get_by_text("Kept in your draft.")).to_be_visible(timeout=PATIENCE)
    assert axe(page) == []
    page.reload(wait_until="domcontentloaded")
    expect(page.get_by_label("CRM Database", exact=True)).to_have_value("sales", timeout=PATIENCE)
    assert list(shared.mappings.iterdir()) == []


def test_while_daktela_is_down_it_is_said_where_and_the_name_can_be_typed(
    page: Page, shared: SharedServer, theme: str
) -> None:
    """Salesforce is asked all the same."""
    connected(page, shared, f"down_{theme}", **{"daktela-host": "https://localhost:1"})
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("localhost:1 refuses the connection")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-reply='daktela']").get_by_role("link", name="Instance URL")).to_be_visible()
    authorized(page, "salesforce")
    next_step(page, "CRM Database")
    expect(page.get_by_text("Daktela could not be asked")).to_be_visible(timeout=PATIENCE)
    assert axe(page) == []
    page.get_by_label("Name of the CRM Database").fill("sales")
    page.get_by_label("Name of the CRM Database").blur()
    expect(page.get_by_text("Kept in your draft.")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_what_is_pasted_is_understood_while_it_is_typed(page: Page, shared: SharedServer, theme: str) -> None:
    """And what is missing is told before anything is sent."""
    opened(page, shared, f"/syncs/paste_{theme}/connect")
    host = page.locator("#salesforce-host")
    host.fill("https://acme--test.sandbox.lightning.force.com/lightning/setup/SetupOneHome/home")
    expect(page.get_by_text("Sandbox at https://acme--test.sandbox.my.salesforce.com")).to_be_visible(timeout=PATIENCE)
    page.locator("#id-salesforce").fill("salesforce_other")
    page.locator("#id-salesforce").blur()
    host.fill("https://acme.example.com")
    expect(page.get_by_text("is not a Salesforce host")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Save the connections").click()
    expect(host).to_be_focused(timeout=PATIENCE)
    expect(page.get_by_text("Fill this in.").first).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_a_typed_id_that_there_is_shows_that_connection(page: Page, shared: SharedServer, theme: str) -> None:
    """What is typed at the other end stays; its form can be left for a new one again."""
    headers = {"Authorization": f"Bearer {shared.server.token}"}
    known = {"connection_id": "daktela_known", "conn_type": "daktela", "host": "https://known.daktela.com"}
    requests.post(f"{shared.server.url}/api/v2/connections", json=known, headers=headers, timeout=30)
    opened(page, shared, f"/syncs/known_{theme}/connect")
    page.locator("#salesforce-consumer_key").fill("typed at the other end")
    page.locator("#id-daktela").fill("daktela_known")
    page.locator("#id-daktela").blur()
    expect(page.locator("#choose-daktela")).to_have_value("daktela_known", timeout=PATIENCE)
    expect(page.locator("#daktela-host")).to_have_value("https://known.daktela.com")
    expect(page.locator("#salesforce-consumer_key")).to_have_value("typed at the other end")
    page.locator("#choose-daktela").select_option("")
    expect(page.locator("#id-daktela")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#daktela-host")).to_have_value("")


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_another_sign_in_takes_the_place_of_the_present_one(page: Page, shared: SharedServer, theme: str) -> None:
    """Its user is gone from the connection, the app's key and secret stay."""
    connected(page, shared, f"switched_{theme}")
    page.get_by_role("link", name="Back").click()
    page.get_by_label("External Client App").check()
    expect(page.locator("#salesforce-login")).to_be_hidden(timeout=PATIENCE)
    next_step(page, "Authorize")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("Client credentials of the app")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("External Client App")).to_be_checked(timeout=PATIENCE)
