"""The settings of a sync in a real browser, over a stand-in for their server: what becomes of a change on its way."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, Page, Route, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.ui.browser.serving import page_of

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

TEXT = "mappings: [accounts]\nschedule: '@daily'\n"
SETTINGS = "/syncs/sales/settings"


@dataclass(slots=True)
class Kept:
    """The draft's file; ``fails`` is what every write answers instead."""

    text: str = TEXT
    version: int = 1
    fails: int = 0
    sent: list[dict[str, str]] = field(default_factory=list)


def create_app(kept: Kept) -> FastAPI:
    """The page and its one route. Airflow's settings have to be there before."""
    from salesforce_daktela.ui.app import STATIC
    from salesforce_daktela.ui.rendering import render
    from salesforce_daktela.ui.settings.fields import read_fields, with_fields
    from salesforce_daktela.ui.settings.view import show_settings
    from salesforce_daktela.ui.wording import words_of

    app = FastAPI()
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_api_route("/favicon.ico", lambda: Response(status_code=204))

    @app.get(SETTINGS)
    def page(request: Request) -> Response:
        words = words_of(request)
        groups = show_settings(read_fields(kept.text), (), words)
        return render(request, "settings.html", words, sync="sales", version=kept.version, unsaved=False, groups=groups)

    @app.get("/syncs/sales/save")
    def save() -> Response:
        return Response(f"<pre>{kept.text}</pre>", media_type="text/html")

    @app.put(SETTINGS)
    def write(body: dict[str, Any]) -> Response:
        if kept.fails:
            return JSONResponse({"detail": "stands in for a refusal"}, kept.fails)
        kept.sent.append(body["values"])
        text = with_fields(kept.text, body["values"])
        if text != kept.text:
            if body["version"] != kept.version:
                return JSONResponse({"detail": "was changed in another window"}, 409)
            kept.text, kept.version = text, kept.version + 1
        return JSONResponse({"version": kept.version, "unsaved": True, "problems": {}})

    return app


def opened(browser: Browser, kept: Kept) -> AbstractContextManager[Page]:
    """The page as it is then."""
    return page_of(browser, create_app(kept), SETTINGS)


def test_what_was_refused_is_kept_with_the_next_change(browser: Browser) -> None:
    """It stands in the form all the while: a page that speaks of no trouble shows what is kept."""
    kept = Kept(fails=503)
    with opened(browser, kept) as page:
        page.locator("#timezone").fill("Europe/Prague")
        page.locator("#timezone").blur()
        expect(page.get_by_text("stands in for a refusal")).to_be_visible()
        kept.fails = 0
        page.locator("#schedule").fill("@hourly")
        page.locator("#schedule").blur()
        expect(page.get_by_text("stands in for a refusal")).to_be_hidden()
        assert "timezone: Europe/Prague" in kept.text
        assert "@hourly" in kept.text


def test_a_change_whose_answer_is_lost_is_no_change_of_another_window(browser: Browser) -> None:
    """The next one is kept, too."""
    kept = Kept()
    with opened(browser, kept) as page:

        def arrives_and_is_not_answered(route: Route) -> None:
            route.fetch()
            route.fulfill(status=504, json={"detail": "no answer came"})

        page.route(f"**{SETTINGS}", arrives_and_is_not_answered, times=1)
        page.locator("#timezone").fill("Europe/Prague")
        page.locator("#timezone").blur()
        expect(page.get_by_text("no answer came")).to_be_visible()
        page.locator("#schedule").fill("@hourly")
        page.locator("#schedule").blur()
        expect(page.get_by_role("alert")).to_be_hidden()
        assert "@hourly" in kept.text


def test_what_is_filled_in_before_the_script_is_there_is_kept(browser: Browser) -> None:
    """On a slow line the form is seen long before its script has come. The link to the next page waits for it, too."""
    kept = Kept()
    with opened(browser, kept) as page:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/static/settings.js", hold)
        page.reload(wait_until="commit")
        page.locator("#timezone").fill("Europe/Prague")
        page.locator("#schedule").fill("@hourly")
        page.get_by_role("link", name="Next: Save").click()
        page.wait_for_timeout(300)
        assert page.url.endswith(SETTINGS)
        held[0].continue_()
        expect(page.get_by_text("timezone: Europe/Prague")).to_be_visible()
        expect(page.get_by_text("@hourly")).to_be_visible()


def test_the_next_page_waits_for_the_last_change(browser: Browser) -> None:
    """A click on the link takes the focus from the field: its change is still on its way."""
    kept = Kept()
    with opened(browser, kept) as page:
        sent: list[Route] = []

        def hold(route: Route) -> None:
            sent.append(route)

        page.route(f"**{SETTINGS}", hold, times=1)
        page.locator("#timezone").fill("Europe/Prague")
        page.get_by_role("link", name="Next:").click(no_wait_after=True)
        page.wait_for_timeout(500)
        sent[0].continue_()
        page.wait_for_url("**/save")
        expect(page.get_by_text("Europe/Prague")).to_be_visible()


def test_going_back_shows_what_the_draft_has(browser: Browser) -> None:
    """Not what was chosen when the page was left, and was refused."""
    kept = Kept(fails=503)
    with opened(browser, kept) as page:
        page.locator("select").first.select_option("true")
        expect(page.get_by_text("stands in for a refusal")).to_be_visible()
        page.get_by_role("link", name="Next:").click()
        page.wait_for_url("**/save")
        page.go_back()
        expect(page.locator("select").first).to_have_value("")
