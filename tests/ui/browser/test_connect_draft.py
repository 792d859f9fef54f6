"""The step Connect in a real browser, over a stand-in for Airflow: answers that are late, lost or asked for twice."""

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

CONNECT = "/syncs/sales/connect"


@dataclass(slots=True)
class Airflow:
    """Its connections by Id, the requests that wrote them, and the Ids that the draft names."""

    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=lambda: {"salesforce": "sf", "daktela": "dk"})
    version: int = 1


def create_app(airflow: Airflow) -> FastAPI:
    """The page and what it asks for. Airflow's settings have to be there before."""
    from salesforce_daktela.ui.app import STATIC

    app = FastAPI()
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_api_route("/favicon.ico", lambda: Response(status_code=204))
    _add_page(app, airflow)
    _add_connections(app, airflow)
    return app


def _add_page(app: FastAPI, airflow: Airflow) -> None:
    from salesforce_daktela.ui.connect.addresses import show_address
    from salesforce_daktela.ui.connect.facts import ConnectionFacts, EndFacts, Source
    from salesforce_daktela.ui.connect.view import NEW, show_connect
    from salesforce_daktela.ui.connection_fields import System
    from salesforce_daktela.ui.rendering import render
    from salesforce_daktela.ui.rights import Rights
    from salesforce_daktela.ui.way import Step, show_way
    from salesforce_daktela.ui.wording import words_of

    def end(system: System, conn_id: str) -> EndFacts:
        known = {id_: Source.DATABASE for id_, each in airflow.connections.items() if each["conn_type"] == system}
        found = airflow.connections.get(conn_id)
        if found is None:
            return EndFacts(system=system, known=known, chosen=None)
        chosen = ConnectionFacts(
            conn_id=conn_id,
            source=Source.DATABASE,
            conn_type=system,
            editable=True,
            values={"host": found["host"], "consumer_key": "key"},
            stored=frozenset({"consumer_secret" if system == System.SALESFORCE else "password"}),
        )
        return EndFacts(system=system, known=known, chosen=chosen)

    @app.get(CONNECT)
    def page(request: Request, salesforce: str | None = None, daktela: str | None = None) -> Response:
        words, rights = words_of(request), Rights(read=True, edit=True, connections=True, run=True)
        asked = {"salesforce": salesforce, "daktela": daktela}
        ends = [end(system, asked[system] or airflow.named[system]) for system in System]
        view = show_connect(airflow.version, ends, sync="sales", may=True, words=words)
        way = show_way("sales", Step.CONNECT, rights, words)
        return render(request, "connect.html", words, view=view, way=way, new=NEW)

    @app.put(CONNECT)
    def choose(body: dict[str, Any]) -> dict[str, Any]:
        airflow.named = {system: body[system] for system in ("salesforce", "daktela")}
        return {"version": body["version"], "unsaved": True}

    @app.post("/addresses")
    def understand(body: dict[str, str], request: Request) -> Any:
        return show_address(System(body["system"]), body["text"], (), words_of(request))


def _add_connections(app: FastAPI, airflow: Airflow) -> None:
    @app.post("/api/v2/connections")
    def make(body: dict[str, Any]) -> Response:
        airflow.written.append(f"POST {body['connection_id']}")
        if body["connection_id"] in airflow.connections:
            return JSONResponse({"detail": "there is one"}, 409)
        airflow.connections[body["connection_id"]] = body
        return JSONResponse(body, 201)

    @app.get("/api/v2/connections/{conn_id}")
    def show(conn_id: str) -> Response:
        found = airflow.connections.get(conn_id)
        return JSONResponse({"detail": "none"}, 404) if found is None else JSONResponse({**found, "password": "***"})

    @app.patch("/api/v2/connections/{conn_id}")
    def change(conn_id: str, body: dict[str, Any]) -> dict[str, Any]:
        airflow.written.append(f"PATCH {conn_id}")
        airflow.connections[conn_id].update(body)
        return airflow.connections[conn_id]


def opened(browser: Browser, airflow: Airflow) -> AbstractContextManager[Page]:
    """The page as it is then."""
    return page_of(browser, create_app(airflow), CONNECT)


def connection(system: str, conn_id: str) -> dict[str, Any]:
    hosts = {"salesforce": f"https://{conn_id}.my.salesforce.com", "daktela": f"https://{conn_id}.daktela.com"}
    return {"connection_id": conn_id, "conn_type": system, "host": hosts[system], "extra": None}


def both() -> dict[str, dict[str, Any]]:
    """Two connections at each end."""
    ids = (("salesforce", "sf"), ("salesforce", "sf_two"), ("daktela", "dk"), ("daktela", "dk_two"))
    return {conn_id: connection(system, conn_id) for system, conn_id in ids}


def with_new_daktela(page: Page) -> None:
    page.locator("#daktela-host").fill("https://new.daktela.com")
    page.locator("#daktela-password").fill("the token")


def only_salesforce() -> Airflow:
    return Airflow(connections={"sf": connection("salesforce", "sf")})


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def test_a_double_click_makes_a_connection_once(browser: Browser) -> None:
    """The second one is no other person's connection of the same Id."""
    airflow = only_salesforce()
    with opened(browser, airflow) as page:
        with_new_daktela(page)
        page.get_by_role("button", name="Save the connections").dblclick()
        saved(page)
        page.wait_for_timeout(500)
        saved(page)
        assert [each for each in airflow.written if each.startswith("POST")] == ["POST daktela_sales"]
        expect(page.get_by_text("There is a connection of this Id already")).to_be_hidden()


def test_a_connection_whose_answer_is_lost_is_not_anybody_s(browser: Browser) -> None:
    """Saving once more goes on with it."""
    airflow = only_salesforce()
    with opened(browser, airflow) as page:

        def arrives_and_is_not_answered(route: Route) -> None:
            route.fetch()
            route.fulfill(status=504, json={"detail": "no answer came"})

        page.route("**/api/v2/connections", arrives_and_is_not_answered, times=1)
        with_new_daktela(page)
        page.get_by_role("button", name="Save the connections").click()
        expect(page.get_by_text("no answer came")).to_be_visible()
        page.get_by_role("button", name="Save the connections").click()
        saved(page)
        assert airflow.connections["daktela_sales"]["password"] == "the token"


def test_a_connection_of_somebody_else_is_not_written_over(browser: Browser) -> None:
    """Also where it has appeared since a request without an answer."""
    airflow = only_salesforce()
    with opened(browser, airflow) as page:
        page.route("**/api/v2/connections", lambda route: route.fulfill(status=504, json={}), times=1)
        with_new_daktela(page)
        page.get_by_role("button", name="Save the connections").click()
        expect(page.get_by_text("Airflow does not answer").first).to_be_visible()
        airflow.connections["daktela_sales"] = connection("daktela", "daktela_sales")
        page.get_by_role("button", name="Save the connections").click()
        expect(page.get_by_text("There is a connection of this Id already")).to_be_visible()
        assert "password" not in airflow.connections["daktela_sales"]


def test_the_last_choice_is_shown_and_saved(browser: Browser) -> None:
    """In whichever order the answers come, and also where Save is clicked before them."""
    airflow = Airflow(connections=both())
    with opened(browser, airflow) as page:
        held: list[Route] = []

        def hold_those_of_salesforce(route: Route) -> None:
            if "salesforce=" in route.request.url:
                held.append(route)
            else:
                route.continue_()

        page.route(f"**{CONNECT}?*", hold_those_of_salesforce)
        page.locator("#choose-salesforce").select_option("sf_two")
        page.locator("#choose-salesforce").select_option("sf")
        page.locator("#choose-daktela").select_option("dk_two")
        page.get_by_role("button", name="Save the connections").click()
        page.wait_for_timeout(300)
        for route in held:
            route.continue_()
            page.wait_for_timeout(300)
        saved(page)
        expect(page.locator("#end-salesforce")).to_have_attribute("data-conn-id", "sf")
        assert airflow.named == {"salesforce": "sf", "daktela": "dk_two"}


def test_a_choice_that_cannot_be_shown_is_none(browser: Browser) -> None:
    """The list names the connection whose form is there."""
    airflow = Airflow(connections=both())
    with opened(browser, airflow) as page:
        page.route(f"**{CONNECT}?*", lambda route: route.fulfill(status=503, body=""))
        page.locator("#choose-daktela").select_option("dk_two")
        expect(page.get_by_text("Airflow does not answer")).to_be_visible()
        expect(page.locator("#choose-daktela")).to_have_value("dk")


def test_saving_says_why_it_does_nothing(browser: Browser) -> None:
    """An address that nobody could be asked about is not written."""
    airflow = Airflow(connections=both())
    with opened(browser, airflow) as page:
        page.route("**/addresses", lambda route: route.fulfill(status=503, json={"detail": "not just now"}))
        page.get_by_role("button", name="Save the connections").click()
        expect(page.get_by_text("not just now")).to_be_visible()
        expect(page.get_by_text("Saved.", exact=True)).to_be_hidden()


def test_going_back_shows_the_connection_that_the_list_names(browser: Browser) -> None:
    """A choice that was not saved is none."""
    airflow = Airflow(connections=both())
    with opened(browser, airflow) as page:
        page.locator("#choose-daktela").select_option("dk_two")
        expect(page.locator("#end-daktela")).to_have_attribute("data-conn-id", "dk_two")
        page.goto(page.url.replace("/connect", "/elsewhere"))
        page.go_back()
        expect(page.locator("#end-daktela")).to_have_attribute("data-conn-id", "dk")
        expect(page.locator("#choose-daktela")).to_have_value("dk")


def test_what_is_typed_before_the_script_is_there_is_written(browser: Browser) -> None:
    """On a slow line the form is seen long before its script has come: the next step waits for it."""
    airflow = only_salesforce()
    with opened(browser, airflow) as page:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/static/connect.js", hold)
        page.reload(wait_until="commit")
        with_new_daktela(page)
        page.get_by_role("link", name="Next: Authorize").click()
        page.wait_for_timeout(300)
        assert airflow.written == []
        held[0].continue_()
        page.wait_for_url("**/syncs/sales/authorize")
        assert airflow.written == ["POST daktela_sales"]
