"""A real browser in each of Airflow's themes, signed in to the API server that a module calls ``server``.

``visitor`` is somebody who is signed in to the Airflow that a module calls ``stack``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from demo.api_server import ApiServer
from demo.browser import chromium
from demo.stack import Stack
from tests.ui.browser.shared_server import SharedServer, shared_server
from tests.ui.browser.visitor import PATIENCE, Visitor, token_of, visiting

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[SharedServer]:
    """One API server for several files: to start one takes ten seconds of a core."""
    with shared_server(tmp_path_factory.mktemp("shared"), empty_database) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def visitor(stack: Stack, browser: Browser) -> Iterator[Visitor]:
    with visiting(browser, token_of(stack)) as found:
        yield found


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    """One of Airflow's themes."""
    return str(request.param)


@pytest.fixture
def context(theme: str, browser: Browser, server: ApiServer) -> Iterator[BrowserContext]:
    """A signed-in browser window in one of Airflow's themes. What goes wrong on its pages fails the test."""
    found = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    found.add_cookies([{"name": "_token", "value": server.token, "domain": "127.0.0.1", "path": "/af"}])
    found.add_init_script(f"localStorage.setItem('theme', {json.dumps(theme)})")
    found.set_default_timeout(PATIENCE)
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    found.on("console", listen)
    yield found
    found.close()
    assert wrong == []
