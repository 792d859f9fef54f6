"""Airflow's API server alone, with the pages in it and a sandbox beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.settings import PROJECT
from demo.api_server import ApiServer, running_api_server
from demo.sandbox_side import SandboxSide
from demo.stack import connections

PAGES = "/salesforce-daktela"
TIMEOUT = 60.0


def browser_of(server: ApiServer) -> requests.Session:
    """A browser of its own, signed in."""
    session = requests.Session()
    session.cookies.set("_token", server.token)
    return session


@contextmanager
def api_server(
    home: Path, side: SandboxSide, *, syncs: int, environment: Mapping[str, str] | None = None
) -> Iterator[ApiServer]:
    """Run it during the context, with so many copies of the shipped sync, ``sync_0`` the first."""
    mappings = home / "include" / "mappings"
    for number in range(syncs):
        shutil.copytree(PROJECT / "include" / "mappings" / "default", mappings / f"sync_{number}")
    shutil.copytree(PROJECT / "include" / "transforms", home / "include" / "transforms")
    variables = {**_connections(side), **(environment or {})}
    with running_api_server(home, PROJECT, mappings, Path(side.ca), environment=variables) as server:
        yield server


def _connections(side: SandboxSide) -> dict[str, str]:
    found = {}
    for connection in connections(side):
        name = connection.pop("connection_id").upper()
        found[f"AIRFLOW_CONN_{name}"] = json.dumps({**connection, "extra": json.loads(connection["extra"])})
    return found
