"""Airflow's own API server with the pages in it, without a network, and a client for each kind of user."""

from __future__ import annotations

import json
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from salesforce_daktela.ledger.ledger import Ledger
from tests.airflow.conftest import airflow_database  # noqa: F401 a fixture, and Airflow's environment
from tests.ui.watched import forget_airflow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its client library has a successor that Airflow does not ask for yet
    from starlette.testclient import TestClient as TestClient

SHIPPED = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"
HOST = "http://127.0.0.1:8080"
PAGES = "/salesforce-daktela"
NONE: Mapping[str, str] = {}

Ask = Callable[..., Response]


@pytest.fixture(scope="session")
def server(airflow_database: None) -> Iterator[FastAPI]:  # noqa: F811, ARG001 its tables
    """The API server as Airflow makes it, the plugin found by the package's entry point."""
    with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings():
        patched.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
        warnings.simplefilter("ignore")
        from airflow.api_fastapi.app import create_app

        yield create_app(apps="core")


@pytest.fixture(scope="session")
def token(server: FastAPI) -> Callable[[str | None], str]:  # noqa: ARG001 its keys
    """Signs in a user of a role of the simple auth manager; None has no role at all."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return lambda role: get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=f"a {role}", role=role))


@pytest.fixture
def ask(server: FastAPI, token: Callable[[str | None], str]) -> Ask:
    """Asks for an address below the pages' prefix, as a browser's frame does: ``ask("/", role="viewer")``."""
    client = TestClient(server, base_url=HOST, raise_server_exceptions=False, follow_redirects=False)

    def asked(
        path: str, *, role: str | None = "viewer", method: str = "GET", headers: Mapping[str, str] = NONE, **body: Any
    ) -> Response:
        usual = {"Cookie": f"_token={token(role)}", "Sec-Fetch-Dest": "iframe"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reply: Response = client.request(method, f"{PAGES}{path}", headers={**usual, **headers}, **body)
        return reply

    return asked


@pytest.fixture(autouse=True)
def mappings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty mappings folder, and a ledger of its own."""
    folder = tmp_path / "include" / "mappings"
    folder.mkdir(parents=True)
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(folder))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "pages_ledger")
    connection = json.dumps({"conn_type": "sqlite", "host": str(tmp_path / "ledger.db")})
    monkeypatch.setenv("AIRFLOW_CONN_PAGES_LEDGER", connection)
    forget_the_last_test()
    return folder


def forget_the_last_test() -> None:
    """Drop what the pages keep for the process: it belongs to the test before."""
    for module, name in (("environment", "environment"), ("drafting", "drafts_ledger")):
        loaded = sys.modules.get(f"salesforce_daktela.ui.{module}")
        if loaded is not None:
            getattr(loaded, name).cache_clear()


@pytest.fixture
def add_sync(mappings: Path) -> Callable[[str], Path]:
    """Puts a copy of the shipped sync into the mappings folder."""

    def add(name: str) -> Path:
        return Path(shutil.copytree(SHIPPED, mappings / name))

    return add


@pytest.fixture
def emptied_airflow(server: FastAPI) -> Iterator[None]:  # noqa: ARG001 its database
    """An Airflow whose DAGs and runs are deleted afterwards."""
    yield
    forget_airflow()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The one ledger that every page reads, with its tables."""
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    opened.upgrade()
    monkeypatch.setattr("salesforce_daktela.airflow.environment.AirflowEnvironment.ledger", lambda _: opened)
    yield opened
    opened.close()
