"""Somebody who looks at the pages in a real browser: every click is counted, and nothing may go wrong unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Locator, Page

from demo.stack import Stack

PATIENCE = 60_000.0


@dataclass(slots=True)
class Visitor:
    """``page`` is Airflow's window; what stands in its frame is ours."""

    page: Page
    clicks: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def frame(self) -> FrameLocator:
        """Our page inside Airflow's."""
        return self.page.frame_locator("iframe")

    def click(self, target: Locator) -> None:
        """Click once."""
        self.clicks += 1
        target.click()

    def choose(self, target: Locator, value: str) -> None:
        """Open a list and take a value from it."""
        self.clicks += 2
        target.select_option(value)

    def button(self, name: str) -> Locator:
        """A button of our page, by what it says."""
        return self.frame.get_by_role("button", name=name)

    def link(self, name: str) -> Locator:
        """A link of our page, by what it says."""
        return self.frame.get_by_role("link", name=name)


def token_of(stack: Stack) -> str:
    """What signs the administrator of a stack in."""
    body = {"username": stack.airflow.user, "password": stack.airflow.password}
    return str(requests.post(f"{stack.settings.url}/auth/token", json=body, timeout=30).json()["access_token"])


@contextmanager
def visiting(
    browser: Browser, token: str, *, theme: str = "light", locale: str = "en-US", path: str = "/"
) -> Iterator[Visitor]:
    """A window of somebody who is signed in to an Airflow below a path.

    Fails with what the pages' own scripts or policies have complained of.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=locale)
    context.add_cookies([{"name": "_token", "value": token, "domain": "127.0.0.1", "path": path}])
    context.add_init_script(f"localStorage.setItem('theme', {json.dumps(theme)})")
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page())

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            visitor.wrong.append(f"{message.text} {message.location['url']}")

    context.on("console", listen)
    yield visitor
    context.close()
    assert visitor.wrong == [], visitor.wrong
