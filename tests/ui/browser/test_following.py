"""The scripts that start and follow runs in a real browser, over a page of a few lines and a stand-in for Airflow."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, Page, Route, expect

from tests.airflow.conftest import airflow_database  # noqa: F401 Airflow's environment
from tests.ui.browser.serving import page_of

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

AROUND = """<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="data:,">
<script type="module" src="/static/{script}"></script></head>
<body data-pages="" data-airflow=""><p id="stale" hidden>may be out of date</p>
<p id="signed-out" hidden>signed out</p><main>{main}</main></body></html>"""
LIVE = """<div id="live" data-dag="plan" data-run="{run}" data-state="{state}" data-no-answer="no answer came">
<p>{run} is {state}</p>
<form><label><input type="checkbox" name="mapping" value="a" checked> accounts</label></form>
<button type="button" id="start" data-start="plan" {acts} disabled>Plan</button>
<p id="trouble" hidden></p></div>"""

CHOOSING = '<script type="module" src="/static/reconcile.js"></script>'
FORM = '<form id="compare">'
REJECTS = """<div id="replays" data-dag="plan" data-waiting="waits" data-started="started" data-run-page="/run/"></div>
<button type="button" id="selected" data-acts data-label="Try {count}">Try</button>
<p id="replayed" hidden><span></span> <a href="/">run</a></p><p id="trouble" hidden></p>
<input type="checkbox" data-select data-mapping="contacts" data-id="003A" aria-label="A">
<input type="checkbox" data-select data-mapping="contacts" data-id="003B" aria-label="B">"""


@dataclass(slots=True)
class Runs:
    """The runs of one DAG by id, the newest last, with their states."""

    states: dict[str, str] = field(default_factory=dict)

    @property
    def latest(self) -> tuple[str, str]:
        """Its id and its state, both empty without one."""
        return list(self.states.items())[-1] if self.states else ("", "")


def create_app(runs: Runs) -> FastAPI:
    """A page that follows the latest run by each of the two scripts, and Airflow's API as far as they ask it."""
    from salesforce_daktela.ui.app import STATIC

    app = FastAPI()
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.get("/plan")
    def plan() -> Response:
        run, state = runs.latest
        live = LIVE.format(run=run, state=state, acts="" if state == "running" else "data-acts")
        return HTMLResponse(AROUND.format(script="runs.js", main=live))

    @app.get("/compare")
    def compare() -> Response:
        run, state = runs.latest
        live = LIVE.format(run=run, state=state, acts='data-acts data-plain="Plan"').replace("<form>", FORM)
        return HTMLResponse(AROUND.format(script="runs.js", main=CHOOSING + live))

    @app.get("/run")
    def run() -> Response:
        run, state = runs.latest
        if not run:
            return HTMLResponse(AROUND.format(script="host.js", main="There is no such run"), 404)
        main = f'<div id="live">{run} is {state}</div>' if state == "running" else f"<p>{run} has ended</p>"
        return HTMLResponse(AROUND.format(script="run.js" if state == "running" else "host.js", main=main))

    @app.get("/rejects")
    def rejects() -> Response:
        return HTMLResponse(AROUND.format(script="rejects.js", main=REJECTS))

    @app.post("/api/v2/dags/plan/dagRuns")
    def start(body: dict[str, Any]) -> Response:
        if body["dag_run_id"] in runs.states:
            return JSONResponse({"detail": "there is one"}, 409)
        runs.states[body["dag_run_id"]] = "running"
        return JSONResponse({"dag_run_id": body["dag_run_id"], "state": "running"})

    @app.get("/api/v2/dags/plan/dagRuns/{run_id}")
    def show(run_id: str) -> Response:
        if run_id not in runs.states:
            return JSONResponse({"detail": "none"}, 404)
        return JSONResponse({"dag_run_id": run_id, "state": runs.states[run_id]})

    @app.get("/api/v2/dags/plan/dagRuns/{run_id}/taskInstances")
    def tasks() -> dict[str, Any]:
        return {"task_instances": [], "total_entries": 0}

    return app


def opened(browser: Browser, runs: Runs, path: str) -> AbstractContextManager[Page]:
    """One of the pages."""
    return page_of(browser, create_app(runs), path)


def test_a_start_whose_answer_is_lost_starts_one_run(browser: Browser) -> None:
    """The person is told to try again, and does."""
    runs = Runs()
    with opened(browser, runs, "/plan") as page:

        def arrives_and_is_not_answered(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/dagRuns", arrives_and_is_not_answered, times=1)
        page.get_by_role("button", name="Plan").click()
        expect(page.get_by_text("no answer came")).to_be_visible()
        page.get_by_role("button", name="Plan").click()
        expect(page.get_by_text("is running")).to_be_visible()
        assert len(runs.states) == 1


def test_a_run_is_followed_past_a_moment_without_answers(browser: Browser) -> None:
    """What is shown meanwhile is said to be old; nothing can be started twice from it."""
    runs = Runs()
    with opened(browser, runs, "/plan") as page:
        page.route("**/plan", lambda route: route.abort(), times=1)
        page.get_by_role("button", name="Plan").click()
        expect(page.get_by_text("may be out of date")).to_be_visible()
        expect(page.get_by_role("button", name="Plan")).to_be_disabled()
        expect(page.get_by_text("is running")).to_be_visible()
        expect(page.get_by_text("may be out of date")).to_be_hidden()
        page.route("**/plan", lambda route: route.abort(), times=1)
        runs.states[runs.latest[0]] = "success"
        expect(page.get_by_text("is success")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("path", ["/plan", "/run"])
def test_a_run_that_somebody_deletes_is_not_shown_as_running(browser: Browser, path: str) -> None:
    """Of it nothing is to be told any more."""
    runs = Runs({"one": "running"})
    with opened(browser, runs, path) as page:
        expect(page.get_by_text("one is running")).to_be_visible()
        runs.states.clear()
        expect(page.get_by_text("one is running")).to_be_hidden(timeout=15_000)


def test_what_is_chosen_for_the_next_run_stays_chosen_while_one_is_followed(browser: Browser) -> None:
    """Until it is started."""
    runs = Runs({"one": "running"})
    with opened(browser, runs, "/plan") as page:
        page.get_by_label("accounts").uncheck()
        runs.states["one"] = "success"
        expect(page.get_by_text("one is success")).to_be_visible(timeout=15_000)
        expect(page.get_by_label("accounts")).not_to_be_checked()
        page.get_by_role("button", name="Plan").click()
        expect(page.get_by_text("is running")).to_be_visible()
        expect(page.get_by_label("accounts")).to_be_checked()


def test_nothing_is_started_when_nothing_is_chosen_for_it(browser: Browser) -> None:
    """Neither while a run is followed nor when it has ended; without a choice, all would be compared."""
    runs = Runs({"one": "running"})
    with opened(browser, runs, "/compare") as page:
        start = page.get_by_role("button", name="Plan")
        expect(start).to_be_enabled()
        page.get_by_label("accounts").uncheck()
        expect(start).to_be_disabled()
        runs.states["one"] = "success"
        expect(page.get_by_text("one is success")).to_be_visible(timeout=15_000)
        expect(page.get_by_label("accounts")).not_to_be_checked()
        expect(start).to_be_disabled()
        page.get_by_label("accounts").check()
        expect(start).to_be_enabled()


def test_rejects_that_are_ticked_while_others_are_tried_again_stay_ticked(browser: Browser) -> None:
    """The page is loaded anew when the run has ended; those that were tried are not asked for again."""
    runs = Runs()
    with opened(browser, runs, "/rejects") as page:
        page.get_by_label("A").check()
        page.get_by_role("button", name="Try").click()
        expect(page.get_by_text("started")).to_be_visible()
        expect(page.get_by_label("A")).not_to_be_checked()
        page.get_by_label("B").check()
        expect(page.get_by_role("button", name="Try")).to_be_disabled()
        with page.expect_navigation(timeout=15_000):
            runs.states[runs.latest[0]] = "success"
        expect(page.get_by_label("B")).to_be_checked()
        expect(page.get_by_label("A")).not_to_be_checked()
        expect(page.get_by_role("button", name="Try 1")).to_be_enabled()


def test_a_page_that_follows_says_that_the_person_is_signed_out(browser: Browser) -> None:
    """What it shows is of before."""
    runs = Runs({"one": "running"})
    with opened(browser, runs, "/run") as page:
        page.route("**/run", lambda route: route.fulfill(status=401, body=""))
        expect(page.get_by_text("signed out")).to_be_visible(timeout=15_000)
        page.unroute("**/run")
        page.route("**/run", lambda route: route.fulfill(status=503, body=""))
        expect(page.get_by_text("may be out of date")).to_be_visible(timeout=15_000)
