"""The step Map in a real browser, over a stand-in for its server: 60 Daktela fields by 1,000 Salesforce fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.ui.browser.serving import serving
from tests.ui.browser.stand_in import SHIPPED, Draft, create_app

PATIENCE = 15_000.0
SHIPPED_TEXT = (SHIPPED / "contacts.yaml").read_text(encoding="utf-8")


@dataclass(slots=True, kw_only=True)
class Opened:
    """The page, what it shows, and the draft behind it."""

    page: Page
    draft: Draft

    def box(self, field: str) -> Locator:
        """The combobox in a field's row."""
        return self.page.get_by_label(f"Salesforce field for {field}", exact=True)

    @property
    def offers(self) -> Locator:
        """What the open list offers."""
        return self.page.get_by_role("listbox", name="Salesforce fields").get_by_role("option")

    def row(self, target: str) -> Locator:
        """A field's row with its details."""
        return self.page.locator(f'tbody[data-target="{target}"]')

    def kept(self) -> str:
        """The file, once the last change has reached the draft."""
        expect(self.page.get_by_text("Kept in your draft")).to_be_visible()
        return self.draft.text


@contextmanager
def opened(
    browser: Browser,
    text: str = SHIPPED_TEXT,
    *,
    theme: str = "light",
    hash_: str = "",
    table: bool = True,
    locale: str = "en-US",
) -> Iterator[Opened]:
    """The page of a file. What goes wrong on it fails the test."""
    draft = Draft([text])
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=locale)
    context.add_init_script(f"location.protocol === 'http:' && localStorage.setItem('theme', {json.dumps(theme)})")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text and "status of 5" not in message.text:
            wrong.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    with serving(create_app(draft)) as address:
        page = context.new_page()
        page.goto(f"{address}/syncs/sales/map/contacts{hash_}")
        if table:
            expect(page.locator("table.mapping")).to_be_visible()
            expect(page.get_by_text("Samples are of")).to_be_visible()
        yield Opened(page=page, draft=draft)
        context.close()
    assert wrong == []
