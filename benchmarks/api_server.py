"""Airflow's API server alone, with the pages in it and a sandbox beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.settings import PROJECT
from demo.airflow_settings import PROGRAMS, USER, AirflowSettings
from demo.ports import usual_or_free
from demo.processes import Processes
from demo.sandbox_side import SandboxSide
from demo.stack import connections, migrate, wait_for

PAGES = "/salesforce-daktela"
TIMEOUT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An API server alone, signed in: ``token`` is its administrator's, ``pid`` its process."""

    url: str
    token: str
    pid: int

    def client(self) -> requests.Session:
        """A browser of its own."""
        session = requests.Session()
        session.cookies.set("_token", self.token)
        return session


@contextmanager
def api_server(home: Path, side: SandboxSide, *, syncs: int) -> Iterator[Server]:
    """Run it during the context, with so many copies of the shipped sync, ``sync_0`` the first."""
    mappings = home / "include" / "mappings"
    for number in range(syncs):
        shutil.copytree(PROJECT / "include" / "mappings" / "default", mappings / f"sync_{number}")
    shutil.copytree(PROJECT / "include" / "transforms", home / "include" / "transforms")
    airflow = AirflowSettings(
        home=home / "airflow", project=PROJECT, port=usual_or_free(18090), ca_bundle=Path(side.ca), mappings=mappings
    )
    environment = {**airflow.environment(), **_connections(side)}
    migrate(environment, home)
    processes = Processes(home / "logs")
    try:
        processes.start("api-server", PROGRAMS["api-server"], environment, home)
        wait_for("starting the API server", lambda: _answers(airflow.url), processes, 120)
        body = {"username": USER, "password": airflow.password}
        token = requests.post(f"{airflow.url}/auth/token", json=body, timeout=TIMEOUT).json()["access_token"]
        yield Server(url=airflow.url, token=token, pid=processes.running[0][1].pid)
    finally:
        processes.stop()


def _connections(side: SandboxSide) -> dict[str, str]:
    found = {}
    for connection in connections(side):
        name = connection.pop("connection_id").upper()
        found[f"AIRFLOW_CONN_{name}"] = json.dumps({**connection, "extra": json.loads(connection["extra"])})
    return found


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v2/version", timeout=5).ok
    except requests.RequestException:
        return False
