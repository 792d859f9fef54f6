"""Airflow's API server alone, with the pages in it: no scheduler, no DAG processor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from demo.airflow_settings import PROGRAMS, USER, AirflowSettings
from demo.ports import usual_or_free
from demo.processes import STOP_SECONDS, Processes
from demo.stack import make_database, wait_for

USUAL_PORT = 18090
START_SECONDS = 120.0
TIMEOUT = 60.0
NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServer:
    """``tokens`` sign in each person, ``token`` the administrator; ``pid`` is the server's process."""

    url: str
    tokens: Mapping[str, str] = field(repr=False)
    pid: int

    @property
    def token(self) -> str:
        """The administrator's."""
        return self.tokens[USER]


@contextmanager
def running_api_server(
    home: Path,
    project: Path,
    mappings: Path,
    ca_bundle: Path,
    *,
    path: str = "",
    environment: Mapping[str, str] = NONE,
    others: Mapping[str, str] = NONE,
    database: Path | None = None,
    patience: float = STOP_SECONDS,
) -> Iterator[ApiServer]:
    """Run it during the context, below a path such as ``/af``; ``others`` are further people with their roles.

    ``database`` is an empty database of Airflow that is copied instead of making one. ``patience`` is how many seconds
    the server has to end by itself.

    Raises RuntimeError with the end of the log when it does not start.
    """
    port = usual_or_free(USUAL_PORT)
    settings = AirflowSettings(
        home=home / "airflow", project=project, port=port, ca_bundle=ca_bundle, mappings=mappings
    )
    url, people = f"{settings.url}{path}", {USER: "admin", **others}
    variables = {
        **settings.environment(),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in people.items()),
        **environment,
    }
    (settings.home / "passwords.json").write_text(json.dumps(dict.fromkeys(people, settings.password)))
    make_database(settings, variables, database)
    processes = Processes(home / "logs", patience)
    try:
        processes.start("api-server", PROGRAMS["api-server"], variables, home)
        wait_for("starting the API server", lambda: _answers(url), processes, START_SECONDS)
        tokens = {name: _token(url, name, settings.password) for name in people}
        yield ApiServer(url=url, tokens=tokens, pid=processes.running[0][1].pid)
    finally:
        processes.stop()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v2/version", timeout=5).ok
    except requests.RequestException:
        return False


def _token(url: str, user: str, password: str) -> str:
    body = {"username": user, "password": password}
    return str(requests.post(f"{url}/auth/token", json=body, timeout=TIMEOUT).json()["access_token"])
