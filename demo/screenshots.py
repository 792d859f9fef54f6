"""``python -m demo.screenshots``: pictures of every page, in both themes and both languages, into ``docs/screens``."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from demo.browser import chromium
from demo.stack import Stack, running_stack, wait_for
from demo.watching_states import make_states

PROJECT = Path(__file__).resolve().parents[1]
SCREENS = PROJECT / "docs" / "screens"
SYNC, LOADING = "default", "salesforce_to_daktela__default"
PAGES = "salesforce-daktela"
WIDTH, HEIGHT, TALL = 1440, 1000, 1300
COLOURS = 256
PATIENCE = 90_000.0


def ask_both_ends(frame: FrameLocator) -> None:
    """Until both have answered."""
    frame.locator("main button").first.click()
    expect(frame.locator("main dl")).to_have_count(2)


def wait_for_rows(frame: FrameLocator) -> None:
    """The table is there."""
    frame.locator("main table tbody tr").first.wait_for()


STEPS = ("syncs", "connect", "authorize", "database", "objects", "map/contacts", "preview", "save", "plan", "activate")
ACTS: Mapping[str, Callable[[FrameLocator], None]] = {
    "authorize": ask_both_ends, "map": wait_for_rows, "preview": wait_for_rows,
}  # fmt: skip

SETTING_UP, WATCHING = "setup", "watching"
LOOKS = [(theme, language) for theme in ("light", "dark") for language in ("en", "cs")]


def main() -> int:
    """Start everything, load once, and take the pictures of setting up, of watching, or of both."""
    wanted = sys.argv[1:] or [SETTING_UP, WATCHING]
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = "localhost,127.0.0.1"
    home = Path(tempfile.gettempdir()) / "airflow"
    with running_stack(home, PROJECT, size="small", profile="", say=print) as stack, chromium() as browser:
        session = signed_in(stack)
        load_once(stack)
        SCREENS.mkdir(parents=True, exist_ok=True)
        if SETTING_UP in wanted:
            change_one_field(stack, session)
            take_all(browser, stack, {step.partition("/")[0]: _place(step) for step in STEPS}, HEIGHT)
        if WATCHING in wanted:
            take_all(browser, stack, make_states(stack), TALL)
    shutil.rmtree(home)
    return 0


def signed_in(stack: Stack) -> requests.Session:
    """A browser's session of the demo's user."""
    settings, session = stack.settings, requests.Session()
    body = {"username": "admin", "password": settings.password}
    token = session.post(f"{settings.url}/auth/token", json=body, timeout=60).json()["access_token"]
    session.cookies.set("_token", token)
    return session


def load_once(stack: Stack) -> None:
    """A first run, and a plan of the next one."""
    for dag in (LOADING, f"plan__{SYNC}"):
        wait_for(f"finding {dag}", lambda dag=dag: stack.airflow.known(f"/dags/{dag}"), stack.processes, 180)  # type: ignore[misc]
    stack.airflow.ask("PATCH", f"/dags/{LOADING}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(stack.airflow.runs(LOADING)), stack.processes, 120)
    stack.airflow.wait(LOADING, stack.airflow.runs(LOADING)[-1]["dag_run_id"], 600)
    stack.airflow.wait(f"plan__{SYNC}", stack.airflow.trigger(f"plan__{SYNC}"), 600)


def change_one_field(stack: Stack, session: requests.Session) -> None:
    """A draft, so that there is something to save."""
    address = f"{stack.settings.url}/{PAGES}/syncs/{SYNC}/map/contacts/document"
    document: dict[str, Any] = session.get(address, timeout=60).json()
    rows = document["form"]["rows"]
    row = next(row for row in rows if row["target"] == "firstname")
    row["rule"] = {"keys": [["from", "FirstName"], ["transforms", ["trim", "title_case"]]]}
    body = {name: document[name] for name in ("version", "file", "form")}
    session.put(address, json=body, timeout=60).raise_for_status()


def take_all(browser: Browser, stack: Stack, places: Mapping[str, str], height: int) -> None:
    """Pictures of pages as a person sees them inside Airflow; ``places`` are their addresses by the picture's name."""
    token = signed_in(stack).cookies["_token"]
    for theme, language in LOOKS:
        context = browser.new_context(viewport={"width": WIDTH, "height": height}, locale=language)
        cookies = {"_token": token, "salesforce_daktela_language": language}
        context.add_cookies([{"name": n, "value": v, "domain": "127.0.0.1", "path": "/"} for n, v in cookies.items()])
        context.add_init_script(f"localStorage.setItem('theme', {json.dumps(theme)})")
        context.set_default_timeout(PATIENCE)
        for name, place in places.items():
            _take_one(context, f"{stack.settings.url}/plugin/daktela/{PAGES}/{place}", name, f"{theme}-{language}")
        context.close()


def _place(step: str) -> str:
    return "" if step == "syncs" else f"syncs/{SYNC}/{step}"


def _take_one(context: BrowserContext, address: str, name: str, look: str) -> None:
    page: Page = context.new_page()
    page.goto(address, wait_until="domcontentloaded")
    frame = page.frame_locator("iframe")
    frame.locator("main").wait_for()
    act = ACTS.get(name)
    if act is not None:
        act(frame)
    time.sleep(1.5)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.quantize(COLOURS).save(SCREENS / f"{name}-{look}.png", optimize=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
