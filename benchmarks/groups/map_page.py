"""How soon the table of fields can be used, and how soon a page of native drop-downs could."""

from __future__ import annotations

import json
from html import escape
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from benchmarks.api_server import PAGES, api_server
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from demo.api_server import ApiServer
from demo.browser import chromium

TARGETS, SOURCES = 60, 1000
LOADS, QUICK_LOADS = 7, 1
PATIENCE = 60_000.0

READY_AFTER = """() => {
  const [ready] = performance.getEntriesByName("map-ready");
  const needed = performance.getEntriesByType("resource").filter((each) => /\\.js$|document$|fields$/.test(each.name));
  return ready.startTime - Math.max(...needed.map((each) => each.responseEnd));
}"""
SELECTS_AFTER = """() => new Promise((done) => requestAnimationFrame(() => {
  const [page] = performance.getEntriesByType("navigation");
  done(performance.now() - page.responseEnd);
}))"""


def run(settings: Settings) -> dict[str, float | int]:
    """Load both pages several times in one browser; each has 60 Daktela and 1,000 Salesforce fields."""
    loads = QUICK_LOADS if settings.quick else LOADS
    with (
        sandbox(settings.home / "sandbox", contacts=10) as side,
        api_server(settings.home, side, syncs=1) as server,
        chromium() as browser,
    ):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "_token", "value": server.token, "domain": "127.0.0.1", "path": "/"}])
        context.set_default_timeout(PATIENCE)
        table, selects = _table(context, server), _selects(context, server)
        ready, native = [], []
        for _ in range(loads):
            table.reload()
            table.get_by_text("Samples are of").wait_for()
            ready.append(float(table.evaluate(READY_AFTER)))
            selects.reload(wait_until="load")
            native.append(float(selects.evaluate(SELECTS_AFTER)))
    return {"map_ready_ms": median(ready), "selects_ready_ms": median(native)}


def _table(context: BrowserContext, server: ApiServer) -> Page:
    page = context.new_page()
    page.route("**/map/contacts/fields", _many_fields)
    page.goto(f"{server.url}{PAGES}/syncs/sync_0/map/contacts")
    page.locator("table.mapping").wait_for()
    return page


def _many_fields(route: Route) -> None:
    """The server's own reply, with more fields."""
    reply = route.fetch()
    body: dict[str, Any] = reply.json()
    salesforce, daktela = body["salesforce"]["fields"], body["daktela"]["fields"]
    for number in range(len(salesforce), SOURCES):
        salesforce.append({**salesforce[0], "path": f"Field_{number}__c", "label": f"Field {number}", "parent": False})
    for number in range(len(daktela), TARGETS):
        daktela.append(
            {**daktela[-1], "target": f"customFields.field_{number}", "label": f"Field {number}", "required": False}
        )
    route.fulfill(response=reply, body=json.dumps(body))


def _selects(context: BrowserContext, server: ApiServer) -> Page:
    options = "".join(f"<option>{escape(f'Field {number} (Field_{number}__c)')}</option>" for number in range(SOURCES))
    rows = "".join(f"<tr><td>Field {number}</td><td><select>{options}</select></td></tr>" for number in range(TARGETS))
    page, address = context.new_page(), f"{server.url}{PAGES}/static/selects.html"
    page.route(address, lambda route: route.fulfill(content_type="text/html", body=f"<table>{rows}</table>"))
    page.goto(address)
    return page
