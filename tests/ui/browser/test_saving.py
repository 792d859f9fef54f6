"""Two people save at once, a folder that cannot be written, and a file by hand, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from demo.airflow_settings import USER
from demo.api_server import ApiServer
from tests.ui.browser.shared_server import OTHER, SharedServer
from tests.ui.browser.visitor import PATIENCE

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]

SYNCS = ("two_people", "read_only", "by_hand", "looks")


@pytest.fixture(scope="module")
def home(shared: SharedServer) -> Iterator[Path]:
    """Where the server's files are: a sync for each test."""
    with shared.holding(*SYNCS):
        yield shared.home


@pytest.fixture(scope="module")
def server(shared: SharedServer, home: Path) -> ApiServer:  # noqa: ARG001 its syncs
    """An API server with two people; the browser has the administrator's cookie."""
    return shared.server


Change = Callable[[str, str, str], None]


@pytest.fixture
def change(server: ApiServer) -> Change:
    """Has a person change what becomes of deleted contacts, as the step Map does."""
    url, tokens = server.url, server.tokens

    def changed(person: str, sync: str, key: str) -> None:
        address = f"{url}/salesforce-daktela/syncs/{sync}/map/contacts/document"
        headers = {"Authorization": f"Bearer {tokens[person]}"}
        document = requests.get(address, headers=headers, timeout=30).json()
        for pair in document["form"]["settings"]["keys"]:
            if pair[0] == key:
                pair[1] = {"on_delete": "delete", "reject_above": "2%"}[key]
        body = {name: document[name] for name in ("version", "file", "form")}
        reply = requests.put(address, json=body, headers=headers, timeout=30)
        assert reply.ok, reply.text

    return changed


def open_page(context: BrowserContext, server: ApiServer, path: str, heading: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/salesforce-daktela{path}")
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible(timeout=PATIENCE)
    return page


def press(page: Page, name: str) -> None:
    """A click that the page's script hears: it may still be on its way when the page is made anew."""
    expect(page.locator("#save-step[data-ready]")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=name, exact=True).click()


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(text)).to_be_visible(timeout=PATIENCE)


def signed_in(browser: Browser, token: str) -> BrowserContext:
    found = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    found.add_cookies([{"name": "_token", "value": token, "domain": "127.0.0.1", "path": "/af"}])
    found.set_default_timeout(PATIENCE)
    return found


def test_two_people_at_once(browser: Browser, server: ApiServer, change: Change, home: Path) -> None:
    """Both begin with one text. The second to save sees both changes, and puts his on top of the other's."""
    file = home / "include" / "mappings" / "two_people" / "contacts.yaml"
    before = file.read_text()
    change(USER, "two_people", "on_delete")
    change(OTHER, "two_people", "reject_above")
    one, other = (signed_in(browser, server.tokens[name]) for name in (USER, OTHER))
    first, second = (open_page(each, server, "/syncs/two_people/save", "Save") for each in (one, other))
    press(first, "Save the files")
    says(first, "There is nothing to save")
    theirs = file.read_text()
    assert theirs == before.replace("on_delete: keep", "on_delete: delete")
    press(second, "Save the files")
    says(second, "Somebody else has saved meanwhile")
    assert file.read_text() == theirs
    expect(second.get_by_role("region", name="Their changes of contacts.yaml")).to_contain_text("on_delete: delete")
    expect(second.get_by_role("region", name="Your changes of contacts.yaml")).to_contain_text("reject_above: 2%")
    press(second, "Put mine on top of theirs")
    expect(second.get_by_text("Somebody else has saved meanwhile")).to_be_hidden(timeout=PATIENCE)
    press(second, "Save the files")
    says(second, "There is nothing to save")
    assert file.read_text() == theirs.replace("reject_above: 1%", "reject_above: 2%")
    one.close()
    other.close()


def copies_without_https(page: Page, text: str) -> None:
    """Where browsers give scripts no clipboard, the file is copied all the same; else the page says that it is not."""
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_focused()
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'pasted'}))")
    page.locator("#pasted").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#pasted")).to_have_value(text)
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copied", exact=True).click()
    says(page, "Nothing was copied. Download the file instead.")


def test_a_folder_that_is_mounted_read_only(browser: Browser, server: ApiServer, change: Change, home: Path) -> None:
    """Root may not write to it either. The page offers the file and the patch, and waits for a deployment."""
    folder = home / "include" / "mappings" / "read_only"
    change(USER, "read_only", "on_delete")
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    context = signed_in(browser, server.token)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        page = open_page(context, server, "/syncs/read_only/save", "Save")
        says(page, "is mounted read-only")
        expect(page.get_by_role("button", name="Save the files", exact=True)).to_be_hidden()
        says(page, "Waiting for deployment")
        wanted = (folder / "contacts.yaml").read_bytes().replace(b"on_delete: keep", b"on_delete: delete")
        copies_without_https(page, wanted.decode())
        with page.expect_download() as taken:
            page.get_by_role("link", name="Download", exact=True).click()
        assert Path(taken.value.path()).read_bytes() == wanted
        with page.expect_download() as taken:
            page.get_by_role("link", name="Download the patch").click()
        assert taken.value.suggested_filename == "read_only.patch"
        tree = home / "checkout"
        shutil.copytree(folder, tree / "include" / "mappings" / "read_only")
        subprocess.run(["git", "apply", taken.value.path()], cwd=tree, check=True)
        assert (tree / "include" / "mappings" / "read_only" / "contacts.yaml").read_bytes() == wanted
    finally:
        context.close()
        subprocess.run(["umount", folder], check=True)


def test_a_file_by_hand_keeps_every_other_byte(browser: Browser, server: ApiServer, change: Change, home: Path) -> None:
    """Windows line ends, remarks, odd blanks."""
    file = home / "include" / "mappings" / "by_hand" / "contacts.yaml"
    by_hand = file.read_text().replace("reject_above", "# poznámka:  zůstane\n\n\nreject_above").replace("\n", "\r\n")
    file.write_bytes(by_hand.encode())
    change(USER, "by_hand", "on_delete")
    context = signed_in(browser, server.token)
    page = open_page(context, server, "/syncs/by_hand/save", "Save")
    expect(page.locator("tr.added")).to_have_count(1)
    expect(page.locator("tr.removed")).to_have_count(1)
    press(page, "Save the files")
    says(page, "There is nothing to save")
    assert file.read_bytes() == by_hand.replace("on_delete: keep", "on_delete: delete").encode()
    context.close()


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/save", "Save"),
        ("/preview/contacts", "Preview"),
        ("/manage", "Copy, rename, delete"),
        ("/settings", "Schedule, limits, approvals"),
    ],
)
def test_the_pages_are_accessible(
    path: str, heading: str, context: BrowserContext, server: ApiServer, change: Change, home: Path
) -> None:
    """Axe finds nothing in either theme. A mistake in another file keeps Preview from asking Salesforce."""
    leads = home / "include" / "mappings" / "looks" / "leads.yaml"
    leads.write_text(leads.read_text().replace("lastname:", "lastnam:"))
    change(USER, "looks", "on_delete")
    page = open_page(context, server, f"/syncs/looks{path}", heading)
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
