"""How long the API server takes for each page that watches a sync, over a ledger with a long past."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import requests

from benchmarks.api_server import PAGES, TIMEOUT, api_server, browser_of
from benchmarks.measuring import measure
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from demo.api_server import ApiServer
from demo.ports import HOST
from demo.postgresql import PASSWORD, running_postgresql
from demo.sandbox_side import SandboxSide

SYNC, SHOWN = "sync_0", 3
PAST = {"records": 1_000_000, "rejects": 100_000, "parked": 50_000, "runs": 200}
QUICK_PAST = {"records": 5_000, "rejects": 1_000, "parked": 500, "runs": 20}
LOOKS, QUICK_LOOKS = 9, 2

REJECTED = "003500000000000AAA"
"""The first of the rejected contacts."""

DAG = f"salesforce_to_daktela__{SYNC}"
PLACES = {
    "overview": "/overview",
    "status": f"/syncs/{SYNC}/status",
    "runs": f"/syncs/{SYNC}/runs",
    "run": f"/syncs/{SYNC}/runs/scheduled__{SHOWN}",
    "run_tab": f"/run?dag_id={DAG}&run_id=scheduled__{SHOWN}",
    "rejects": f"/syncs/{SYNC}/rejects",
    "rejects_of_a_reason": f"/syncs/{SYNC}/rejects?mapping=contacts&code=too_long&field=title",
    "rejects_older": f"/syncs/{SYNC}/rejects?older_than=24",
    "rejects_of_a_run": f"/syncs/{SYNC}/rejects?run=scheduled__7",
    "parked": f"/syncs/{SYNC}/parked",
    "record": f"/syncs/{SYNC}/record?q={REJECTED}",
    "reconcile": f"/syncs/{SYNC}/reconcile",
    "answers": f"/syncs/{SYNC}/answers",
    "schema": f"/syncs/{SYNC}/schema",
}
"""Pages by the name that their time has in the results."""

NEXT = {"rejects": "rejects_next", "parked": "parked_next"}
"""Pages of a list whose next page is timed, too."""


def run(settings: Settings) -> dict[str, float | int]:
    """Time every page over both databases; the slowest one counts."""
    numbers: dict[str, float | int] = {}
    with sandbox(settings.home / "sandbox", contacts=10) as side:
        for name, place in (("sqlite", _sqlite), ("postgresql", _postgresql)):
            with place(settings.home / name) as (url, connection):
                times = _timed(settings, settings.home / name, side, url, connection)
            numbers[f"page_ms_{name}"] = max(times.values())
            numbers.update({f"page_{page}_ms_{name}": found for page, found in times.items()})
    return numbers


@contextmanager
def _sqlite(home: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    home.mkdir(parents=True)
    file = home / "watched.db"
    yield f"sqlite:///{file}", {"conn_type": "sqlite", "host": str(file)}


@contextmanager
def _postgresql(home: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    home.mkdir(parents=True)
    with running_postgresql() as server:
        connection = {"conn_type": "postgres", "host": HOST, "port": server.port, "schema": "ledger"}
        yield server.url("ledger"), {**connection, "login": "airflow", "password": PASSWORD}


def _timed(
    settings: Settings, home: Path, side: SandboxSide, url: str, connection: Mapping[str, Any]
) -> dict[str, float]:
    past = QUICK_PAST if settings.quick else PAST
    measure("watched_ledger", {"url": url, "sync": SYNC, "shown": SHOWN, **past}, home)
    environment = {
        "AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID": "watched",
        "AIRFLOW_CONN_WATCHED": json.dumps(dict(connection)),
    }
    with api_server(home, side, syncs=1, environment=environment) as server:
        airflow = home / "airflow"
        of_airflow = {
            "AIRFLOW_HOME": str(airflow),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow / 'airflow.db'}",
        }
        order = {"folder": str(home / "include" / "mappings" / SYNC), "runs": past["runs"]}
        measure("watched_airflow", order, home, of_airflow)
        return _looked_at(server, QUICK_LOOKS if settings.quick else LOOKS)


def _looked_at(server: ApiServer, looks: int) -> dict[str, float]:
    """Milliseconds of each page, in turns, after one look at each that is not counted."""
    session, base = browser_of(server), f"{server.url}{PAGES}"
    places = dict(PLACES)
    for page, following in NEXT.items():
        text = _page(session, f"{base}{PLACES[page]}")
        found = re.search(r'href="\?([^"]*\bafter=[^"]+)"', text) or re.search(r'[?&;]after=([^"&]+)"', text)
        if found is not None:
            query = found[1].replace("&amp;", "&")
            places[following] = f"{PLACES[page]}?{query if 'after=' in query else 'after=' + quote(query)}"
    took: dict[str, list[float]] = {page: [] for page in places}
    for page in places:
        _page(session, f"{base}{places[page]}")
    for _ in range(looks):
        for page, place in places.items():
            began = time.perf_counter()
            _page(session, f"{base}{place}")
            took[page].append(1000 * (time.perf_counter() - began))
    return {page: median(times) for page, times in took.items()}


def _page(session: requests.Session, address: str) -> str:
    """A page as a browser's frame asks for it. Raises for anything but a page."""
    reply = session.get(address, headers={"Sec-Fetch-Dest": "iframe", "Accept": "text/html"}, timeout=TIMEOUT)
    reply.raise_for_status()
    return reply.text
